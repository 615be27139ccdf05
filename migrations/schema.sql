-- Made by `npm run schema` from the migrations; not to be edited.

create domain external_id as text CHECK (((char_length(VALUE) >= 1) AND (char_length(VALUE) <= 128)));

create table change_feed (
  change_id bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  ids text[],
  details json
);

create table event_keys (
  event_id external_id not null,
  occurred_at timestamp with time zone not null
);

create table events (
  event_id external_id not null,
  user_id external_id,
  session_id external_id,
  item_id external_id,
  sku_id external_id,
  room_id external_id,
  type text not null,
  value double precision,
  quantity integer,
  unit_price numeric(12,2),
  order_id external_id,
  reason text,
  properties jsonb,
  occurred_at timestamp with time zone not null,
  received_at timestamp with time zone not null default now(),
  ingest_xid bigint not null default ((pg_current_xact_id())::text)::bigint
) partition by RANGE (occurred_at);

create table feature_exclusions (
  user_id external_id not null
);

create table feature_state (
  feature text not null,
  built_through pg_snapshot not null,
  cluster text not null,
  definition text not null,
  computed_at timestamp with time zone not null
);

create table item_complements (
  item_id external_id not null,
  complement_id external_id not null,
  lift double precision not null,
  baskets integer not null,
  buyers integer not null,
  computed_at timestamp with time zone not null
);

create table item_features (
  item_id external_id not null,
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
  revenue numeric(28,2) not null default 0,
  returns bigint not null default 0,
  returned_units bigint not null default 0,
  refunds numeric(28,2) not null default 0,
  first_event_at timestamp with time zone not null,
  last_event_at timestamp with time zone not null,
  trend double precision,
  computed_at timestamp with time zone not null
);

create table items (
  item_id external_id not null,
  category_path text[] not null default '{}'::text[],
  brand text,
  title text not null default ''::text,
  price numeric(12,2),
  attributes jsonb not null default '{}'::jsonb,
  launched_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  hidden boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  written_xid xid8 not null default pg_current_xact_id()
);

create table model_activations (
  activation_id bigint not null,
  version text not null,
  activated_at timestamp with time zone not null default now(),
  rolled_back_at timestamp with time zone
);

create table model_files (
  version text not null,
  name text not null,
  chunk integer not null,
  bytes bytea not null
);

create table model_versions (
  version text not null,
  kind text not null,
  manifest jsonb not null,
  registered_at timestamp with time zone not null default now(),
  active boolean not null default false,
  family text not null default 
CASE kind
    WHEN 'sizes'::text THEN 'sizes'::text
    ELSE 'recommendations'::text
END
);

create table recommendation_log (
  answer_id bigint not null default nextval('recommendation_log_answer_id_seq'::regclass),
  shown_at timestamp with time zone not null,
  request_id text not null,
  user_id external_id,
  session_id external_id,
  room_id external_id,
  version text,
  variant text not null,
  item_ids text[] not null,
  scores real[] not null,
  sources text[] not null,
  source_numbers smallint[] not null
) partition by RANGE (shown_at);

create table removed_user_tags (
  user_id external_id not null,
  tag text not null,
  value text not null default ''::text,
  removed_at timestamp with time zone not null default now()
);

create table rfm_rules (
  version integer not null,
  rules jsonb not null,
  added_at timestamp with time zone not null default now(),
  activated_at timestamp with time zone,
  active boolean not null default false
);

create table rfm_state (
  is_only boolean not null default true,
  as_of timestamp with time zone not null,
  window_days integer not null,
  rules_version integer not null,
  recency_cuts timestamp with time zone[] not null,
  frequency_cuts bigint[] not null,
  monetary_cuts numeric(28,2)[] not null,
  computed_at timestamp with time zone not null
);

create table room_items (
  room_id external_id not null,
  item_id external_id not null,
  "position" integer not null,
  room_price numeric(12,2)
);

create table room_pins (
  pin_id bigint not null,
  room_id external_id not null,
  item_id external_id not null,
  pinned_at timestamp with time zone not null,
  unpinned_at timestamp with time zone
);

create table rooms (
  room_id external_id not null,
  host_id text,
  title text not null default ''::text,
  theme text,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  pinned_item_id external_id,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  pinned_at timestamp with time zone
);

create table segment_computations (
  segment_id external_id not null,
  computation bigint not null,
  evaluated_at timestamp with time zone not null,
  ms double precision not null,
  members bigint,
  entered bigint,
  exited bigint,
  error text,
  slowest_path text,
  slowest_ms double precision
);

create table segment_dead_letters (
  delivery_id uuid not null,
  number bigint not null,
  segment_id external_id not null,
  webhook_id external_id not null,
  computation bigint not null,
  evaluated_at timestamp with time zone not null,
  uses_behaviour boolean not null,
  entered text[] not null,
  exited text[] not null,
  attempts integer not null,
  last_error text not null,
  created_at timestamp with time zone not null,
  died_at timestamp with time zone not null default now()
);

create table segment_deliveries (
  number bigint not null,
  delivery_id uuid not null default gen_random_uuid(),
  segment_id external_id not null,
  webhook_id external_id not null,
  computation bigint not null,
  evaluated_at timestamp with time zone not null,
  uses_behaviour boolean not null,
  entered text[] not null,
  exited text[] not null,
  resent boolean not null default false,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null default now()
);

create table segment_item_trends (
  item_id external_id not null,
  segment text not null,
  trend double precision not null,
  computed_at timestamp with time zone not null
);

create table segment_members (
  segment_id external_id not null,
  user_id external_id not null,
  entered_at timestamp with time zone not null default now()
);

