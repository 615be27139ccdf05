import { decideOutcomes, type PieceOutcome } from '../../models/sizing/decide-outcomes.ts';
import { profileBody } from '../../models/sizing/profile-body.ts';
import { type FitCounts, type Runs, runsOf } from '../../models/sizing/runs.ts';
import type { ItemEvidence, SizePredictor } from '../../models/sizing/size-predictor.ts';
import type { Garment, ItemOutcome } from '../../models/sizing/size-types.ts';
import { BoundedMap } from '../live/bounded-map.ts';
import type { LiveChange } from '../live/live-state.ts';
import type { SizedItem } from './garments.ts';
import type { ItemPiece, ItemPieces, ItemPiecesStore } from './item-pieces-store.ts';

/** What a size model takes an item for, and how many of its pieces turned out how. */
export interface KnownItem {
  readonly garment: Garment;
  readonly evidence: ItemEvidence;
  readonly counts: FitCounts;
  readonly runs: Runs;
}

interface Entry {
  readonly model: SizePredictor;
  known: KnownItem;
  /** What will be known, first what is known first. */
  readonly pending: { readonly outcome: ItemOutcome; readonly knownAt: number }[];
  /** After this moment (seconds) it has to be read again. */
  readonly until: number;
}

export interface ItemEvidencesOptions {
  readonly store: Pick<ItemPiecesStore, 'of'>;
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  /** How many items are kept in memory. */
  readonly most?: number;
}

const usualMost = 20_000;
/** Seconds after which an item is read again. Less than any return window: no purchase is missed. */
const keptFor = 3_600;

/**
 * The evidence of items' pieces in memory. A return is in the next answer after it was committed, like
 * any change (docs/adr/0012); a purchase from the second on in which it outlives the return window.
 */
export class ItemEvidences {
  readonly #options: ItemEvidencesOptions;
  readonly #entries: BoundedMap<string, Entry>;
  /** Items that are being read: a return that comes meanwhile makes what was read void. */
  readonly #reading = new Map<string, { isVoid: boolean }[]>();

  constructor(options: ItemEvidencesOptions) {
    this.#options = options;
    this.#entries = new BoundedMap(options.most ?? usualMost);
  }

  /** To be told of what changes. */
  changed({ returned, everything }: Pick<LiveChange, 'returned' | 'everything'>): void {
    if (everything) this.#entries.clear();
    for (const itemId of everything ? this.#reading.keys() : returned) {
      this.#entries.delete(itemId);
      for (const reading of this.#reading.get(itemId) ?? []) reading.isVoid = true;
    }
  }

  /**
   * @param now seconds since 1970
   * @returns undefined when it has to be brought
   */
  of(
    { garment }: Pick<SizedItem, 'garment'>,
    model: SizePredictor,
    now: number,
  ): KnownItem | undefined {
    const entry = this.#entries.get(garment.itemId);
    if (!entry || entry.model !== model || entry.known.garment !== garment) return undefined;
    if (now > entry.until) return undefined;
    while ((entry.pending[0]?.knownAt ?? Number.POSITIVE_INFINITY) <= now) mature(entry);
    return entry.known;
  }

  /**
   * Reads items from the database.
   *
   * @throws UnavailableError when it does not answer
   */
  async bring(wanted: readonly SizedItem[], model: SizePredictor, now: Date): Promise<void> {
    if (wanted.length === 0) return;
    const readings = wanted.map(({ garment: { itemId } }) => {
      const own = { isVoid: false };
      this.#reading.set(itemId, [...(this.#reading.get(itemId) ?? []), own]);
      return own;
    });
    try {
      const outlived = new Date(now.getTime() - this.#options.returnWindow * 1000);
      const ids = wanted.map(({ garment }) => garment.itemId);
      const read = await this.#options.store.of(ids, outlived);
      for (const [n, item] of wanted.entries()) {
        const pieces = read[n];
        if (pieces === undefined || readings[n]?.isVoid) continue;
        this.#entries.set(item.garment.itemId, this.#entry(item, pieces, model, now));
      }
      this.#entries.evict();
    } finally {
      for (const [n, { garment }] of wanted.entries()) this.#end(garment.itemId, readings[n]);
    }
  }

  #end(itemId: string, own: { isVoid: boolean } | undefined): void {
    const others = (this.#reading.get(itemId) ?? []).filter((reading) => reading !== own);
    if (others.length === 0) this.#reading.delete(itemId);
    else this.#reading.set(itemId, others);
  }

  #entry(
    { garment, sizes }: SizedItem,
    { pieces, completeTo }: ItemPieces,
    model: SizePredictor,
    now: Date,
  ): Entry {
    const seconds = now.getTime() / 1000;
    const year = now.getUTCFullYear();
    const known: ItemOutcome[] = [];
    const pending: Entry['pending'] = [];
    for (const decided of decideOutcomes(pieces, this.#options.returnWindow)) {
      const size = garment.run.sizes[sizes.get(decided.line.skuId) ?? -1];
      // A size that the item does not come in any more has no place among the others.
      if (size === undefined) continue;
      const outcome = outcomeOf(decided, garment.run.scale, size, year);
      if (decided.knownAt <= seconds) known.push(outcome);
      else pending.push({ outcome, knownAt: decided.knownAt });
    }
    return {
      model,
      known: knownItem(
        garment,
        model.itemEvidence(garment, known, seconds),
        countsOf(known),
        model,
      ),
      pending,
      until: Math.min(seconds + keptFor, completeTo + this.#options.returnWindow),
    };
  }
}

function mature(entry: Entry): void {
  const next = entry.pending.shift();
  if (next === undefined) return;
  const { garment, evidence, counts } = entry.known;
  const { outcome } = next;
  const more = { ...counts, [outcome.fit]: counts[outcome.fit] + 1 };
  const { model } = entry;
  entry.known = knownItem(garment, model.withItemOutcome(evidence, outcome), more, model);
}

function knownItem(
  garment: Garment,
  evidence: ItemEvidence,
  counts: FitCounts,
  model: SizePredictor,
): KnownItem {
  return { garment, evidence, counts, runs: runsOf(counts, model.fitPrior(garment)) };
}

function outcomeOf(
  { line, fit }: PieceOutcome<ItemPiece>,
  scale: string,
  { position, length }: Garment['run']['sizes'][number],
  year: number,
): ItemOutcome {
  return { scale, position, length, fit, at: line.at, body: profileBody(line.profile, year) };
}

function countsOf(outcomes: readonly ItemOutcome[]): FitCounts {
  const counts = { small: 0, fit: 0, large: 0 };
  for (const { fit } of outcomes) counts[fit] += 1;
  return counts;
}
