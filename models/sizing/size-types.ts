/** How a piece turned out for the one who wore it. */
export type FitOutcome = 'small' | 'fit' | 'large';

/** What is known of a body. Everything may be missing. */
export interface Body {
  readonly heightCm?: number | undefined;
  readonly weightKg?: number | undefined;
  readonly bustCm?: number | undefined;
  readonly waistCm?: number | undefined;
  readonly hipCm?: number | undefined;
  readonly footCm?: number | undefined;
  /** Years. */
  readonly age?: number | undefined;
  readonly gender?: 'female' | 'male' | 'other' | undefined;
  readonly bodyType?: string | undefined;
}

/** One size that an item comes in. */
export interface RunSize {
  /** As the shop writes it. */
  readonly label: string;
  /** Place on the run's scale in steps: one is the distance from M to L. */
  readonly position: number;
  /** −1 petite, 0 regular, 1 tall. */
  readonly length: -1 | 0 | 1;
}

/** The sizes of an item, smallest first; none twice. */
export interface SizeRun {
  /**
   * What positions can be compared within: `women-top`, `men-bottom`, `shoes`, `kids` …; `order:` and
   * a category where the labels say nothing, and a position is the place in the item's own run.
   */
  readonly scale: string;
  readonly sizes: readonly RunSize[];
}

/** What a piece of clothing is, as far as sizes go. */
export interface Garment {
  readonly itemId: string;
  /** The leaf of its category path. */
  readonly category: string | null;
  readonly brand: string | null;
  readonly run: SizeRun;
}

/** A piece that somebody took, and how it turned out. */
export interface SizeOutcome {
  readonly scale: string;
  readonly position: number;
  readonly length: -1 | 0 | 1;
  readonly fit: FitOutcome;
  /** Seconds since 1970, of the purchase. */
  readonly at: number;
}

/** An outcome of an item, with the body of the one who took it as far as it is known. */
export interface ItemOutcome extends SizeOutcome {
  readonly body: Body;
}

/** An outcome of a wearer, with what the piece was. */
export interface WearerOutcome extends SizeOutcome {
  readonly itemId: string;
  readonly category: string | null;
  readonly brand: string | null;
}

/** What a model says of one size of a run. */
export interface SizeChances {
  /** That of all sizes of the run this is the one to be kept; these sum to one over the run. */
  readonly chosen: number;
  /** These three sum to one. */
  readonly small: number;
  readonly fit: number;
  readonly large: number;
}