create table segment_references (
  segment_id external_id not null,
  refers_to external_id not null
);

create table segment_snapshots (
  segment_id external_id not null,
  snapshot integer not null,
  taken_at timestamp with time zone not null,
  uses_behaviour boolean not null,
  rule jsonb,
  members bigint not null,
  joined bigint not null,
  departed bigint not null
);

create table segment_spans (
  segment_id external_id not null,
  user_id external_id not null,
  entered integer not null,
  exited integer
);

create table segment_webhooks (
  segment_id external_id not null,
  webhook_id external_id not null,
  url text not null,
  events text[] not null,
  active boolean not null default true,
  inactive_reason text,
  secret text not null,
  batch_size integer not null,
  claimed_until timestamp with time zone,
  claim uuid,
  last_delivered_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);

create table segments (
  segment_id external_id not null,
  name text not null,
  description text not null default ''::text,
  kind text not null,
  rule jsonb,
  holdout_share double precision not null default 0,
  holdout_seed text not null,
  refresh_minutes integer,
  next_refresh_at timestamp with time zone,
  refreshed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  computation bigint not null default 0,
  members_use_behaviour boolean not null default false,
  refresh_retry_at timestamp with time zone,
  refresh_failures integer not null default 0
);

create table size_charts (
  chart_id bigint not null,
  brand text not null,
  category_path text[] not null default '{}'::text[],
  audience text,
  sizes jsonb not null,
  updated_at timestamp with time zone not null default now()
);

create table sku_outcomes (
  sku_id external_id not null,
  kept bigint not null default 0,
  too_small bigint not null default 0,
  too_large bigint not null default 0,
  computed_at timestamp with time zone not null
);

create table skus (
  sku_id external_id not null,
  item_id external_id not null,
  size_label text,
  size_order smallint not null default 0,
  colour text,
  price numeric(12,2),
  stock integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  stock_sequence bigint
);

create table tag_settings (
  only_row boolean not null default true,
  lasting double precision not null,
  half_life_days double precision not null,
  landmark timestamp with time zone not null,
  least_weight double precision not null,
  pieces bigint not null default 0,
  sent_back bigint not null default 0
);

create table user_clv (
  user_id external_id not null,
  probability_alive double precision not null,
  expected_orders_30d double precision not null,
  expected_orders_90d double precision not null,
  expected_orders_365d double precision not null,
  expected_spend_30d double precision not null,
  expected_spend_90d double precision not null,
  expected_spend_365d double precision not null,
  churn_band text not null,
  model_version text not null,
  computed_at timestamp with time zone not null
);

create table user_features (
  user_id external_id not null,
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
  spend numeric(28,2) not null default 0,
  returns bigint not null default 0,
  returned_units bigint not null default 0,
  refunds numeric(28,2) not null default 0,
  first_event_at timestamp with time zone not null,
  last_event_at timestamp with time zone not null,
  last_purchase_at timestamp with time zone,
  computed_at timestamp with time zone not null
);

create table user_live_habits (
  user_id external_id not null,
  in_rooms bigint not null,
  elsewhere bigint not null,
  recent_in_rooms double precision,
  recent_elsewhere double precision,
  last_evidence_at timestamp with time zone,
  computed_at timestamp with time zone not null
);

create table user_rfm (
  user_id external_id not null,
  first_order_at timestamp with time zone,
  last_order_at timestamp with time zone,
  frequency integer not null,
  monetary numeric(28,2) not null,
  recency_score smallint,
  frequency_score smallint,
  monetary_score smallint,
  tier text not null,
  rfm_group text not null,
  previous_tier text,
  tier_since timestamp with time zone not null,
  computed_at timestamp with time zone not null
);

create table user_rfm_history (
  user_id external_id not null,
  changed_at timestamp with time zone not null,
  tier text not null,
  rfm_group text not null
);

create table user_said_channels (
  user_id external_id not null,
  events bigint not null,
  recent double precision,
  last_evidence_at timestamp with time zone,
  computed_at timestamp with time zone not null
);

create table user_size_returns (
  user_id external_id not null,
  pieces bigint not null,
  sent_back bigint not null,
  recent_pieces double precision,
  recent_sent_back double precision,
  last_evidence_at timestamp with time zone,
  computed_at timestamp with time zone not null
);

create table user_sku_outcomes (
  user_id external_id not null,
  sku_id external_id not null,
  kept bigint not null default 0,
  too_small bigint not null default 0,
  too_large bigint not null default 0,
  computed_at timestamp with time zone not null
);

create table user_tag_sums (
  user_id external_id not null,
  tag text not null,
  value text not null,
  clicks bigint not null default 0,
  views bigint not null default 0,
  likes bigint not null default 0,
  comments bigint not null default 0,
  shares bigint not null default 0,
  carts bigint not null default 0,
  purchases bigint not null default 0,
  against bigint not null default 0,
  total double precision not null default 0,
  gained double precision,
  lost double precision,
  last_evidence_at timestamp with time zone,
  computed_at timestamp with time zone not null,
  follows bigint not null default 0
);

create table users (
  user_id external_id not null,
  birth_year smallint,
  gender text,
  city_tier smallint,
  channel text,
  height_cm real,
  weight_kg real,
  bust_cm real,
  waist_cm real,
  hip_cm real,
  body_type text,
  attributes jsonb not null default '{}'::jsonb,
  personalised boolean not null default true,
  marketing_consent boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  forget_before timestamp with time zone,
  forgotten_through timestamp with time zone
);

create table value_models (
  version text not null,
  parameters jsonb not null,
  report jsonb not null,
  as_of timestamp with time zone not null,
  time_zone text not null,
  created_at timestamp with time zone not null default now(),
  active boolean not null default false
);

