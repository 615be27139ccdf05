import type { SizeRun } from '../size-types.ts';

/** Whom clothes are made for. `adult`: for women and men alike, or not said. */
export type PersonGroup = 'women' | 'men' | 'kids' | 'adult';

/** One of the people behind an account. */
export interface Persona {
  readonly group: PersonGroup;
  /** Of what the account is going to buy; what these leave of one is for somebody new. */
  readonly share: number;
  /**
   * That this is somebody who buys again: not a present, and not another one of these who took
   * another size for once.
   */
  readonly certainty: number;
  /** That it is the one whose body the account tells of. At most one has more than a half. */
  readonly owner: number;
  /** Of each outcome that was given: that it is this person's. */
  readonly members: Float64Array;
  /** Where the person is now, on scales where that is known. */
  readonly places: ReadonlyMap<string, PersonaPlace>;
  /** How much was bought of each category, recent purchases counting more. */
  readonly categories: ReadonlyMap<string, number>;
}

/** A place on a scale with its uncertainty, in steps. */
export interface PersonaPlace {
  readonly position: number;
  /** Of the size that a next piece would have, makers' differences included. */
  readonly deviation: number;
}

/** A piece that somebody of the account may buy. */
export interface PersonaGarment {
  readonly run: SizeRun;
  readonly category: string | null;
}
