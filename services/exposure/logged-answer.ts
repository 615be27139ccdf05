/** Who was answered; at least one of the two. */
export interface LoggedViewer {
  readonly userId: string | null;
  readonly sessionId: string | null;
}

export interface LoggedItem {
  readonly itemId: string;
  /** Where it came from: a kind of model, a list, or `exploration`. */
  readonly source: string;
  readonly score: number;
}

/** What was shown to one viewer at one time. */
export interface LoggedAnswer {
  readonly requestId: string;
  /**
   * Null for a viewer whose switch is off: what they were shown counts, but nothing says that it was
   * them.
   */
  readonly viewer: LoggedViewer | null;
  readonly roomId: string | null;
  /** Null while no model is loaded. */
  readonly modelVersion: string | null;
  readonly variant: string;
  readonly shownAt: Date;
  /** The first place first. */
  readonly items: readonly LoggedItem[];
}