alter table change_feed add constraint change_feed_pkey PRIMARY KEY (change_id);

alter table change_feed add constraint change_feed_kind_check CHECK ((kind = ANY (ARRAY['items'::text, 'rooms'::text, 'users'::text, 'events'::text, 'size_charts'::text])));

alter table event_keys add constraint event_keys_pkey PRIMARY KEY (event_id);

alter table events add constraint events_pkey PRIMARY KEY (occurred_at, event_id);

alter table events add constraint events_check CHECK (((user_id IS NOT NULL) OR (session_id IS NOT NULL)));

alter table events add constraint events_check1 CHECK (((type = 'return'::text) OR (reason IS NULL)));

alter table events add constraint events_quantity_check CHECK ((quantity > 0));

alter table events add constraint events_reason_check CHECK ((reason = ANY (ARRAY['too_small'::text, 'too_large'::text, 'quality'::text, 'not_as_described'::text, 'other'::text])));

alter table events add constraint events_type_check CHECK ((type = ANY (ARRAY['impression'::text, 'click'::text, 'view'::text, 'like'::text, 'comment'::text, 'share'::text, 'follow'::text, 'cart'::text, 'uncart'::text, 'purchase'::text, 'return'::text])));

alter table events add constraint events_unit_price_check CHECK ((unit_price >= (0)::numeric));

alter table feature_exclusions add constraint feature_exclusions_pkey PRIMARY KEY (user_id);

alter table feature_state add constraint feature_state_pkey PRIMARY KEY (feature);

alter table item_complements add constraint item_complements_pkey PRIMARY KEY (item_id, complement_id);

alter table item_complements add constraint item_complements_baskets_check CHECK ((baskets > 0));

alter table item_complements add constraint item_complements_buyers_check CHECK ((buyers > 0));

alter table item_complements add constraint item_complements_lift_check CHECK ((lift > (0)::double precision));

alter table item_features add constraint item_features_pkey PRIMARY KEY (item_id);

alter table items add constraint items_pkey PRIMARY KEY (item_id);

alter table items add constraint items_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text));

alter table items add constraint items_price_check CHECK ((price >= (0)::numeric));

alter table model_activations add constraint model_activations_pkey PRIMARY KEY (activation_id);

alter table model_activations add constraint model_activations_version_fkey FOREIGN KEY (version) REFERENCES model_versions(version);

alter table model_files add constraint model_files_pkey PRIMARY KEY (version, name, chunk);

alter table model_files add constraint model_files_version_fkey FOREIGN KEY (version) REFERENCES model_versions(version) ON DELETE CASCADE;

alter table model_files add constraint model_files_chunk_check CHECK ((chunk >= 0));

alter table model_versions add constraint model_versions_pkey PRIMARY KEY (version);

alter table model_versions add constraint model_versions_version_check CHECK ((version ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'::text));

alter table recommendation_log add constraint recommendation_log_pkey PRIMARY KEY (shown_at, answer_id);

alter table recommendation_log add constraint recommendation_log_check CHECK (((cardinality(item_ids) = cardinality(scores)) AND (cardinality(item_ids) = cardinality(source_numbers))));

alter table removed_user_tags add constraint removed_user_tags_pkey PRIMARY KEY (user_id, tag, value);

alter table rfm_rules add constraint rfm_rules_pkey PRIMARY KEY (version);

alter table rfm_rules add constraint rfm_rules_rules_check CHECK ((jsonb_typeof(rules) = 'object'::text));

alter table rfm_state add constraint rfm_state_pkey PRIMARY KEY (is_only);

alter table rfm_state add constraint rfm_state_rules_version_fkey FOREIGN KEY (rules_version) REFERENCES rfm_rules(version);

alter table rfm_state add constraint rfm_state_is_only_check CHECK (is_only);

alter table rfm_state add constraint rfm_state_window_days_check CHECK ((window_days > 0));

alter table room_items add constraint room_items_position_key UNIQUE (room_id, "position") DEFERRABLE;

alter table room_items add constraint room_items_pkey PRIMARY KEY (room_id, item_id);

alter table room_items add constraint room_items_room_id_fkey FOREIGN KEY (room_id) REFERENCES rooms(room_id) ON DELETE CASCADE;

alter table room_items add constraint room_items_position_check CHECK (("position" >= 0));

alter table room_items add constraint room_items_room_price_check CHECK ((room_price >= (0)::numeric));

alter table room_pins add constraint room_pins_pkey PRIMARY KEY (pin_id);

alter table room_pins add constraint room_pins_room_id_fkey FOREIGN KEY (room_id) REFERENCES rooms(room_id) ON DELETE CASCADE;

alter table rooms add constraint rooms_pkey PRIMARY KEY (room_id);

alter table rooms add constraint rooms_check CHECK ((ends_at > starts_at));

alter table segment_computations add constraint segment_computations_pkey PRIMARY KEY (segment_id, computation);

alter table segment_computations add constraint segment_computations_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES segments(segment_id) ON DELETE CASCADE;

alter table segment_computations add constraint segment_computations_check CHECK (((members IS NULL) = (error IS NOT NULL)));

alter table segment_dead_letters add constraint segment_dead_letters_pkey PRIMARY KEY (delivery_id);

alter table segment_dead_letters add constraint segment_dead_letters_segment_id_webhook_id_fkey FOREIGN KEY (segment_id, webhook_id) REFERENCES segment_webhooks(segment_id, webhook_id) ON DELETE CASCADE;

alter table segment_deliveries add constraint segment_deliveries_delivery_id_key UNIQUE (delivery_id);

alter table segment_deliveries add constraint segment_deliveries_pkey PRIMARY KEY (number);

alter table segment_deliveries add constraint segment_deliveries_segment_id_webhook_id_fkey FOREIGN KEY (segment_id, webhook_id) REFERENCES segment_webhooks(segment_id, webhook_id) ON DELETE CASCADE;

alter table segment_item_trends add constraint segment_item_trends_pkey PRIMARY KEY (item_id, segment);

alter table segment_members add constraint segment_members_pkey PRIMARY KEY (segment_id, user_id);

alter table segment_references add constraint segment_references_pkey PRIMARY KEY (segment_id, refers_to);

alter table segment_references add constraint segment_references_refers_to_fkey FOREIGN KEY (refers_to) REFERENCES segments(segment_id);

alter table segment_references add constraint segment_references_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES segments(segment_id) ON DELETE CASCADE;

alter table segment_snapshots add constraint segment_snapshots_pkey PRIMARY KEY (segment_id, snapshot);

alter table segment_snapshots add constraint segment_snapshots_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES segments(segment_id) ON DELETE CASCADE;

alter table segment_snapshots add constraint segment_snapshots_departed_check CHECK ((departed >= 0));

alter table segment_snapshots add constraint segment_snapshots_joined_check CHECK ((joined >= 0));

alter table segment_snapshots add constraint segment_snapshots_members_check CHECK ((members >= 0));

alter table segment_snapshots add constraint segment_snapshots_snapshot_check CHECK ((snapshot >= 1));

alter table segment_spans add constraint segment_spans_pkey PRIMARY KEY (segment_id, user_id, entered);

alter table segment_spans add constraint segment_spans_check CHECK ((exited > entered));

alter table segment_webhooks add constraint segment_webhooks_pkey PRIMARY KEY (segment_id, webhook_id);

alter table segment_webhooks add constraint segment_webhooks_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES segments(segment_id) ON DELETE CASCADE;

alter table segment_webhooks add constraint segment_webhooks_batch_size_check CHECK (((batch_size >= 1) AND (batch_size <= 10000)));

alter table segment_webhooks add constraint segment_webhooks_events_check CHECK (((events <@ ARRAY['entered'::text, 'exited'::text]) AND ((cardinality(events) >= 1) AND (cardinality(events) <= 2))));

alter table segments add constraint segments_pkey PRIMARY KEY (segment_id);

alter table segments add constraint segments_check CHECK (((kind = 'dynamic'::text) = (rule IS NOT NULL)));

alter table segments add constraint segments_holdout_seed_check CHECK (((char_length(holdout_seed) >= 1) AND (char_length(holdout_seed) <= 200)));

alter table segments add constraint segments_holdout_share_check CHECK (((holdout_share >= (0)::double precision) AND (holdout_share < (1)::double precision)));

alter table segments add constraint segments_kind_check CHECK ((kind = ANY (ARRAY['dynamic'::text, 'static'::text])));

alter table segments add constraint segments_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)));

