-- Computed membership of dynamic segments, its history, and who is told of it.

alter table segments
  -- Counts the computations of its members.
  add column computation bigint not null default 0,
  -- Whether the members computed last were found by behaviour; of what a user forgets they leave.
  add column members_use_behaviour boolean not null default false,
  -- Due again at this moment, before its time: what computes it may have died, or it failed.
  add column refresh_retry_at timestamptz,
  -- How often in a row it has failed.
  add column refresh_failures integer not null default 0;

create index segments_refresh_retry_at_idx on segments (refresh_retry_at)
  where refresh_retry_at is not null;

-- One row a computation, also one that failed.
create table segment_computations (
  segment_id external_id not null references segments on delete cascade,
  computation bigint not null,
  -- The moment that windows and ages were counted to.
  evaluated_at timestamptz not null,
  ms double precision not null,
  -- Null: it failed.
  members bigint,
  entered bigint,
  -- Since the computation before, those included who were forgotten meanwhile.
  exited bigint,
  -- Null: it did not.
  error text,
  slowest_path text,
  slowest_ms double precision,
  check ((members is null) = (error is not null)),
  primary key (segment_id, computation)
);

-- Who is told when users enter or leave.
create table segment_webhooks (
  segment_id external_id not null references segments on delete cascade,
  webhook_id external_id not null,
  url text not null,
  events text[] not null
    check (events <@ array['entered', 'exited'] and cardinality(events) between 1 and 2),
  active boolean not null default true,
  -- Why the service has set it inactive.
  inactive_reason text,
  secret text not null,
  batch_size integer not null check (batch_size between 1 and 10000),
  -- One process at a time sends to it, until this moment.
  claimed_until timestamptz,
  claim uuid,
  last_delivered_at timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (segment_id, webhook_id)
);

-- What is to be sent; a row goes when it was taken. Sent in the order of their numbers.
create table segment_deliveries (
  number bigint generated always as identity primary key,
  delivery_id uuid not null default gen_random_uuid() unique,
  segment_id external_id not null,
  webhook_id external_id not null,
  computation bigint not null,
  evaluated_at timestamptz not null,
  uses_behaviour boolean not null,
  entered text[] not null,
  exited text[] not null,
  -- A dead letter that is sent again: what is not so any more is left out.
  resent boolean not null default false,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default '-infinity',
  last_error text,
  created_at timestamptz not null default now(),
  foreign key (segment_id, webhook_id) references segment_webhooks on delete cascade
);

create index segment_deliveries_webhook_idx on segment_deliveries (segment_id, webhook_id, number);

-- What was given up.
create table segment_dead_letters (
  delivery_id uuid primary key,
  number bigint not null,
  segment_id external_id not null,
  webhook_id external_id not null,
  computation bigint not null,
  evaluated_at timestamptz not null,
  uses_behaviour boolean not null,
  entered text[] not null,
  exited text[] not null,
  attempts integer not null,
  last_error text not null,
  created_at timestamptz not null,
  died_at timestamptz not null default now(),
  foreign key (segment_id, webhook_id) references segment_webhooks on delete cascade
);

create index segment_dead_letters_webhook_idx
  on segment_dead_letters (segment_id, webhook_id, number);

-- Takes users out of what was computed of behaviour that they have forgotten since, and tells those
-- who were told of them. Rows that a computation is deleting are left to it. What waits to be sent
-- does not name them as entered any more.
create function leave_computed_segments(ids text[])
returns void
language sql
as $$
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
$$;
