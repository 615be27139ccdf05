-- The rules by which users fall in tiers: each version that ever held, one of them active.
create table rfm_rules (
  version integer primary key generated always as identity,
  rules jsonb not null check (jsonb_typeof(rules) = 'object'),
  added_at timestamptz not null default now(),
  -- The last time; null: never.
  activated_at timestamptz,
  active boolean not null default false
);

create unique index rfm_rules_active_idx on rfm_rules (active) where active;

-- What the rows of user_rfm are as of, and the values that part their scores.
create table rfm_state (
  is_only boolean primary key default true check (is_only),
  as_of timestamptz not null,
  window_days integer not null check (window_days > 0),
  rules_version integer not null references rfm_rules,
  recency_cuts timestamptz[] not null,
  frequency_cuts bigint[] not null,
  monetary_cuts numeric(28, 2)[] not null,
  computed_at timestamptz not null
);

-- Who changed when, for transitions.
create index user_rfm_history_changed_at_idx on user_rfm_history (changed_at);

-- A score that changes with the others' needs no new entries in the indexes where the page has room.
alter table user_rfm set (fillfactor = 85);

-- As before, but that a new user of whom nothing is said is not told of: whoever keeps users in
-- memory takes one who is not known for the same. build-features makes such rows by the thousand.
create or replace function tell_user_change()
returns trigger
language plpgsql
as $$
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
$$;