alter table segments add constraint segments_refresh_minutes_check CHECK (((refresh_minutes >= 1) AND (refresh_minutes <= 525600)));

alter table segments add constraint segments_rule_check CHECK ((jsonb_typeof(rule) = 'object'::text));

alter table size_charts add constraint size_charts_brand_category_path_audience_key UNIQUE NULLS NOT DISTINCT (brand, category_path, audience);

alter table size_charts add constraint size_charts_pkey PRIMARY KEY (chart_id);

alter table size_charts add constraint size_charts_audience_check CHECK ((audience = ANY (ARRAY['women'::text, 'men'::text, 'kids'::text])));

alter table size_charts add constraint size_charts_brand_check CHECK ((brand <> ''::text));

alter table sku_outcomes add constraint sku_outcomes_pkey PRIMARY KEY (sku_id);

alter table skus add constraint skus_pkey PRIMARY KEY (sku_id);

alter table skus add constraint skus_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(item_id) ON DELETE CASCADE;

alter table skus add constraint skus_price_check CHECK ((price >= (0)::numeric));

alter table skus add constraint skus_stock_check CHECK ((stock >= 0));

alter table skus add constraint skus_stock_sequence_check CHECK ((stock_sequence >= 0));

alter table tag_settings add constraint tag_settings_pkey PRIMARY KEY (only_row);

alter table tag_settings add constraint tag_settings_only_row_check CHECK (only_row);

alter table user_clv add constraint user_clv_pkey PRIMARY KEY (user_id);

alter table user_clv add constraint user_clv_expected_orders_30d_check CHECK ((expected_orders_30d >= (0)::double precision));

alter table user_clv add constraint user_clv_expected_orders_365d_check CHECK ((expected_orders_365d >= (0)::double precision));

alter table user_clv add constraint user_clv_expected_orders_90d_check CHECK ((expected_orders_90d >= (0)::double precision));

alter table user_clv add constraint user_clv_expected_spend_30d_check CHECK ((expected_spend_30d >= (0)::double precision));

alter table user_clv add constraint user_clv_expected_spend_365d_check CHECK ((expected_spend_365d >= (0)::double precision));

alter table user_clv add constraint user_clv_expected_spend_90d_check CHECK ((expected_spend_90d >= (0)::double precision));

alter table user_clv add constraint user_clv_probability_alive_check CHECK (((probability_alive >= (0)::double precision) AND (probability_alive <= (1)::double precision)));

alter table user_features add constraint user_features_pkey PRIMARY KEY (user_id);

alter table user_live_habits add constraint user_live_habits_pkey PRIMARY KEY (user_id);

alter table user_rfm add constraint user_rfm_pkey PRIMARY KEY (user_id);

alter table user_rfm add constraint user_rfm_frequency_check CHECK ((frequency >= 0));

