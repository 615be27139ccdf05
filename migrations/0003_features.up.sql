-- Feature tables: derived from events and entities, made anew by scripts at any time.

-- Up to which events each feature table has been built: the snapshot in which it was.
create table feature_state (
  feature text primary key,
  built_through pg_snapshot not null,
  computed_at timestamptz not null
);

create table user_features (
  user_id external_id primary key,
  impressions bigint not null default 0,
  clicks bigint not null default 0,
  views bigint not null default 0,
  dwell_ms double precision not null default 0,
  likes bigint not null default 0,
  comments bigint not null default 0,
  shares bigint not null default 0,
  follows bigint not null default 0,
  carts bigint not null default 0,
  uncarts bigint not null default 0,
  -- Purchase events (order lines), pieces and money; returns likewise.
  purchases bigint not null default 0,
  units bigint not null default 0,
  spend numeric(16, 2) not null default 0,
  returns bigint not null default 0,
  returned_units bigint not null default 0,
  refunds numeric(16, 2) not null default 0,
  first_event_at timestamptz not null,
  last_event_at timestamptz not null,
  last_purchase_at timestamptz,
  computed_at timestamptz not null
);

create table item_features (
  item_id external_id primary key,
  impressions bigint not null default 0,
  clicks bigint not null default 0,
  views bigint not null default 0,
  dwell_ms double precision not null default 0,
  likes bigint not null default 0,
  comments bigint not null default 0,
  shares bigint not null default 0,
  follows bigint not null default 0,
  carts bigint not null default 0,
  uncarts bigint not null default 0,
  purchases bigint not null default 0,
  units bigint not null default 0,
  revenue numeric(16, 2) not null default 0,
  returns bigint not null default 0,
  returned_units bigint not null default 0,
  refunds numeric(16, 2) not null default 0,
  first_event_at timestamptz not null,
  last_event_at timestamptz not null,
  -- log2 of the sum of weight * 2^((occurred_at - landmark) / half-life): forward decay (Cormode et
  -- al. 2009), which orders items by recent popularity and needs no update as time goes by.
  trend double precision,
  computed_at timestamptz not null
);

create index item_features_trend_idx on item_features (trend desc nulls last, item_id);

create table user_rfm (
  user_id external_id primary key,
  recency_days integer,
  frequency integer not null,
  monetary numeric(16, 2) not null,
  recency_score smallint check (recency_score between 1 and 5),
  frequency_score smallint check (frequency_score between 1 and 5),
  monetary_score smallint check (monetary_score between 1 and 5),
  tier text,
  computed_at timestamptz not null
);

create table user_rfm_history (
  user_id external_id not null,
  changed_at timestamptz not null,
  tier text,
  primary key (user_id, changed_at)
);

create table user_clv (
  user_id external_id primary key,
  probability_alive double precision check (probability_alive between 0 and 1),
  expected_orders_30d double precision,
  expected_orders_90d double precision,
  expected_orders_365d double precision,
  expected_spend_365d double precision,
  model_version text not null,
  computed_at timestamptz not null
);

create table user_tags (
  user_id external_id not null,
  tag text not null,
  value text not null,
  weight double precision not null,
  evidence_count integer not null,
  last_evidence_at timestamptz,
  computed_at timestamptz not null,
  primary key (user_id, tag, value)
);

create table user_size_profiles (
  user_id external_id not null,
  -- Several people may buy from one account.
  persona smallint not null default 0,
  category text not null,
  size_label text not null,
  kept integer not null default 0,
  too_small integer not null default 0,
  too_large integer not null default 0,
  computed_at timestamptz not null,
  primary key (user_id, persona, category, size_label)
);

create table item_size_profiles (
  item_id external_id not null,
  size_label text not null,
  kept integer not null default 0,
  too_small integer not null default 0,
  too_large integer not null default 0,
  computed_at timestamptz not null,
  primary key (item_id, size_label)
);
