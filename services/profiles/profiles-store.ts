import type { RfmGroup, Tier } from '../../models/segmentation/tiers.ts';
import type { ChurnBand } from '../../models/segmentation/value/churn-band.ts';
import type { Database } from '../database/database.ts';
import type { StoredTag } from '../tags/tags-store.ts';

/** What the shop told of a user. */
export interface StoredProfile {
  readonly birthYear: number | null;
  readonly gender: 'female' | 'male' | 'other' | null;
  readonly cityTier: number | null;
  readonly channel: string | null;
  readonly heightCm: number | null;
  readonly weightKg: number | null;
  readonly bustCm: number | null;
  readonly waistCm: number | null;
  readonly hipCm: number | null;
  readonly bodyType: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** In Chinese and English. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface StoredTier {
  readonly tier: Tier;
  /** What the rules that the tier comes from call it, and what they recommend; null: not known. */
  readonly name: Words | null;
  readonly treatment: Words | null;
  readonly group: RfmGroup;
  readonly groupName: Words | null;
  readonly groupTreatment: Words | null;
  readonly recencyScore: number | null;
  readonly frequencyScore: number | null;
  readonly monetaryScore: number | null;
  readonly frequency: number;
  readonly monetary: number;
  readonly firstOrderAt: string | null;
  readonly lastOrderAt: string | null;
  readonly previousTier: Tier | null;
  readonly tierSince: string;
  readonly computedAt: string;
}

export interface StoredValue {
  readonly probabilityAlive: number;
  readonly churnBand: ChurnBand;
  readonly orders30: number;
  readonly orders90: number;
  readonly orders365: number;
  readonly spend30: number;
  readonly spend90: number;
  readonly spend365: number;
  readonly modelVersion: string;
  readonly computedAt: string;
}

export interface StoredSize {
  readonly category: string;
  readonly label: string;
  readonly kept: number;
  readonly tooSmall: number;
  readonly tooLarge: number;
}

/** A tag as JSON has it: with the time as text. */
export type StoredTagJson = Omit<StoredTag, 'lastEvidenceAt'> & {
  readonly lastEvidenceAt: string | null;
};

/** Derived parts are null where nothing derived may be used, and where there is nothing. */
export interface StoredUser {
  /** Null: the user is known by what they did alone. */
  readonly profile: StoredProfile | null;
  readonly personalised: boolean;
  readonly marketingConsent: boolean;
  /** Whether a deletion that the user asked for has not been carried out. */
  readonly isForgetting: boolean;
  /** Whether any event of theirs has been built. */
  readonly isBuilt: boolean;
  readonly tags: readonly StoredTagJson[] | null;
  readonly tier: StoredTier | null;
  readonly value: StoredValue | null;
  readonly sizes: readonly StoredSize[] | null;
}

// Milliseconds. Nobody waits longer.
const timeout = 2_000;

const columnsOf = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs)
    .map(([name, column]) => `'${name}', ${column}`)
    .join(', ');

const profileColumns = {
  ...{ birthYear: 'u.birth_year', gender: 'u.gender', cityTier: 'u.city_tier' },
  ...{ channel: 'u.channel', heightCm: 'u.height_cm', weightKg: 'u.weight_kg' },
  ...{ bustCm: 'u.bust_cm', waistCm: 'u.waist_cm', hipCm: 'u.hip_cm', bodyType: 'u.body_type' },
  ...{ attributes: 'u.attributes', createdAt: 'u.created_at', updatedAt: 'u.updated_at' },
};

const tierColumns = {
  ...{ name: `w.tier -> 'name'`, treatment: `w.tier -> 'treatment'` },
  ...{ groupName: `w.of_group -> 'name'`, groupTreatment: `w.of_group -> 'treatment'` },
  ...{ tier: 'r.tier', group: 'r.rfm_group', recencyScore: 'r.recency_score' },
  ...{ frequencyScore: 'r.frequency_score', monetaryScore: 'r.monetary_score' },
  ...{ frequency: 'r.frequency', monetary: 'r.monetary', firstOrderAt: 'r.first_order_at' },
  ...{ lastOrderAt: 'r.last_order_at', previousTier: 'r.previous_tier' },
  ...{ tierSince: 'r.tier_since', computedAt: 'r.computed_at' },
};