alter table user_rfm add constraint user_rfm_frequency_score_check CHECK (((frequency_score >= 1) AND (frequency_score <= 5)));

alter table user_rfm add constraint user_rfm_monetary_score_check CHECK (((monetary_score >= 1) AND (monetary_score <= 5)));

alter table user_rfm add constraint user_rfm_recency_score_check CHECK (((recency_score >= 1) AND (recency_score <= 5)));

alter table user_rfm_history add constraint user_rfm_history_pkey PRIMARY KEY (user_id, changed_at);

alter table user_said_channels add constraint user_said_channels_pkey PRIMARY KEY (user_id);

alter table user_size_returns add constraint user_size_returns_pkey PRIMARY KEY (user_id);

alter table user_sku_outcomes add constraint user_sku_outcomes_pkey PRIMARY KEY (user_id, sku_id);

alter table user_tag_sums add constraint user_tag_sums_pkey PRIMARY KEY (user_id, tag, value);

alter table users add constraint users_pkey PRIMARY KEY (user_id);

alter table users add constraint users_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text));

alter table users add constraint users_birth_year_check CHECK (((birth_year >= 1900) AND (birth_year <= 2100)));

alter table users add constraint users_bust_cm_check CHECK ((bust_cm > (0)::double precision));

alter table users add constraint users_city_tier_check CHECK (((city_tier >= 1) AND (city_tier <= 6)));

alter table users add constraint users_gender_check CHECK ((gender = ANY (ARRAY['female'::text, 'male'::text, 'other'::text])));

alter table users add constraint users_height_cm_check CHECK ((height_cm > (0)::double precision));

alter table users add constraint users_hip_cm_check CHECK ((hip_cm > (0)::double precision));

alter table users add constraint users_waist_cm_check CHECK ((waist_cm > (0)::double precision));

alter table users add constraint users_weight_kg_check CHECK ((weight_kg > (0)::double precision));

alter table value_models add constraint value_models_pkey PRIMARY KEY (version);

alter table value_models add constraint value_models_parameters_check CHECK ((jsonb_typeof(parameters) = 'object'::text));

alter table value_models add constraint value_models_report_check CHECK ((jsonb_typeof(report) = 'object'::text));

alter table value_models add constraint value_models_version_check CHECK (((char_length(version) >= 1) AND (char_length(version) <= 200)));

CREATE INDEX change_feed_xid_idx ON public.change_feed USING btree (xid);

CREATE INDEX events_ingest_xid_idx ON ONLY public.events USING brin (ingest_xid) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX events_item_orders_idx ON ONLY public.events USING btree (item_id, occurred_at DESC) WHERE ((type = ANY (ARRAY['purchase'::text, 'return'::text])) AND (item_id IS NOT NULL));

CREATE INDEX events_room_id_idx ON ONLY public.events USING btree (room_id, occurred_at DESC) WHERE (room_id IS NOT NULL);

CREATE INDEX events_session_id_idx ON ONLY public.events USING btree (session_id, occurred_at DESC) WHERE ((user_id IS NULL) AND (type <> 'impression'::text));

CREATE INDEX events_user_id_idx ON ONLY public.events USING btree (user_id, occurred_at DESC) WHERE ((user_id IS NOT NULL) AND (type <> 'impression'::text));

CREATE INDEX events_user_id_purchases_idx ON ONLY public.events USING btree (user_id, occurred_at DESC) INCLUDE (type, item_id, room_id, order_id, quantity, unit_price, reason, event_id) WHERE ((user_id IS NOT NULL) AND (type = ANY (ARRAY['purchase'::text, 'return'::text])));

CREATE INDEX item_features_trend_idx ON public.item_features USING btree (trend DESC NULLS LAST, item_id);

CREATE INDEX items_brand_idx ON public.items USING btree (brand, launched_at DESC, item_id) WHERE (NOT hidden);

CREATE INDEX items_category_idx ON public.items USING btree ((category_path[cardinality(category_path)]), launched_at DESC, item_id) WHERE (NOT hidden);

CREATE INDEX items_category_path_idx ON public.items USING gin (category_path) WHERE (NOT hidden);

CREATE INDEX items_launched_at_idx ON public.items USING btree (launched_at DESC, item_id) WHERE (NOT hidden);

CREATE INDEX items_written_xid_idx ON public.items USING btree (written_xid DESC);

CREATE INDEX model_activations_standing_idx ON public.model_activations USING btree (activation_id) WHERE (rolled_back_at IS NULL);

CREATE INDEX model_activations_version_idx ON public.model_activations USING btree (version, activation_id);

CREATE UNIQUE INDEX model_versions_active_idx ON public.model_versions USING btree (family) WHERE active;

CREATE INDEX model_versions_registered_at_idx ON public.model_versions USING btree (registered_at DESC, version);

CREATE INDEX recommendation_log_user_id_idx ON ONLY public.recommendation_log USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX rfm_rules_active_idx ON public.rfm_rules USING btree (active) WHERE active;

CREATE UNIQUE INDEX room_pins_open_idx ON public.room_pins USING btree (room_id) WHERE (unpinned_at IS NULL);

CREATE INDEX room_pins_room_id_idx ON public.room_pins USING btree (room_id, unpinned_at DESC);

CREATE INDEX segment_dead_letters_webhook_idx ON public.segment_dead_letters USING btree (segment_id, webhook_id, number);

CREATE INDEX segment_deliveries_webhook_idx ON public.segment_deliveries USING btree (segment_id, webhook_id, number);

CREATE INDEX segment_item_trends_popular_idx ON public.segment_item_trends USING btree (segment, trend DESC, item_id);

