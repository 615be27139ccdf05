import type { UserContent } from '../../models/content/content.ts';
import type { PieceLine } from '../../models/sizing/decide-outcomes.ts';
import type { FitOutcome } from '../../models/sizing/size-types.ts';
import type { Transaction } from '../database/transaction.ts';
import type { GarmentRow } from '../sizes/garments.ts';
import { takeCopyRows } from './copy-rows.ts';
import { isOfTrainableUser } from './training-store.ts';

/** A purchase or a return of a SKU. Its texts are good until it was taken (see `takeCopyRows`). */
export interface SizeLine extends PieceLine {
  readonly account: string;
  readonly itemId: string;
}

/** What there is to learn sizes from. Times are ISO 8601. */
export interface LinesSpan {
  /** Of the first purchase. */
  readonly from: string;
  /** Of the last purchase or return. */
  readonly to: string;
  readonly purchases: number;
}

/** The purchases of SKUs that may be learnt from; undefined where there is none. */
export async function sizeLinesSpan(transaction: Transaction): Promise<LinesSpan | undefined> {
  const [row] = await transaction.query<{ from: string | null; to: string; purchases: string }>(
    `select to_json(min(e.occurred_at) filter (where e.type = 'purchase')) #>> '{}' as from,
       to_json(max(e.occurred_at)) #>> '{}' as to,
       count(*) filter (where e.type = 'purchase') as purchases
     from events e
     where e.type in ('purchase', 'return') and e.sku_id is not null and ${isOfTrainableUser}`,
  );
  if (!row?.from) return undefined;
  return { from: row.from, to: row.to, purchases: Number(row.purchases) };
}

/** Users are drawn in so many parts. */
export const userParts = 65_536;

/**
 * Collects the purchases and returns of SKUs for `readSizedItems` and `readSizeLines` of the same
 * transaction. Users who have the switch off are left out, and what a user wanted deleted.
 *
 * @param parts of `userParts`: the users that are read, always the same ones
 */
export async function collectSizeLines(transaction: Transaction, parts: number): Promise<void> {
  await transaction.query(
    `create temporary table size_lines on commit drop as
     select e.user_id, e.type, e.item_id, e.sku_id, e.order_id, e.reason,
       said_fit(e.type, e.properties) as said, e.occurred_at, e.event_id
     from events e
     where e.type in ('purchase', 'return') and e.sku_id is not null
       and (hashtext(e.user_id)::bigint & ${userParts - 1}) < $1::bigint and ${isOfTrainableUser}`,
    [parts],
  );
}

/** The items of the collected lines that are in the catalogue, hidden ones too, by their ids. */
export function readSizedItems(
  transaction: Transaction,
  take: (item: GarmentRow) => void,
  signal?: AbortSignal,
): Promise<void> {
  const rows = transaction.copyOut(
    `copy (
       select i.item_id, to_json(i.category_path), i.brand, i.attributes ->> 'sizeSystem', (
         select json_agg(
           json_build_array(s.sku_id, s.size_label, s.size_order)
           order by s.size_order, s.sku_id collate "C"
         )
         from skus s where s.item_id = i.item_id
       )
       from items i
       where i.item_id in (select item_id from size_lines)
       order by i.item_id collate "C"
     ) to stdout`,
  );
  type SkuTuple = [skuId: string, sizeLabel: string | null, sizeOrder: number];
  const takeItem = ([itemId, path, brand, sizeSystem, skus]: readonly (string | null)[]): void => {
    const categoryPath = JSON.parse(path ?? '[]') as string[];
    take({
      itemId: itemId ?? '',
      categoryPath,
      category: categoryPath.at(-1) ?? null,
      brand: brand ?? null,
      sizeSystem: sizeSystem ?? null,
      skus: (JSON.parse(skus ?? '[]') as SkuTuple[]).map(([skuId, sizeLabel, sizeOrder]) => {
        return { skuId, sizeLabel, sizeOrder };
      }),
    });
  };
  return takeCopyRows(rows, takeItem, signal);
}

/**
 * The collected lines, those of an account together and in the order of their time, with what its
 * profile says of the body.
 */
export function readSizeLines(
  transaction: Transaction,
  take: (line: SizeLine, profile: () => UserContent | undefined) => void,
  signal?: AbortSignal,
): Promise<void> {
  const rows = transaction.copyOut(
    `copy (
       select l.user_id, l.type, l.item_id, l.sku_id, l.order_id, l.reason, l.said,
         extract(epoch from l.occurred_at), u.user_id is not null, u.birth_year, u.gender,
         u.height_cm, u.weight_kg, u.bust_cm, u.waist_cm, u.hip_cm, u.body_type, u.attributes
       from size_lines l left join users u on u.user_id = l.user_id
       order by l.user_id collate "C", l.occurred_at, l.event_id collate "C"
     ) to stdout`,
  );
  const takeLine = ([account, type, itemId, skuId, orderId, reason, said, at, ...user]: readonly (
    | string
    | null
  )[]): void => {
    const line = {
      type: type as SizeLine['type'],
      account: account ?? '',
      itemId: itemId ?? '',
      skuId: skuId ?? '',
      orderId: orderId ?? null,
      reason: reason ?? null,
      said: said as FitOutcome | null,
      at: Number(at),
    };
    take(line, () => profileOf(user));
  };
  return takeCopyRows(rows, takeLine, signal);
}

function profileOf(user: readonly (string | null)[]): UserContent | undefined {
  const [isKnown, birthYear, gender, height, weight, bust, waist, hip, bodyType, more] = user;
  if (isKnown !== 't') return undefined;
  return {
    birthYear: numberOf(birthYear),
    gender: gender ?? null,
    heightCm: numberOf(height),
    weightKg: numberOf(weight),
    bustCm: numberOf(bust),
    waistCm: numberOf(waist),
    hipCm: numberOf(hip),
    bodyType: bodyType ?? null,
    attributes: JSON.parse(more ?? '{}') as UserContent['attributes'],
  };
}

function numberOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
