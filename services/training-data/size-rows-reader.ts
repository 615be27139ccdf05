import type { UserContent } from '../../models/content/content.ts';
import { decideOutcomes } from '../../models/sizing/decide-outcomes.ts';
import type { DecidedPiece } from '../../models/sizing/decided-piece.ts';
import { profileBody } from '../../models/sizing/profile-body.ts';
import type { Body } from '../../models/sizing/size-types.ts';
import type { Transaction } from '../database/transaction.ts';
import type { SizeCharts } from '../size-charts/chart-book.ts';
import { type SizedItem, sizedItem } from '../sizes/garments.ts';
import { detached } from './copy-rows.ts';
import {
  collectSizeLines,
  readSizedItems,
  readSizeLines,
  type SizeLine,
  sizeLinesSpan,
  userParts,
} from './size-lines-store.ts';

export interface DecidedPieces {
  /** By the time of the purchase, the wearer and the item. */
  readonly pieces: readonly DecidedPiece[];
  /** Seconds since 1970: of the first purchase, and of the last purchase or return. */
  readonly from: number;
  readonly to: number;
  /** Which part of the users was read: 1, a half, a quarter … */
  readonly usersShare: number;
  /** Decided pieces of items or SKUs without a place on a size scale. */
  readonly unsized: number;
}

export interface ReadOptions {
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  /** Brands' own tables of sizes. */
  readonly charts: SizeCharts;
  /** Where there are more purchases, half of the users are read, or a quarter …, by lot. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How pieces turned out, as far as it was known at the last purchase or return.
 *
 * Purchases that had not outlived the return window by then are left out, those that came back too:
 * of what was bought last only what went wrong is known yet. Whoever is read is read whole: what
 * wearers kept before is worth more than the last of an item's outcomes.
 *
 * @returns undefined where there is no purchase of a SKU
 */
export async function readDecidedPieces(
  transaction: Transaction,
  { returnWindow, charts, most, signal }: ReadOptions,
): Promise<DecidedPieces | undefined> {
  const span = await sizeLinesSpan(transaction);
  if (span === undefined) return undefined;
  const [from, to] = [Date.parse(span.from) / 1000, Date.parse(span.to) / 1000];
  let parts = userParts;
  while (parts > 1 && (span.purchases * parts) / userParts > most) parts /= 2;
  await collectSizeLines(transaction, parts);
  const items = new Map<string, SizedItem>();
  const takeItem: Parameters<typeof readSizedItems>[1] = (row) => {
    items.set(row.itemId, sizedItem(row, charts.of(row.brand, row.categoryPath)));
  };
  await readSizedItems(transaction, takeItem, signal);
  const collector = new Collector(items, returnWindow, to - returnWindow);
  await readSizeLines(transaction, (line, profile) => collector.add(line, profile), signal);
  return { ...collector.finish(), from, to, usersShare: parts / userParts };
}

/** Lines of one account after another. */
class Collector {
  readonly #items: ReadonlyMap<string, SizedItem>;
  readonly #returnWindow: number;
  readonly #until: number;
  readonly #pieces: DecidedPiece[] = [];
  #unsized = 0;
  #account = '';
  #profile: UserContent | undefined;
  #lines: SizeLine[] = [];

  /** @param until seconds since 1970: later purchases are not decided */
  constructor(items: ReadonlyMap<string, SizedItem>, returnWindow: number, until: number) {
    this.#items = items;
    this.#returnWindow = returnWindow;
    this.#until = until;
  }

  add(line: SizeLine, profile: () => UserContent | undefined): void {
    if (line.account !== this.#account || this.#lines.length === 0) {
      this.#decide();
      this.#account = detached(line.account);
      this.#profile = profile();
    }
    this.#lines.push(line);
  }

  finish(): Pick<DecidedPieces, 'pieces' | 'unsized'> {
    this.#decide();
    this.#pieces.sort(
      (a, b) => a.at - b.at || order(a.wearer, b.wearer) || order(itemOf(a), itemOf(b)),
    );
    return { pieces: this.#pieces, unsized: this.#unsized };
  }

  #decide(): void {
    const bodies = new Map<number, Body>();
    for (const { line, fit, knownAt } of decideOutcomes(this.#lines, this.#returnWindow)) {
      if (line.at > this.#until) continue;
      const item = this.#items.get(line.itemId);
      const size = item?.garment.run.sizes[item.sizes.get(line.skuId) ?? -1];
      if (!item || !size) {
        this.#unsized++;
        continue;
      }
      const year = new Date(line.at * 1000).getUTCFullYear();
      const body = bodies.get(year) ?? profileBody(this.#profile, year);
      bodies.set(year, body);
      const { position, length } = size;
      const { garment } = item;
      const { at } = line;
      this.#pieces.push({
        wearer: this.#account,
        garment,
        position,
        length,
        fit,
        body,
        at,
        knownAt,
      });
    }
    this.#lines = [];
  }
}

function itemOf({ garment }: DecidedPiece): string {
  return garment.itemId;
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
