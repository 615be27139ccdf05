-- The models of customer value that were ever fitted: what the rows of user_clv can be made again from.
create table value_models (
  version text primary key check (char_length(version) between 1 and 200),
  -- Of BG/NBD (r, alpha in days, a, b) and Gamma-Gamma (p, q, gamma), at full precision.
  parameters jsonb not null check (jsonb_typeof(parameters) = 'object'),
  -- How they were found, and what they say of all users together.
  report jsonb not null check (jsonb_typeof(report) = 'object'),
  -- The orders up to then; days are those of this time zone.
  as_of timestamptz not null,
  time_zone text not null,
  created_at timestamptz not null default now(),
  -- The one that the rows of user_clv are of.
  active boolean not null default false
);

create unique index value_models_active_idx on value_models (active) where active;