CREATE INDEX segment_members_user_id_idx ON public.segment_members USING btree (user_id);

CREATE INDEX segment_references_refers_to_idx ON public.segment_references USING btree (refers_to);

CREATE INDEX segment_spans_entered_idx ON public.segment_spans USING btree (segment_id, entered, user_id);

CREATE INDEX segment_spans_exited_idx ON public.segment_spans USING btree (segment_id, exited, user_id) WHERE (exited IS NOT NULL);

CREATE INDEX segments_next_refresh_at_idx ON public.segments USING btree (next_refresh_at) WHERE (next_refresh_at IS NOT NULL);

CREATE INDEX segments_refresh_retry_at_idx ON public.segments USING btree (refresh_retry_at) WHERE (refresh_retry_at IS NOT NULL);

CREATE INDEX skus_item_id_idx ON public.skus USING btree (item_id, size_order);

CREATE INDEX user_rfm_tier_idx ON public.user_rfm USING btree (tier, user_id);

CREATE INDEX user_rfm_history_changed_at_idx ON public.user_rfm_history USING btree (changed_at);

CREATE INDEX user_tag_sums_value_idx ON public.user_tag_sums USING btree (tag, value);

CREATE INDEX users_forget_before_idx ON public.users USING btree (forget_before) WHERE (forget_before IS NOT NULL);

CREATE INDEX users_not_personalised_idx ON public.users USING btree (user_id) WHERE (NOT personalised);

CREATE UNIQUE INDEX value_models_active_idx ON public.value_models USING btree (active) WHERE active;

