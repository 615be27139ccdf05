import { NotFoundError } from '../errors.ts';
import type { StockLevel, StockOutcome, StockOutcomes } from './stock-schema.ts';
import type { HeldStock, StockStore } from './stock-store.ts';

/** How many pieces there are of each SKU, by the numbered word of the shop's warehouse. */
export class StockService {
  readonly #store: StockStore;

  constructor(store: StockStore) {
    this.#store = store;
  }

  /**
   * Sets the stock of one SKU, unless what holds came with this sequence number or a later one.
   *
   * @throws NotFoundError when there is no such SKU
   */
  async set(level: StockLevel): Promise<StockOutcome> {
    const { results } = await this.setMany([level]);
    const [outcome] = results;
    if (outcome === undefined || outcome.reason === 'unknown_sku') {
      throw new NotFoundError(`there is no SKU ${JSON.stringify(level.skuId)}`);
    }
    return outcome;
  }

  /**
   * The same for many, each by itself. A SKU that is given more than once gets the level with the
   * highest sequence number; the others are older.
   */
  async setMany(levels: readonly StockLevel[]): Promise<StockOutcomes> {
    const newest = newestOfEach(levels);
    const rows = await this.#store.write(Array.from(newest.values()));
    const held = new Map(rows.map((row) => [row.skuId, row]));
    const results = levels.map((level) =>
      outcomeOf(level, held.get(level.skuId), newest.get(level.skuId) === level),
    );
    const count = (reason: StockOutcome['reason']) =>
      results.filter((result) => result.reason === reason).length;
    return {
      applied: count(undefined),
      ignored: count('older_sequence'),
      unknown: count('unknown_sku'),
      results,
    };
  }
}

/** Of equals the first. */
function newestOfEach(levels: readonly StockLevel[]): Map<string, StockLevel> {
  const newest = new Map<string, StockLevel>();
  for (const level of levels) {
    const before = newest.get(level.skuId);
    if (before === undefined || BigInt(before.sequence) < BigInt(level.sequence)) {
      newest.set(level.skuId, level);
    }
  }
  return newest;
}

function outcomeOf(
  { skuId }: StockLevel,
  held: HeldStock | undefined,
  isNewest: boolean,
): StockOutcome {
  if (held === undefined) {
    return { skuId, applied: false, reason: 'unknown_sku', stock: null, sequence: null };
  }
  const { stock, sequence } = held;
  return held.applied && isNewest
    ? { skuId, applied: true, stock, sequence }
    : { skuId, applied: false, reason: 'older_sequence', stock, sequence };
}