const valueColumns = {
  ...{ probabilityAlive: 'v.probability_alive', churnBand: 'v.churn_band' },
  ...{ orders30: 'v.expected_orders_30d', orders90: 'v.expected_orders_90d' },
  ...{ orders365: 'v.expected_orders_365d', spend30: 'v.expected_spend_30d' },
  ...{ spend90: 'v.expected_spend_90d', spend365: 'v.expected_spend_365d' },
  ...{ modelVersion: 'v.model_version', computedAt: 'v.computed_at' },
};

/**
 * Everything of one user as of one moment; $1 is who, $2 now, $3 how many tags. The size that was
 * kept most comes first within its category, of two the one by name.
 *
 * @param tagsSql that of tags, with the same parameters
 */
export const profileSql = (tagsSql: string) => `
select s.profile, s.personalised, s."marketingConsent", s."isForgetting",
  exists (select from user_features f where f.user_id = $1::text) as "isBuilt",
  case when s.may then (select json_agg(t) from (${tagsSql}) t) end as tags,
  case when s.may then (
    select json_build_object(${columnsOf(tierColumns)})
    from user_rfm r
    left join lateral (
      select q.rules #> array['tiers', r.tier] as tier,
        q.rules #> array['groups', r.rfm_group] as of_group
      from rfm_state t
      join rfm_rules q on q.version = t.rules_version
      -- The rules are large: they are read twice and not four times.
      offset 0
    ) w on true
    where r.user_id = $1::text
  ) end as tier,
  case when s.may then (
    select json_build_object(${columnsOf(valueColumns)}) from user_clv v where v.user_id = $1::text
  ) end as value,
  case when s.may then (
    select json_agg(json_build_object('category', p.category, 'label', p.size_label,
        'kept', p.kept, 'tooSmall', p.too_small, 'tooLarge', p.too_large)
      order by p.category, p.kept desc, p.size_label)
    from user_size_profiles p
    where p.user_id = $1::text
  ) end as sizes
from (
  select json_build_object(${columnsOf(profileColumns)}) as profile, u.personalised,
    u.marketing_consent as "marketingConsent",
    coalesce(u.forget_before > coalesce(u.forgotten_through, '-infinity'), false) as "isForgetting",
    u.personalised
      and not coalesce(u.forget_before > coalesce(u.forgotten_through, '-infinity'), false) as may
  from users u
  where u.user_id = $1::text
  union all
  select null, true, false, false, true
  where not exists (select from users u where u.user_id = $1::text)
) s`;

const hasEvents = `
select exists (
  select from events where user_id = $1::text and type <> 'impression'
) as found`;

/** What is known of single users, in the database. */
export class ProfilesStore {
  readonly #database: Database;
  readonly #profileSql: string;

  /** @param tagsSql what reads a user's tags */
  constructor(database: Database, tagsSql: string) {
    this.#database = database;
    this.#profileSql = profileSql(tagsSql);
  }

  /** @param tags how many of them at most */
  async find(userId: string, now: Date, tags: number): Promise<StoredUser> {
    const [row] = await this.#database.query<StoredUser>(this.#profileSql, [userId, now, tags], {
      name: 'user-profile',
      timeout,
    });
    if (row === undefined) throw new Error('a profile without a row');
    return row;
  }

  /** Whether the user has done anything; what they were only shown is nothing. */
  async hasEvents(userId: string): Promise<boolean> {
    const [row] = await this.#database.query<{ found: boolean }>(hasEvents, [userId], {
      name: 'user-has-events',
      timeout,
    });
    return row?.found ?? false;
  }
}
