import type { Attributes, ItemContent, UserContent } from '../../models/content/content.ts';
import type { Transaction } from '../database/transaction.ts';
import { takeCopyRows } from './copy-rows.ts';

/** Takes what is known of one item or user. The id is good until it returns (see `takeCopyRows`). */
export type TakeContent<Content> = (id: string, content: Content) => void;

/**
 * Reads what the catalogue says about every item, hidden ones too, in the order of their ids. It is
 * the catalogue of now: where an item's text or price was changed, what it was before is not known.
 */
export function readItemContents(
  transaction: Transaction,
  take: TakeContent<ItemContent>,
  signal?: AbortSignal,
): Promise<void> {
  const rows = transaction.copyOut(
    `copy (
       select i.item_id, to_json(i.category_path), i.brand, i.title, i.price, i.attributes,
         coalesce(c.colours, '[]')
       from items i
       left join (
         select item_id, json_agg(colour order by colour collate "C") as colours
         from (select distinct item_id, colour from skus where colour is not null) d
         group by item_id
       ) c on c.item_id = i.item_id
       order by i.item_id collate "C"
     ) to stdout`,
  );
  return takeCopyRows(
    rows,
    ([id, path, brand, title, price, attributes, colours]) =>
      take(id ?? '', {
        categoryPath: JSON.parse(path ?? '[]') as string[],
        brand: brand ?? null,
        title: title ?? '',
        price: numberOf(price),
        attributes: JSON.parse(attributes ?? '{}') as Attributes,
        colours: JSON.parse(colours ?? '[]') as string[],
      }),
    signal,
  );
}

/**
 * Reads the profiles of all users, in the order of their ids, but not of those who have the switch
 * off: nothing is learnt from them.
 */
export function readUserContents(
  transaction: Transaction,
  take: TakeContent<UserContent>,
  signal?: AbortSignal,
): Promise<void> {
  const rows = transaction.copyOut(
    `copy (
       select user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm,
         waist_cm, hip_cm, body_type, attributes
       from users
       where personalised
       order by user_id collate "C"
     ) to stdout`,
  );
  return takeCopyRows(
    rows,
    ([id, birthYear, gender, cityTier, channel, height, weight, bust, waist, hip, body, more]) =>
      take(id ?? '', {
        birthYear: numberOf(birthYear),
        gender: gender ?? null,
        cityTier: numberOf(cityTier),
        channel: channel ?? null,
        heightCm: numberOf(height),
        weightKg: numberOf(weight),
        bustCm: numberOf(bust),
        waistCm: numberOf(waist),
        hipCm: numberOf(hip),
        bodyType: body ?? null,
        attributes: JSON.parse(more ?? '{}') as Attributes,
      }),
    signal,
  );
}

function numberOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
