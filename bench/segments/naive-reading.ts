import type { Database } from '../../services/database/database.ts';
import { toQuery } from '../../services/database/sql.ts';
import type { Rule } from '../../services/segments/rule.ts';
import { SegmentQueries } from '../../services/segments/segment-queries-store.ts';
import { tagNames } from '../../services/tags/tag-kinds.ts';

/** The users of a rule: each condition is asked by itself, and its users are read out. */
export async function readAlone(database: Database, rule: Rule): Promise<ReadonlySet<string>> {
  const queries = new SegmentQueries(database, tagNames);
  const now = new Date();
  const users = async (part: Rule): Promise<ReadonlySet<string>> => {
    const { text, values } = toQuery((await queries.ofRule(part, now)).sql);
    const rows = await database.query<{ user_id: string }>(text, values);
    return new Set(rows.map(({ user_id }) => user_id));
  };
  const { usesBehaviour } = await queries.ofRule(rule, now);
  const everybody = usesBehaviour
    ? 'select user_id from users where personalised'
    : 'select user_id from users';
  const of = async (part: Rule): Promise<ReadonlySet<string>> => {
    if ('not' in part) {
      const others = await of(part.not);
      const rows = await database.query<{ user_id: string }>(everybody);
      return new Set(rows.map(({ user_id }) => user_id).filter((id) => !others.has(id)));
    }
    if (!('all' in part || 'any' in part)) return users(part);
    const isAll = 'all' in part;
    let sets: ReadonlySet<string> | undefined;
    for (const inner of isAll ? part.all : part.any) {
      const next = await of(inner);
      if (sets === undefined) sets = next;
      else if (isAll) sets = new Set([...sets].filter((id) => next.has(id)));
      else sets = new Set([...sets, ...next]);
    }
    return sets ?? new Set();
  };
  const found = await of(rule);
  if (!usesBehaviour) return found;
  const rows = await database.query<{ user_id: string }>(everybody);
  return new Set(rows.map(({ user_id }) => user_id).filter((id) => found.has(id)));
}
