import type { BodySizes } from '../body/body-sizes.ts';
import type { RateTable } from '../rate-table.ts';
import type { WearerOutcome } from '../size-types.ts';
import { fitClass, slotOf } from '../slots.ts';

/** Most outcomes that a wearer's evidence is made of: the latest. */
export const mostWearerOutcomes = 50;

/** Seconds after which a wearer's outcome counts for 1/e of a fresh one. */
export const wearerForgetting = 330 * 86_400;

/** A piece that a wearer took, beside what was to be expected of it. */
export interface WornPiece {
  readonly scale: string;
  readonly category: string | null;
  readonly brand: string | null;
  readonly position: number;
  readonly length: number;
  readonly slot: number;
  /** 0 small, 1 fit, 2 large. */
  readonly fit: 0 | 1 | 2;
  readonly at: number;
  /** e^(−age / wearerForgetting). */
  readonly fresh: number;
  /** Outcome less the usual share of small (large) for the category and size. */
  readonly small: number;
  readonly large: number;
  /** Position less the one expected for the body; 0 where that is unknown. */
  readonly gap: number;
}

/** Where the tables and regressions of a model say what is usual. */
export interface Usual {
  readonly rates: RateTable;
  readonly bodies: BodySizes;
}

/** A wearer's evidence as the features read it. */
export class WearerState {
  /** See `measured`. */
  readonly body: Float32Array;
  readonly now: number;
  /** Oldest first. */
  readonly pieces: readonly WornPiece[];
  readonly #bodies: BodySizes;
  readonly #scales = new Map<string, WearerOnScale>();

  constructor(
    body: Float32Array,
    outcomes: readonly WearerOutcome[],
    now: number,
    { rates, bodies }: Usual,
  ) {
    this.body = body;
    this.now = now;
    this.#bodies = bodies;
    this.pieces = outcomes
      .map((outcome) => {
        const [usualSmall, , usualLarge] = rates.rates(outcome);
        const fit = fitClass(outcome.fit);
        const gap = outcome.position - this.on(outcome.scale).expected;
        return {
          scale: outcome.scale,
          category: outcome.category,
          brand: outcome.brand,
          position: outcome.position,
          length: outcome.length,
          fit,
          at: outcome.at,
          slot: slotOf(outcome.position, outcome.length),
          fresh: Math.exp(-Math.abs(now - outcome.at) / wearerForgetting),
          small: (fit === 0 ? 1 : 0) - usualSmall,
          large: (fit === 2 ? 1 : 0) - usualLarge,
          gap: Number.isNaN(gap) ? 0 : gap,
        };
      })
      .sort((a, b) => a.at - b.at || a.position - b.position);
  }

  /** What the body lets expect on a scale. */
  on(scale: string): WearerOnScale {
    const known = this.#scales.get(scale);
    if (known) return known;
    const expected = this.#bodies.expected(scale, this.body);
    const on = { expected, error: this.#bodies.error(scale, this.body) };
    this.#scales.set(scale, on);
    return on;
  }
}

export interface WearerOnScale {
  /** Position expected for the body, and its error in steps; NaN on an unknown scale. */
  readonly expected: number;
  readonly error: number;
}
