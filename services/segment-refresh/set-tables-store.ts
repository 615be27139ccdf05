import { literalSql, type Sql, toQuery } from '../database/sql.ts';
import type { Session } from '../database/transaction.ts';

/** A set of users that a rule joins, as a table of its own. */
export interface SetTable {
  readonly path: string;
  readonly name: string;
  readonly key: string;
  readonly sql: Sql;
}

/** What it took to compute a part of a rule. */
export interface TimedPart {
  readonly path: string;
  readonly ms: number;
}

/**
 * The sets that rules join (what was bought in 30 days, say), each computed once into a temporary
 * table of a connection. That it is a table of its own tells how long just this condition takes, and
 * lets other segments that have the same condition take it from there.
 */
export class SetTables {
  readonly #session: Session;
  readonly #most: number;
  /** By their SQL and its values; those used last are at the end. */
  readonly #made = new Map<string, { readonly name: string; readonly ms: number }>();
  readonly #names = new Map<string, string>();

  /** @param most how many are kept */
  constructor(session: Session, most: number) {
    this.#session = session;
    this.#most = most;
  }

  /** @returns what puts tables in a statement, and in `needed` those that it has put in, in order */
  collect() {
    const needed: SetTable[] = [];
    const standIn = (set: Sql, path: string): Sql => {
      const { text, values } = toQuery(set);
      const key = JSON.stringify([text, values]);
      const name = this.#names.get(key) ?? `segment_set_${this.#names.size + 1}`;
      this.#names.set(key, name);
      needed.push({ path, name, key, sql: set });
      return literalSql(`select * from ${name}`);
    };
    return { needed, standIn };
  }

  /** Computes a table, unless it is there. */
  async make({ path, name, key, sql }: SetTable): Promise<TimedPart> {
    const made = this.#made.get(key);
    if (made !== undefined) {
      this.#made.delete(key);
      this.#made.set(key, made);
      return { path, ms: made.ms };
    }
    const started = performance.now();
    const { text, values } = toQuery(sql);
    try {
      await this.#session.query(`create temporary table ${name} as ${text}`, values);
      // Otherwise the planner takes a user for many rows.
      await this.#session.query(`analyze ${name}`);
    } catch (error) {
      await this.#session.query(`drop table if exists ${name}`).catch(() => undefined);
      throw error;
    }
    const ms = performance.now() - started;
    this.#made.set(key, { name, ms });
    return { path, ms };
  }

  /** Drops those that were not used for longest. Not while a statement needs them. */
  async limit(): Promise<void> {
    for (const [key, { name }] of this.#made) {
      if (this.#made.size <= this.#most) return;
      await this.#drop(key, name);
    }
  }

  async clear(): Promise<void> {
    for (const [key, { name }] of this.#made) await this.#drop(key, name);
  }

  async #drop(key: string, name: string): Promise<void> {
    await this.#session.query(`drop table ${name}`);
    this.#made.delete(key);
  }
}
