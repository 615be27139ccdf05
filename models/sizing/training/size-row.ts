import type { Body, FitOutcome, Garment } from '../size-types.ts';

/** A piece that somebody took, and how it turned out: what a model of sizes is trained on. */
export interface SizeRow {
  /** Whoever wore it: an account, or a persona of one. */
  readonly wearer: string;
  /**
   * With the run that was on offer. A row whose own size is not in it teaches how pieces turn out,
   * but not which size is chosen.
   */
  readonly garment: Garment;
  readonly position: number;
  readonly length: -1 | 0 | 1;
  readonly fit: FitOutcome;
  readonly body: Body;
  /** Seconds since 1970. */
  readonly at: number;
}
