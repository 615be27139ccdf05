import type { Database } from '../database/database.ts';
import type { User, UserSwitches } from './users-schema.ts';

export interface Written {
  readonly created: number;
  readonly updated: number;
}

// $2 and $3 hold the switches that were given, by user id. A switch that was not given is read from
// the row while it is locked: taken from an earlier look, it could undo an opt-out made meanwhile.
// For `xmax` and `order by` see catalogue-store.ts.
const upsertUsers = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as row(
    "userId" text, "birthYear" smallint, gender text, "cityTier" smallint, channel text,
    "heightCm" real, "weightKg" real, "bustCm" real, "waistCm" real, "hipCm" real,
    "bodyType" text, attributes jsonb, personalised boolean, "marketingConsent" boolean
  )
), written as (
  insert into users as old (
    user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm, waist_cm,
    hip_cm, body_type, attributes, personalised, marketing_consent
  )
  select
    "userId", "birthYear", gender, "cityTier", channel, "heightCm", "weightKg", "bustCm", "waistCm",
    "hipCm", "bodyType", attributes, coalesce(personalised, true),
    coalesce("marketingConsent", false)
  from given
  order by "userId"
  on conflict (user_id) do update set
    birth_year = excluded.birth_year,
    gender = excluded.gender,
    city_tier = excluded.city_tier,
    channel = excluded.channel,
    height_cm = excluded.height_cm,
    weight_kg = excluded.weight_kg,
    bust_cm = excluded.bust_cm,
    waist_cm = excluded.waist_cm,
    hip_cm = excluded.hip_cm,
    body_type = excluded.body_type,
    attributes = excluded.attributes,
    personalised = coalesce(($2::jsonb -> excluded.user_id)::boolean, old.personalised),
    marketing_consent = coalesce(($3::jsonb -> excluded.user_id)::boolean, old.marketing_consent),
    updated_at = now()
  where (
    old.birth_year, old.gender, old.city_tier, old.channel, old.height_cm, old.weight_kg,
    old.bust_cm, old.waist_cm, old.hip_cm, old.body_type, old.attributes, old.personalised,
    old.marketing_consent
  ) is distinct from (
    excluded.birth_year, excluded.gender, excluded.city_tier, excluded.channel, excluded.height_cm,
    excluded.weight_kg, excluded.bust_cm, excluded.waist_cm, excluded.hip_cm, excluded.body_type,
    excluded.attributes,
    coalesce(($2::jsonb -> excluded.user_id)::boolean, old.personalised),
    coalesce(($3::jsonb -> excluded.user_id)::boolean, old.marketing_consent)
  )
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as created,
  count(*) filter (where not inserted) as updated
from written`;

const turnSwitches = `
insert into users as old (user_id, personalised, marketing_consent)
values ($1::text, coalesce($2::boolean, true), coalesce($3::boolean, false))
on conflict (user_id) do update set
  personalised = coalesce($2::boolean, old.personalised),
  marketing_consent = coalesce($3::boolean, old.marketing_consent),
  updated_at = now()
returning personalised, marketing_consent as "marketingConsent"`;

/** Users in the database. */
export class UsersStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes the users that are new or different. The ids must differ from each other. */
  async upsert(users: readonly User[]): Promise<Written> {
    const [written] = await this.#database.query<Written>(upsertUsers, [
      JSON.stringify(users),
      switches(users, 'personalised'),
      switches(users, 'marketingConsent'),
    ]);
    if (written === undefined) throw new Error('an aggregate without a row');
    return written;
  }

  /** @returns both switches as they stand now */
  async turn(
    userId: string,
    { personalised, marketingConsent }: UserSwitches,
  ): Promise<Required<UserSwitches>> {
    const [switches] = await this.#database.query<Required<UserSwitches>>(turnSwitches, [
      ...[userId, personalised ?? null, marketingConsent ?? null],
    ]);
    if (switches === undefined) throw new Error('an insert without a row');
    return switches;
  }
}

function switches(users: readonly User[], name: 'personalised' | 'marketingConsent'): string {
  const given = users.filter((user) => user[name] !== undefined);
  return JSON.stringify(Object.fromEntries(given.map((user) => [user.userId, user[name]])));
}
