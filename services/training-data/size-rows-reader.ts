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
  sizeLinesWindow,
} from './size-lines-store.ts';

export interface DecidedPieces {
  /** By the time of the purchase, the wearer and the item. */
  readonly pieces: readonly DecidedPiece[];
  /** Seconds since 1970: of the first line that was read, and of the last one. */
  readonly from: number;
  readonly to: number;
  /** Whether older purchases were left out. */
  readonly isCut: boolean;
  /** Decided pieces of items or SKUs without a place on a size scale. */
  readonly unsized: number;
}

export interface ReadOptions {
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  /** Brands' own tables of sizes. */
  readonly charts: SizeCharts;
  /** The newest purchases are read, so many. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How pieces turned out, as far as it was known at the last purchase or return.
 *
 * Purchases that had not outlived the return window by then are left out, those that came back too:
 * of what was bought last only what went wrong is known yet. Where older purchases are left out, so
 * are returns in the first window, whose purchases are among those.
 *
 * @returns undefined where there is no purchase of a SKU
 */
export async function readDecidedPieces(
  transaction: Transaction,
  { returnWindow, charts, most, signal }: ReadOptions,
): Promise<DecidedPieces | undefined> {
  const window = await sizeLinesWindow(transaction, most);
  if (window === undefined) return undefined;
  const [from, to] = [Date.parse(window.from) / 1000, Date.parse(window.to) / 1000];
  await collectSizeLines(transaction, window.from);
  const items = new Map<string, SizedItem>();
  const takeItem: Parameters<typeof readSizedItems>[1] = (row) => {
    items.set(row.itemId, sizedItem(row, charts.of(row.brand, row.categoryPath)));
  };
  await readSizedItems(transaction, takeItem, signal);
  const collector = new Collector(items, returnWindow, {
    until: to - returnWindow,
    returnsFrom: window.isCut ? from + returnWindow : Number.NEGATIVE_INFINITY,
  });
  await readSizeLines(transaction, (line, profile) => collector.add(line, profile), signal);
  return { ...collector.finish(), from, to, isCut: window.isCut };
}

/** Lines of one account after another. */
class Collector {
  readonly #items: ReadonlyMap<string, SizedItem>;
  readonly #returnWindow: number;
  readonly #limits: { readonly until: number; readonly returnsFrom: number };
  readonly #pieces: DecidedPiece[] = [];
  #unsized = 0;
  #account = '';
  #profile: UserContent | undefined;
  #lines: SizeLine[] = [];

  constructor(
    items: ReadonlyMap<string, SizedItem>,
    returnWindow: number,
    limits: { readonly until: number; readonly returnsFrom: number },
  ) {
    this.#items = items;
    this.#returnWindow = returnWindow;
    this.#limits = limits;
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
    const { until, returnsFrom } = this.#limits;
    const bodies = new Map<number, Body>();
    for (const { line, fit, knownAt } of decideOutcomes(this.#lines, this.#returnWindow)) {
      if (line.at > until || (line.type === 'return' && line.at < returnsFrom)) continue;
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
