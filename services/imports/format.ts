import type { Reader } from './reader.ts';
import type { RowSink } from './row-writer.ts';

/** A file as a format sees it. */
export interface SourceFile {
  /** As given on the command line. */
  readonly path: string;
  /**
   * Runs `work` for one line: it puts rows into the sink, or throws a RowError, and then none of
   * the line's rows count.
   */
  line(line: number, raw: string, work: (sink: RowSink) => void): void;
}

export interface FormatOptions {
  /** For formats whose lines have no time, RFC 3339. */
  readonly occurredAt: string;
  /** Later events are rejected. */
  readonly latest: string;
}

export interface Format {
  readonly name: string;
  readonly description: string;
  /**
   * `records`: ours. A row replaces what is there, and an id may stand in it once. `data-set`: many
   * lines may speak of one entity; what a data set cannot know (stock, launch date, `hidden`) stays
   * as it is for entities that are there already; event ids come from the content of the rows.
   */
  readonly kind: 'records' | 'data-set';
  /** Whether items and users that are only named by events are made as well. */
  readonly entitiesFromEvents: boolean;
  /**
   * A reader for one file.
   *
   * @param head the first bytes, unpacked
   */
  open(file: SourceFile, head: Buffer, options: FormatOptions): Reader;
}

/** Pieces of each SKU that a data set makes: it says nothing of stock, and they are to be sold. */
export const dataSetStock = 100;
