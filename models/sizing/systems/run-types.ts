import type { SizeRun } from '../size-types.ts';
import type { Shape } from './shape-types.ts';

/** A label of an item, as the catalogue has it. */
export interface LabelledSize {
  readonly label: string;
  /** The shop's own place of it in the run. Only heeded where they are not all the same. */
  readonly order?: number | undefined;
}

/** The sizes of an item, and how its labels were understood. */
export interface ReadRun extends SizeRun {
  /**
   * The id of the system that explains them, or `chart` for the brand's own table; null: none does,
   * and the order is the shop's own.
   */
  readonly system: string | null;
  /** Other systems that explain all labels as well, at other positions. */
  readonly alternatives: readonly string[];
  /** Labels that the system does not explain; their positions are from their places in the order. */
  readonly unread: readonly string[];
  /** Labels that the brand's table, where there is one, does not have. */
  readonly outsideChart: readonly string[];
  /** The index in `sizes` of every label that was given. Labels that mean the same share one. */
  readonly places: ReadonlyMap<string, number>;
}

/** A label with everything that it can mean. */
export interface ReadLabel {
  readonly label: string;
  /** Undefined: the shop says no order. */
  readonly order: number | undefined;
  /** Normalised. */
  readonly key: string;
  /** Of the whole, and then of its parts. */
  readonly shapes: readonly (readonly Shape[])[];
}
