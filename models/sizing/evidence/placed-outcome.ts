/** An outcome of an item beside what was to be expected of it. */
export interface PlacedOutcome {
  readonly slot: number;
  readonly position: number;
  /** 0 small, 1 fit, 2 large. */
  readonly fit: 0 | 1 | 2;
  /** Seconds since 1970. */
  readonly at: number;
  /** The position expected for the body; NaN where nothing is known of the scale. */
  readonly expected: number;
  /** In centimetres; NaN where it is unknown. */
  readonly heightCm: number;
  /** Shares of small and large that are usual for the category and size. */
  readonly usualSmall: number;
  readonly usualLarge: number;
}