CREATE OR REPLACE FUNCTION public.delete_segment_members()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from segment_members where segment_id = old.segment_id;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.delete_segment_spans()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from segment_spans where segment_id = old.segment_id;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.discount_band(list_price numeric, asked numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select case when list_price > 0 then (
    '{full_price,10-30,30-50,50+}'::text[]
  )[1 + width_bucket(round(100 * (1 - asked / list_price)), '{10,30,50}'::numeric[])] end
$function$
;

CREATE OR REPLACE FUNCTION public.drop_recommendation_log_partitions(before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET lock_timeout TO '5s'
AS $function$
declare
  partition regclass;
  dropped integer := 0;
  first_kept text := 'recommendation_log_' || to_char(before at time zone 'UTC', 'YYYY_MM_DD');
begin
  perform pg_advisory_xact_lock(hashtext('ensure_recommendation_log_partitions'));
  for partition in
    select c.oid::regclass
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'recommendation_log'::regclass and c.relname < first_kept collate "C"
    order by c.relname
  loop
    execute format('drop table %s', partition);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$function$
;

CREATE OR REPLACE FUNCTION public.eighth_of_day(at timestamp with time zone, time_zone text)
 RETURNS smallint
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
AS $function$
  select (date_part('hour', at at time zone time_zone)::integer / 3)::smallint
$function$
;

CREATE OR REPLACE FUNCTION public.ensure_event_partitions(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  month timestamp := date_trunc('month', from_time at time zone 'UTC');
  made integer := 0;
  partition text;
  home oid := (select relnamespace from pg_class where oid = 'events'::regclass);
begin
  if to_time < from_time or to_time - from_time > interval '100 years' then
    raise exception 'partitions from % to %: expected an interval of at most 100 years',
      from_time, to_time using errcode = '22023';
  end if;
  while month at time zone 'UTC' <= to_time loop
    partition := 'events_' || to_char(month, 'YYYY_MM');
    -- pg_class and not to_regclass(): the latter would remember, across the wait for the lock, that
    -- there was no such table.
    if not exists (select from pg_class where relname = partition and relnamespace = home) then
      -- One at a time: two sessions that make the same partition would both fail to see it.
      perform pg_advisory_xact_lock(hashtext('ensure_event_partitions'));
      if not exists (select from pg_class where relname = partition and relnamespace = home) then
        -- Made first and attached then: `create … partition of` would lock out every reader.
        execute format('create table %I (like events including all)', partition);
        execute format(
          'alter table events attach partition %I for values from (%L) to (%L)',
          partition,
          month at time zone 'UTC',
          (month + interval '1 month') at time zone 'UTC'
        );
        made := made + 1;
      end if;
    end if;
    month := month + interval '1 month';
  end loop;
  return made;
end
$function$
;

CREATE OR REPLACE FUNCTION public.ensure_recommendation_log_partitions(from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  day timestamp := date_trunc('day', from_time at time zone 'UTC');
  made integer := 0;
  partition text;
  home oid := (select relnamespace from pg_class where oid = 'recommendation_log'::regclass);
begin
  if to_time < from_time or to_time - from_time > interval '1 year' then
    raise exception 'partitions from % to %: expected an interval of at most a year',
      from_time, to_time using errcode = '22023';
  end if;
  while day at time zone 'UTC' <= to_time loop
    partition := 'recommendation_log_' || to_char(day, 'YYYY_MM_DD');
    if not exists (select from pg_class where relname = partition and relnamespace = home) then
      perform pg_advisory_xact_lock(hashtext('ensure_recommendation_log_partitions'));
      if not exists (select from pg_class where relname = partition and relnamespace = home) then
        execute format('create table %I (like recommendation_log including all)', partition);
        execute format(
          'alter table recommendation_log attach partition %I for values from (%L) to (%L)',
          partition,
          day at time zone 'UTC',
          (day + interval '1 day') at time zone 'UTC'
        );
        made := made + 1;
      end if;
    end if;
    day := day + interval '1 day';
  end loop;
  return made;
end
$function$
;

CREATE OR REPLACE FUNCTION public.interaction_weight(type text, dwell_ms double precision, reason text, weights jsonb)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.leave_computed_segments(ids text[])
 RETURNS void
 LANGUAGE sql
AS $function$
  with gone as (
    delete from segment_members where ctid = any(array(
      select m.ctid
      from segment_members m
      join segments s on s.segment_id = m.segment_id
      join users u on u.user_id = m.user_id
      where m.user_id = any(ids) and s.kind = 'dynamic' and s.members_use_behaviour
        and m.entered_at <= u.forget_before
      for update of m skip locked
    ))
    returning segment_id, user_id
  ), told as (
    select w.segment_id, w.webhook_id, s.computation, g.user_id,
      (row_number() over (partition by w.segment_id, w.webhook_id order by g.user_id) - 1)
        / w.batch_size as batch
    from gone g
    join segments s on s.segment_id = g.segment_id
    join segment_webhooks w on w.segment_id = g.segment_id
    where w.active and 'exited' = any(w.events)
  )
  insert into segment_deliveries (
    segment_id, webhook_id, computation, evaluated_at, uses_behaviour, entered, exited
  )
  select segment_id, webhook_id, computation, now(), true, '{}', array_agg(user_id order by user_id)
  from told
  group by segment_id, webhook_id, computation, batch;

  update segment_deliveries d
  set entered = array(select id from unnest(d.entered) id where id <> all(ids))
  where d.uses_behaviour and d.entered && ids;

  update segment_dead_letters d
  set entered = array(select id from unnest(d.entered) id where id <> all(ids))
  where d.uses_behaviour and d.entered && ids;
$function$
;

CREATE OR REPLACE FUNCTION public.log2_add(a double precision, b double precision)
 RETURNS double precision
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
begin
  return greatest(a, b) + case when abs(a - b) > 64 then 0
    else ln(1 + power(2::double precision, -abs(a - b))) / ln(2::double precision) end;
end
$function$
;

CREATE OR REPLACE FUNCTION public.note_item_writer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.written_xid := pg_current_xact_id();
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION public.power_of_two(exponent double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when exponent > -1000 then power(2::double precision, exponent) else 0 end
$function$
;

CREATE OR REPLACE FUNCTION public.price_band(price numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select ('{
    0-10,10-20,20-50,50-100,100-200,200-500,500-1000,1000-2000,2000-5000,5000-10000,10000-20000,
    20000-50000,50000-100000,100000-200000,200000-500000,500000-1000000,1000000-2000000,
    2000000-5000000,5000000-10000000,10000000-20000000,20000000-50000000,50000000-100000000,
    100000000-200000000,200000000-500000000,500000000-1000000000,1000000000-2000000000,
    2000000000-5000000000,5000000000-10000000000
  }'::text[])[1 + width_bucket(price, '{
    10,20,50,100,200,500,1000,2000,5000,10000,20000,50000,100000,200000,500000,1000000,2000000,
    5000000,10000000,20000000,50000000,100000000,200000000,500000000,1000000000,2000000000,
    5000000000
  }'::numeric[])]
$function$
;

CREATE OR REPLACE FUNCTION public.profile_segment(gender text, birth_year smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when gender is not null or birth_year is not null then
    coalesce(gender, 'any') || ' ' || coalesce((birth_year / 10 * 10)::text, 'any')
  end
$function$
;

CREATE OR REPLACE FUNCTION public.random_bucket(seed text, user_id text)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select ('x' || left(md5(seed || ':' || user_id), 8))::bit(32)::bigint / 4294967296::double precision
$function$
;

CREATE OR REPLACE FUNCTION public.said_fit(type text, properties jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when type = 'purchase' and properties ->> 'fit' in ('small', 'fit', 'large')
    then properties ->> 'fit' end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_change(kind text, ids text[])
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into change_feed (kind, ids)
  select tell_change.kind, case when cardinality(tell_change.ids) <= 10000 then tell_change.ids end
  where cardinality(tell_change.ids) > 0
$function$
;

CREATE OR REPLACE FUNCTION public.tell_item_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('items', array(select item_id::text from before union select item_id::text from after));
  else
    perform tell_change('items', array(select distinct item_id::text from after));
  end if;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_room_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('rooms', array(select room_id::text from before union select room_id::text from after));
  else
    perform tell_change('rooms', array(select distinct room_id::text from after));
  end if;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_size_chart_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('size_charts', array(select brand from before union select brand from after));
  else
    perform tell_change('size_charts', array(select distinct brand from after));
  end if;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_truncation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into change_feed (kind) values (tg_argv[0]);
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_user_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('users', array(select user_id::text from before union select user_id::text from after));
  elsif tg_op = 'INSERT' then
    perform tell_change('users', array(
      select distinct user_id::text from after
      where not personalised or forget_before is not null or attributes <> '{}'
        or num_nonnulls(
          birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm, waist_cm, hip_cm,
          body_type
        ) > 0
    ));
  else
    perform tell_change('users', array(select distinct user_id::text from after));
  end if;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.user_tags_at(at timestamp with time zone)
 RETURNS TABLE(user_id text, tag text, value text, weight double precision, share double precision, evidence_count bigint, last_evidence_at timestamp with time zone, clicks bigint, views bigint, likes bigint, comments bigint, shares bigint, follows bigint, carts bigint, purchases bigint, against bigint, counted bigint, out_of bigint, shop_share double precision, computed_at timestamp with time zone)
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select t.*
  from (
    select s.user_id::text as user_id, s.tag, s.value, w.weight, null::double precision,
      s.clicks + s.views + s.likes + s.comments + s.shares + s.follows + s.carts + s.purchases,
      s.last_evidence_at, s.clicks, s.views, s.likes, s.comments, s.shares, s.follows, s.carts,
      s.purchases, s.against, null::bigint, null::bigint, null::double precision, s.computed_at
    from user_tag_sums s
    cross join tag_settings d
    cross join lateral (
      select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
    ) a
    cross join lateral (
      select d.lasting * s.total
        + (1 - d.lasting) * (power_of_two(s.gained - a.age) - power_of_two(s.lost - a.age)) as weight
    ) w
    where w.weight >= d.least_weight
    union all
    select r.user_id::text, 'size_returns'::text, v.value, k.pieces, k.share, r.pieces,
      r.last_evidence_at, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, r.sent_back, r.pieces, k.shop_share, r.computed_at
    from user_size_returns r
    cross join tag_settings d
    -- The offsets keep what is worked out from being worked out again wherever it stands.
    cross join lateral (
      select m.pieces, m.shop_share,
        (least(m.sent_back, m.pieces) + 10 * m.shop_share) / (m.pieces + 10) as share
      from (
        select d.lasting * r.pieces + (1 - d.lasting) * power_of_two(r.recent_pieces - e.age) as pieces,
          d.lasting * r.sent_back
            + (1 - d.lasting) * power_of_two(r.recent_sent_back - e.age) as sent_back,
          (d.sent_back + 1) / (d.pieces + 10)::double precision as shop_share
        from (
          select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
        ) e
        offset 0
      ) m
      offset 0
    ) k
    cross join lateral (
      select case when k.share > 1.5 * k.shop_share - 1e-9 then 'high'
        when k.share < 0.75 * k.shop_share - 1e-9 then 'low' else 'medium' end as value
    ) v
    where r.pieces >= 2
    union all
    select h.user_id::text, 'live_watching'::text, v.value, k.deeds, k.share,
      h.in_rooms + h.elsewhere, h.last_evidence_at, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, h.in_rooms, h.in_rooms + h.elsewhere,
      null::double precision, h.computed_at
    from user_live_habits h
    cross join tag_settings d
    cross join lateral (
      select m.in_rooms + m.elsewhere as deeds,
        coalesce(
          m.in_rooms / nullif(m.in_rooms + m.elsewhere, 0),
          h.in_rooms / (h.in_rooms + h.elsewhere)::double precision
        ) as share
      from (
        select d.lasting * h.in_rooms
            + (1 - d.lasting) * power_of_two(h.recent_in_rooms - e.age) as in_rooms,
          d.lasting * h.elsewhere
            + (1 - d.lasting) * power_of_two(h.recent_elsewhere - e.age) as elsewhere
        from (
          select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
        ) e
        offset 0
      ) m
      offset 0
    ) k
    cross join lateral (
      select case when k.share > 0.5 - 1e-9 then 'often' when k.share > 0.05 - 1e-9 then 'sometimes'
        else 'none' end as value
    ) v
    where h.in_rooms + h.elsewhere >= 5
    union all
    select u.user_id::text, 'channel'::text, u.channel, 0::double precision, null::double precision,
      0::bigint, null::timestamptz, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, 0::bigint, null::bigint, null::bigint, null::double precision,
      u.updated_at
    from users u
    cross join tag_settings d
    cross join lateral (
      select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
    ) a
    where u.channel <> ''
      and not exists (
        select from user_said_channels s
        where s.user_id = u.user_id
          and d.lasting * s.events + (1 - d.lasting) * power_of_two(s.recent - a.age)
            >= d.least_weight
      )
  ) t
  where not exists (
      select from removed_user_tags r
      where r.user_id = t.user_id and r.tag = t.tag and r.value in ('', t.value)
    )
    and not exists (
      select from users u
      where u.user_id = t.user_id
        and (not u.personalised or u.forget_before > coalesce(u.forgotten_through, '-infinity'))
    )
$function$
;

create aggregate log2_sum(double precision) (sfunc = log2_add, stype = double precision, combinefunc = log2_add);

create view item_size_profiles as
 SELECT s.item_id,
    s.size_label,
    (sum(o.kept))::bigint AS kept,
    (sum(o.too_small))::bigint AS too_small,
    (sum(o.too_large))::bigint AS too_large,
    max(o.computed_at) AS computed_at
   FROM (skus s
     JOIN sku_outcomes o ON (((o.sku_id)::text = (s.sku_id)::text)))
  WHERE (s.size_label IS NOT NULL)
  GROUP BY s.item_id, s.size_label;

create view user_size_profiles as
 SELECT o.user_id,
    (0)::smallint AS persona,
    i.category_path[cardinality(i.category_path)] AS category,
    s.size_label,
    (sum(o.kept))::bigint AS kept,
    (sum(o.too_small))::bigint AS too_small,
    (sum(o.too_large))::bigint AS too_large,
    max(o.computed_at) AS computed_at
   FROM ((user_sku_outcomes o
     JOIN skus s ON (((s.sku_id)::text = (o.sku_id)::text)))
     JOIN items i ON (((i.item_id)::text = (s.item_id)::text)))
  WHERE ((s.size_label IS NOT NULL) AND (cardinality(i.category_path) > 0))
  GROUP BY o.user_id, i.category_path[cardinality(i.category_path)], s.size_label;

create view user_tags as
 SELECT user_id,
    tag,
    value,
    weight,
    share,
    evidence_count,
    last_evidence_at,
    clicks,
    views,
    likes,
    comments,
    shares,
    follows,
    carts,
    purchases,
    against,
    counted,
    out_of,
    shop_share,
    computed_at
   FROM user_tags_at(now()) user_tags_at(user_id, tag, value, weight, share, evidence_count, last_evidence_at, clicks, views, likes, comments, shares, follows, carts, purchases, against, counted, out_of, shop_share, computed_at);
