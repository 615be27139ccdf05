import type { RankedPage, WhyNamed } from '../../models/audience/audience-index.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';

/** What a thread is started with. */
export interface AudienceJob {
  readonly databaseUrl: string;
  /** Where the files of published models are kept; see ModelCache. */
  readonly modelFolder: string;
  readonly version: string;
  /** Where the model does not say what its histories are weighed by. */
  readonly weights: EventWeights;
  /** Milliseconds since 1970. */
  readonly before: number;
  readonly mostUsers: number;
}

/** What a thread says first. */
export type AudienceNews =
  | { readonly kind: 'ready'; readonly users: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a thread is asked. Rankings and sets are kept in it, by numbers, until they are dropped. */
export type AudienceRequest =
  | {
      readonly op: 'shelf';
      readonly itemIds: readonly string[];
      readonly newItems: ReadonlyMap<string, Float32Array>;
      readonly now: number;
    }
  /** Ids, one a line. */
  | { readonly op: 'set'; readonly ids: readonly string[] }
  | { readonly op: 'seeds'; readonly set: number; readonly least: number }
  | {
      readonly op: 'page';
      readonly ranking: number;
      readonly from: number;
      readonly count: number;
      readonly within: number | undefined;
    }
  | {
      readonly op: 'why';
      readonly ranking: number;
      readonly users: Uint32Array;
      readonly most: number;
    }
  | { readonly op: 'drop'; readonly handles: readonly number[] };

export interface AudienceAnswers {
  readonly shelf: { readonly ranking: number; readonly ranked: number; readonly known: number };
  readonly set: {
    readonly set: number;
    readonly given: number;
    readonly found: number;
    readonly unknown: readonly string[];
  };
  /** Undefined: the model has no direction for any of them. */
  readonly seeds: { readonly ranking: number; readonly ranked: number } | undefined;
  readonly page: RankedPage;
  readonly why: readonly WhyNamed[];
  readonly drop: undefined;
}

export interface AudienceReply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}
