import type { Queryable } from '../database/transaction.ts';

export interface StoredRules {
  readonly version: number;
  readonly rules: unknown;
}

/** The rules that are active; undefined: none were ever. */
export async function readActiveRules(database: Queryable): Promise<StoredRules | undefined> {
  const [row] = await database.query<StoredRules>(
    'select version, rules from rfm_rules where active',
  );
  return row;
}

/** Makes rules the active ones: a new version of them, or the one that is just the same. */
export async function activateRules(transaction: Queryable, rules: unknown): Promise<number> {
  await transaction.query('lock table rfm_rules in share row exclusive mode');
  const json = JSON.stringify(rules);
  const [active] = await transaction.query<{ version: number }>(
    'select version from rfm_rules where active and rules = $1::jsonb',
    [json],
  );
  if (active !== undefined) return active.version;
  const [known] = await transaction.query<{ version: number }>(
    'select max(version) as version from rfm_rules where rules = $1::jsonb',
    [json],
  );
  await transaction.query('update rfm_rules set active = false where active');
  const [row] = await transaction.query<{ version: number }>(
    known?.version
      ? `update rfm_rules set active = true, activated_at = now() where version = $1::integer
         returning version`
      : `insert into rfm_rules (rules, active, activated_at) values ($1::jsonb, true, now())
         returning version`,
    [known?.version ? known.version : json],
  );
  if (row === undefined) throw new Error('a write without a row');
  return row.version;
}
