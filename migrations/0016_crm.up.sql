-- Tiers, value and segments. Nothing filled the tables of 0003 that these replace.

drop table user_rfm, user_rfm_history, user_clv;

create table user_rfm (
  user_id external_id primary key,
  -- The first and the last order of all; null: none.
  first_order_at timestamptz,
  last_order_at timestamptz,
  -- Orders in the window, and the money of them less what came back.
  frequency integer not null check (frequency >= 0),
  monetary numeric(28, 2) not null,
  -- Null: no order in the window.
  recency_score smallint check (recency_score between 1 and 5),
  frequency_score smallint check (frequency_score between 1 and 5),
  monetary_score smallint check (monetary_score between 1 and 5),
  -- One of seven, and one of the finer names that shops know.
  tier text not null,
  rfm_group text not null,
  previous_tier text,
  tier_since timestamptz not null,
  computed_at timestamptz not null
);

create index user_rfm_tier_idx on user_rfm (tier, user_id);

-- What a user was from `changed_at` on, until the next row.
create table user_rfm_history (
  user_id external_id not null,
  changed_at timestamptz not null,
  tier text not null,
  rfm_group text not null,
  primary key (user_id, changed_at)
);

create table user_clv (
  user_id external_id primary key,
  probability_alive double precision not null check (probability_alive between 0 and 1),
  expected_orders_30d double precision not null check (expected_orders_30d >= 0),
  expected_orders_90d double precision not null check (expected_orders_90d >= 0),
  expected_orders_365d double precision not null check (expected_orders_365d >= 0),
  expected_spend_30d double precision not null check (expected_spend_30d >= 0),
  expected_spend_90d double precision not null check (expected_spend_90d >= 0),
  expected_spend_365d double precision not null check (expected_spend_365d >= 0),
  churn_band text not null,
  model_version text not null,
  computed_at timestamptz not null
);

-- Who has a tag, for segments.
create index user_tag_sums_value_idx on user_tag_sums (tag, value);

-- Sets of users: by a rule (dynamic), or by a list of ids (static).
create table segments (
  segment_id external_id primary key,
  name text not null check (char_length(name) between 1 and 200),
  description text not null default '',
  kind text not null check (kind in ('dynamic', 'static')),
  rule jsonb check (jsonb_typeof(rule) = 'object'),
  -- The share of members that is kept out of exports, always the same for a seed.
  holdout_share double precision not null default 0 check (holdout_share >= 0 and holdout_share < 1),
  holdout_seed text not null check (char_length(holdout_seed) between 1 and 200),
  -- Null: its members are not computed by themselves.
  refresh_minutes integer check (refresh_minutes between 1 and 525600),
  next_refresh_at timestamptz,
  -- When the rows of segment_members were computed or uploaded last.
  refreshed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind = 'dynamic') = (rule is not null))
);

create index segments_next_refresh_at_idx on segments (next_refresh_at)
  where next_refresh_at is not null;

-- Which segments a rule names. One that is named cannot be deleted.
create table segment_references (
  segment_id external_id not null references segments on delete cascade,
  refers_to external_id not null references segments,
  primary key (segment_id, refers_to)
);

create index segment_references_refers_to_idx on segment_references (refers_to);

-- Of a static segment its ids; of a dynamic one who was in it when it was computed last.
create table segment_members (
  segment_id external_id not null references segments on delete cascade,
  user_id external_id not null,
  entered_at timestamptz not null default now(),
  primary key (segment_id, user_id)
);

create index segment_members_user_id_idx on segment_members (user_id);

-- Where a user falls in [0, 1) by a seed: the first 32 bits of md5(seed ':' user), over 2^32. Every
-- language has md5, so that it can be worked out elsewhere.
create function random_bucket(seed text, user_id text)
returns double precision
language sql immutable strict parallel safe
as $$
  select ('x' || left(md5(seed || ':' || user_id), 8))::bit(32)::bigint / 4294967296::double precision
$$;
