-- What was shown, by which version, from where: an answer a row, a partition a day (UTC). Rows of the
-- items would be 20 times as many and nine tenths of each the same (docs/exposure.md).
create sequence recommendation_log_answer_id_seq;

create table recommendation_log (
  answer_id bigint not null default nextval('recommendation_log_answer_id_seq'),
  shown_at timestamptz not null,
  request_id text not null,
  -- Both null for a viewer whose switch was off.
  user_id external_id,
  session_id external_id,
  room_id external_id,
  -- Null: no model was loaded.
  version text,
  variant text not null,
  -- By place, the first place first.
  item_ids text[] not null,
  scores real[] not null,
  -- Each item's source is sources[source_numbers[place]].
  sources text[] not null,
  source_numbers smallint[] not null,
  primary key (shown_at, answer_id),
  check (
    cardinality(item_ids) = cardinality(scores)
    and cardinality(item_ids) = cardinality(source_numbers)
  )
) partition by range (shown_at);

-- For erasure.
create index recommendation_log_user_id_idx on recommendation_log (user_id)
  where user_id is not null;

-- Makes the day partitions that cover [from_time, to_time] where they are missing. Safe to call from
-- many sessions at once; for the order of its steps see ensure_event_partitions.
create function ensure_recommendation_log_partitions(from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql
as $$
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
$$;

-- Drops the partitions of the days before the one of `before` and returns how many there were. It
-- gives up rather than hold up writers behind a long report.
create function drop_recommendation_log_partitions(before timestamptz)
returns integer
language plpgsql
set lock_timeout = '5s'
as $$
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
$$;
