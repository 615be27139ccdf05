import { adviceOf, leastAdvice } from '../../../models/sizing/advice.ts';
import { runsOf } from '../../../models/sizing/runs.ts';
import type {
  ItemEvidence,
  SizePredictor,
  WearerEvidence,
} from '../../../models/sizing/size-predictor.ts';
import type { ItemOutcome, WearerOutcome } from '../../../models/sizing/size-types.ts';
import type { SizeRow } from '../../../models/sizing/training/size-row.ts';
import type { EventRow } from '../../../services/simulation/shop-store.ts';
import type { World } from '../world.ts';
import { type Decided, Ledger } from './ledger.ts';
import { ShopGarments } from './shop-garments.ts';
import type { Advice, SizePolicy, SizeQuestion } from './size-policy.ts';

export interface ModelPolicyOptions {
  readonly world: World;
  readonly windowDays: number;
  /** From what has been decided so far. */
  readonly train: (rows: readonly SizeRow[], night: number) => SizePredictor;
  /** Trains every so many days; 0: in the first night only. */
  readonly everyDays: number;
  /** What is decided counts at once; else only by training. */
  readonly learnsOnline: boolean;
  /** Names what is to be advised, where that is likely enough, or what is likeliest to be kept. */
  readonly names: 'advised' | 'kept' | 'nothing';
  /** Where no size is named, says how the item runs. */
  readonly warns: boolean;
}

/** How far back a wearer and an item are looked at. */
const mostWorn = 50;
const mostOfItem = 2_000;

/** A model of sizes, asked without a service around it. */
export class ModelPolicy implements SizePolicy {
  readonly #options: ModelPolicyOptions;
  readonly #shop: ShopGarments;
  readonly #ledger: Ledger;
  readonly #rows: SizeRow[] = [];
  readonly #worn = new Map<string, WearerOutcome[]>();
  readonly #ofItem = new Map<number, ItemOutcome[]>();
  readonly #items = new Map<number, ItemEvidence>();
  #model: SizePredictor | undefined;
  #nights = 0;

  constructor(options: ModelPolicyOptions) {
    this.#options = options;
    this.#shop = new ShopGarments(options.world);
    this.#ledger = new Ledger(options.world, options.windowDays);
  }

  async advise({ userId, user, at, time }: SizeQuestion): Promise<Advice> {
    this.#keep(this.#ledger.kept(time));
    const model = this.#trained();
    const now = time / 1000;
    const wearer: WearerEvidence = model.wearerEvidence(
      this.#shop.body(user),
      this.#worn.get(userId)?.slice(-mostWorn) ?? [],
      now,
    );
    const item = this.#items.get(at) ?? this.#evidence(at, now);
    this.#items.set(at, item);
    const place = this.#named(model, wearer, item);
    return place === undefined ? this.#warning(model, at) : this.#shop.placeOf(at, place);
  }

  async observe(events: readonly EventRow[]): Promise<void> {
    this.#keep(this.#ledger.observe(events));
  }

  async nightly(_time: number): Promise<void> {
    const { train, everyDays } = this.#options;
    if (this.#nights === 0 || (everyDays > 0 && this.#nights % everyDays === 0)) {
      this.#model = train(this.#rows, this.#nights);
    }
    this.#nights++;
    // Evidence grows older with the days.
    this.#items.clear();
  }

  async close(): Promise<void> {}

  #named(model: SizePredictor, wearer: WearerEvidence, item: ItemEvidence): number | undefined {
    if (this.#options.names === 'nothing') return undefined;
    if (this.#options.names === 'kept') {
      const chosen = model.choose(wearer, item);
      return model.confidence(chosen) === 'low' ? undefined : likeliest(chosen);
    }
    const advice = adviceOf(model.predict(wearer, item));
    const place = likeliest(advice);
    return (advice[place] ?? 0) < leastAdvice ? undefined : place;
  }

  #warning(model: SizePredictor, at: number): Advice {
    if (!this.#options.warns) return undefined;
    const counts = { small: 0, fit: 0, large: 0 };
    for (const { fit } of this.#ofItem.get(at) ?? []) counts[fit]++;
    const { direction } = runsOf(counts, model.fitPrior(this.#shop.garment(at)));
    if (direction === 'small') return { larger: 1 };
    return direction === 'large' ? { larger: -1 } : undefined;
  }

  #keep(decided: readonly Decided[]): void {
    for (const piece of decided) {
      const outcome = this.#shop.itemOutcome(piece);
      const { position, length, fit, body, at } = outcome;
      const garment = this.#shop.garment(piece.at);
      this.#rows.push({ wearer: piece.userId, garment, position, length, fit, body, at });
      if (this.#nights > 0 && !this.#options.learnsOnline) continue;
      append(this.#worn, piece.userId, this.#shop.wearerOutcome(piece));
      append(this.#ofItem, piece.at, outcome);
      this.#items.delete(piece.at);
    }
  }

  #evidence(at: number, now: number): ItemEvidence {
    const outcomes = this.#ofItem.get(at)?.slice(-mostOfItem) ?? [];
    return this.#trained().itemEvidence(this.#shop.garment(at), outcomes, now);
  }

  #trained(): SizePredictor {
    if (this.#model === undefined) throw new Error('a model is trained in the first night');
    return this.#model;
  }
}

function likeliest(chances: Float64Array): number {
  return chances.indexOf(Math.max(...chances));
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
