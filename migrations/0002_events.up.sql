-- Events, append-only, a partition a month.

-- Which event ids have been seen. A partitioned table can only be unique together with its
-- partition key, and an event that is sent again may carry another time, so that uniqueness of the
-- id is held here.
create table event_keys (
  event_id external_id primary key,
  occurred_at timestamptz not null
);

create table events (
  event_id external_id not null,
  user_id external_id,
  session_id external_id,
  item_id external_id,
  sku_id external_id,
  room_id external_id,
  type text not null check (
    type in (
      'impression', 'click', 'view', 'like', 'comment', 'share',
      'follow', 'cart', 'uncart', 'purchase', 'return'
    )
  ),
  -- view: dwell time in milliseconds; otherwise the caller's.
  value double precision,
  quantity integer check (quantity > 0),
  unit_price numeric(12, 2) check (unit_price >= 0),
  order_id external_id,
  reason text check (reason in ('too_small', 'too_large', 'quality', 'not_as_described', 'other')),
  properties jsonb,
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  -- The transaction that wrote the row. With a snapshot that is kept from one run to the next,
  -- incremental features take each event once, also when transactions commit out of order.
  ingest_xid bigint not null default (pg_current_xact_id()::text::bigint),
  primary key (occurred_at, event_id),
  check (user_id is not null or session_id is not null),
  check ((type = 'return') or reason is null)
) partition by range (occurred_at);

-- A user's own history, newest first: fold-in, and what was bought. Impressions are most of all
-- events and are not read by user on the request path.
create index events_user_id_idx on events (user_id, occurred_at desc)
  where user_id is not null and type <> 'impression';

-- What a user has bought and sent back, however long ago: a small part of all events.
create index events_user_id_purchases_idx on events (user_id, occurred_at desc)
  where user_id is not null and type in ('purchase', 'return');

-- Rows lie on disk in the order of their transactions, so that a block range index is enough.
create index events_ingest_xid_idx on events using brin (ingest_xid)
  with (pages_per_range = 32, autosummarize = on);

-- Makes the month partitions that cover [from_time, to_time] where they are missing. Safe to call
-- from many sessions at once.
create function ensure_event_partitions(from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql
as $$
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
$$;
