-- What has changed, for processes that keep what they serve in memory: they read the rows of the
-- transactions that they have not seen before every answer, and rows are deleted some minutes after
-- they were committed. See docs/adr/0012.

create table change_feed (
  change_id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null check (kind in ('items', 'rooms', 'users', 'events')),
  -- Of what has changed; of events the viewers ('u' or 's' before the user's or session's id) whose
  -- history has grown. Null: so much that it is not named.
  ids text[],
  -- Of events: [[room, item, type, viewer, seconds since 1970, value], …].
  details json
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create index change_feed_xid_idx on change_feed (xid);

-- A change of more than so many rows is told as one of everything.
create function tell_change(kind text, ids text[])
returns void
language sql
as $$
  insert into change_feed (kind, ids)
  select tell_change.kind, case when cardinality(tell_change.ids) <= 10000 then tell_change.ids end
  where cardinality(tell_change.ids) > 0
$$;

-- One trigger a statement and not a row: a bulk write tells once.
create function tell_item_change()
returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('items', array(select item_id::text from before union select item_id::text from after));
  else
    perform tell_change('items', array(select distinct item_id::text from after));
  end if;
  return null;
end
$$;

create function tell_room_change()
returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('rooms', array(select room_id::text from before union select room_id::text from after));
  else
    perform tell_change('rooms', array(select distinct room_id::text from after));
  end if;
  return null;
end
$$;

create function tell_user_change()
returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('users', array(select user_id::text from before union select user_id::text from after));
  else
    perform tell_change('users', array(select distinct user_id::text from after));
  end if;
  return null;
end
$$;

create function tell_truncation()
returns trigger
language plpgsql
as $$
begin
  insert into change_feed (kind) values (tg_argv[0]);
  return null;
end
$$;

do $$
declare
  told record;
begin
  for told in
    select * from (values
      ('items', 'item', 'items'), ('skus', 'item', 'items'),
      ('rooms', 'room', 'rooms'), ('room_items', 'room', 'rooms'),
      ('users', 'user', 'users')
    ) as row (tab, subject, kind)
  loop
    execute format(
      'create trigger %s_told_insert after insert on %I referencing new table as after
         for each statement execute function tell_%s_change()',
      told.tab, told.tab, told.subject);
    execute format(
      'create trigger %s_told_update after update on %I
         referencing old table as before new table as after
         for each statement execute function tell_%s_change()',
      told.tab, told.tab, told.subject);
    execute format(
      'create trigger %s_told_delete after delete on %I referencing old table as after
         for each statement execute function tell_%s_change()',
      told.tab, told.tab, told.subject);
    execute format(
      'create trigger %s_told_truncate after truncate on %I
         for each statement execute function tell_truncation(%L)',
      told.tab, told.tab, told.kind);
  end loop;
end
$$;

-- The history of a session without a user.
create index events_session_id_idx on events (session_id, occurred_at desc)
  where user_id is null and type <> 'impression';

-- What is going on in a room, and who is there.
create index events_room_id_idx on events (room_id, occurred_at desc) where room_id is not null;

-- Items by any category of their path, and by brand.
create index items_category_path_idx on items using gin (category_path) where not hidden;

create index items_brand_idx on items (brand, launched_at desc, item_id) where not hidden;
