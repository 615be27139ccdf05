import type { Body, FitOutcome, Garment, RunSize } from './size-types.ts';

/** A piece that somebody took, how it turned out, and from when on that was known. */
export interface DecidedPiece {
  readonly wearer: string;
  readonly garment: Garment;
  readonly position: number;
  readonly length: RunSize['length'];
  readonly fit: FitOutcome;
  readonly body: Body;
  /** Seconds since 1970, of the purchase. */
  readonly at: number;
  readonly knownAt: number;
}
