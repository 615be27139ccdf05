import { sql } from '../database/sql.ts';
import type { Queryable } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { namedSegments, type Rule } from './rule.ts';
import {
  type CompileContext,
  compileRule,
  type MemberQuery,
  type StandIn,
} from './rule-compiler-store.ts';
import { findField } from './segment-fields.ts';

interface StoredRule {
  readonly segmentId: string;
  readonly rule: Rule | null;
}

// The segment and all that its rule leads to.
const withNamed = `
with recursive named (segment_id) as (
  select unnest($1::text[])
  union
  select f.refers_to from segment_references f join named n on n.segment_id = f.segment_id
)
select s.segment_id as "segmentId", s.rule
from segments s
join named n on n.segment_id = s.segment_id`;

/** Whom segments hold, as SQL that other statements take in. */
export class SegmentQueries {
  readonly #database: Queryable;
  readonly #tagKinds: readonly string[];

  /** @param tagKinds which tags there are */
  constructor(database: Queryable, tagKinds: readonly string[]) {
    this.#database = database;
    this.#tagKinds = tagKinds;
  }

  /**
   * The members of a segment as of now: of a static one the ids that are in its list and are users.
   *
   * @param now the moment that windows and ages are counted to
   * @param on reads the rule; the same transaction as the query where both have to agree
   * @param standIn where the sets that it joins are computed by themselves
   * @throws NotFoundError
   */
  async members(
    segmentId: string,
    now: Date,
    on = this.#database,
    standIn?: StandIn,
  ): Promise<MemberQuery> {
    const resolve = this.#resolver(await this.#read([segmentId], on), now, standIn);
    return resolve(segmentId);
  }

  /**
   * The users whom a rule that was checked holds.
   *
   * @throws NotFoundError when it names a segment that there is not
   */
  async ofRule(rule: Rule, now: Date, on = this.#database): Promise<MemberQuery> {
    const named = namedSegments(rule);
    const rules = named.length === 0 ? new Map<string, Rule | null>() : await this.#read(named, on);
    const members = this.#resolver(rules, now);
    return this.#compile(rule, { now, members });
  }

  async #read(ids: readonly string[], on: Queryable): Promise<ReadonlyMap<string, Rule | null>> {
    const rows = await on.query<StoredRule>(withNamed, [ids]);
    return new Map(rows.map(({ segmentId, rule }) => [segmentId, rule]));
  }

  /** Each segment is compiled once, however often rules name it. */
  #resolver(rules: ReadonlyMap<string, Rule | null>, now: Date, standIn?: StandIn) {
    const compiled = new Map<string, MemberQuery>();
    const resolve = (segmentId: string, root?: string): MemberQuery => {
      const known = compiled.get(segmentId);
      if (known !== undefined) return known;
      const rule = rules.get(segmentId);
      if (rule === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
      const members =
        rule === null
          ? listMembers(segmentId)
          : this.#compile(rule, { now, members: named, standIn }, root);
      compiled.set(segmentId, members);
      return members;
    };
    const named = (segmentId: string) => resolve(segmentId, `segment ${segmentId}: rule`);
    return resolve;
  }

  #compile(rule: Rule, context: Omit<CompileContext, 'findField'>, root?: string): MemberQuery {
    const find = (name: string) => findField(name, this.#tagKinds);
    return compileRule(rule, { ...context, findField: find }, root);
  }
}

function listMembers(segmentId: string): MemberQuery {
  const list = sql`select u.user_id from segment_members m join users u on u.user_id = m.user_id
    where m.segment_id = ${segmentId}::text`;
  return { sql: list, usesBehaviour: false, leaves: [{ path: 'list', sql: list }] };
}
