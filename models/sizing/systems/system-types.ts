import type { BodyLine } from './body-lines.ts';
import type { GarmentKind } from './garment-kind.ts';
import type { Length, Shape } from './shape-types.ts';

/** A label as one system reads it. */
export interface Reading {
  readonly position: number;
  readonly length: Length;
  /** How usual the label is in the system: 1, or less for its ends. */
  readonly weight: number;
}

/** One way of writing sizes, for one kind of bodies. */
export interface SizeSystem {
  /** As in `eu-women`: what a shop can name to say that its labels are of this system. */
  readonly id: string;
  /** What is shown before a label of it: `EU`. May be empty. */
  readonly name: string;
  readonly line: BodyLine;
  /** How much to expect it on such a piece, 0 (never) to 1, before the labels are looked at. */
  readonly suits: (garment: GarmentKind) => number;
  readonly read: (shape: Shape, garment: GarmentKind) => Reading | undefined;
  /** Its usual labels, smallest first, and where they lie. */
  readonly table: readonly SystemSize[];
}

export interface SystemSize {
  readonly label: string;
  readonly position: number;
}
