drop function random_bucket;
drop table segment_members, segment_references, segments;
drop index user_tag_sums_value_idx;
drop table user_clv, user_rfm_history, user_rfm;

create table user_rfm (
  user_id external_id primary key,
  recency_days integer,
  frequency integer not null,
  monetary numeric(28, 2) not null,
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
