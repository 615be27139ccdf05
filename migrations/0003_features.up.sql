-- Feature tables: derived from events and entities, made anew by scripts at any time.

-- Up to which events a group of feature tables has been built: the snapshot in which it was. Events
-- that are visible later and were not visible in it are the new ones.
create table feature_state (
  feature text primary key,
  built_through pg_snapshot not null,
  -- The cluster that the snapshot's transaction ids belong to (pg_control_system).
  cluster text not null,
  -- What the tables were built with (weights, half-life): sums of different ones do not add up.
  definition text not null,
  computed_at timestamptz not null
);

-- Users without behaviour features as of the last build: those who had the switch off in it. One
-- who is found here with the switch on again is built anew from all their events.
create table feature_exclusions (
  user_id external_id primary key
);

create index users_not_personalised_idx on users (user_id) where not personalised;

-- What an event says about its user's interest in its item. The numbers and their meaning are in
-- models/dataset/event-weights.ts, which has the same function and passes its numbers here.
create function interaction_weight(
  type text,
  dwell_ms double precision,
  reason text,
  weights jsonb
)
returns double precision
language sql immutable parallel safe
as $$
  select case type
    when 'return' then (weights #>> array['return', coalesce(reason, 'other')])::double precision
    when 'view' then case
      when dwell_ms is null then (weights #>> '{view,unknown}')::double precision
      when dwell_ms < (weights #>> '{view,shortestMs}')::double precision
        then (weights #>> '{view,short}')::double precision
      else least(
        (weights #>> '{view,most}')::double precision,
        (weights #>> '{view,least}')::double precision
          + (weights #>> '{view,perDoubling}')::double precision
            * ln(dwell_ms / (weights #>> '{view,shortestMs}')::double precision)
            / ln(2::double precision)
      )
    end
    else (weights #>> array['types', type])::double precision
  end
$$;

-- log2(2^a + 2^b). Past 64 the smaller one is below the last bit of the sum, and its power of two
-- would in the end be refused as an underflow.
create function log2_add(a double precision, b double precision)
returns double precision
language plpgsql immutable strict parallel safe
as $$
begin
  return greatest(a, b) + case when abs(a - b) > 64 then 0
    else ln(1 + power(2::double precision, -abs(a - b))) / ln(2::double precision) end;
end
$$;

-- log2 of the sum of the powers of two whose exponents are given; null for none.
create aggregate log2_sum(double precision) (
  sfunc = log2_add,
  stype = double precision,
  combinefunc = log2_add,
  parallel = safe
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

-- How each SKU turned out, in pieces: bought and kept (less what came back for whatever reason),
-- found too small, found too large. Counts of events alone, so that they can be added to; which size
-- and category a SKU is, which may become known or change later, is joined when they are read.
create table user_sku_outcomes (
  user_id external_id not null,
  sku_id external_id not null,
  kept bigint not null default 0,
  too_small bigint not null default 0,
  too_large bigint not null default 0,
  computed_at timestamptz not null,
  primary key (user_id, sku_id)
);

create table sku_outcomes (
  sku_id external_id primary key,
  kept bigint not null default 0,
  too_small bigint not null default 0,
  too_large bigint not null default 0,
  computed_at timestamptz not null
);

-- category: the leaf of the item's category path.
create view user_size_profiles as
select o.user_id,
  -- Several people may buy from one account; which of them did is not known here.
  0::smallint as persona,
  i.category_path[cardinality(i.category_path)] as category,
  s.size_label,
  sum(o.kept)::bigint as kept,
  sum(o.too_small)::bigint as too_small,
  sum(o.too_large)::bigint as too_large,
  max(o.computed_at) as computed_at
from user_sku_outcomes o
join skus s on s.sku_id = o.sku_id
join items i on i.item_id = s.item_id
where s.size_label is not null and cardinality(i.category_path) > 0
group by o.user_id, category, s.size_label;

create view item_size_profiles as
select s.item_id,
  s.size_label,
  sum(o.kept)::bigint as kept,
  sum(o.too_small)::bigint as too_small,
  sum(o.too_large)::bigint as too_large,
  max(o.computed_at) as computed_at
from skus s
join sku_outcomes o on o.sku_id = s.sku_id
where s.size_label is not null
group by s.item_id, s.size_label;
