-- Segments frozen. Only changes are written: a span is a user's stay from the snapshot that they are
-- in first to the one that they are not in any more.

create table segment_snapshots (
  segment_id external_id not null references segments on delete cascade,
  -- 1, 2, 3 … of its segment.
  snapshot integer not null check (snapshot >= 1),
  -- By the database's clock, before the members were looked for.
  taken_at timestamptz not null,
  -- Whether members were told by what users did: then those are not named whose switch is off now,
  -- or who have asked for a deletion since.
  uses_behaviour boolean not null,
  -- As it was then; null: a list of ids.
  rule jsonb,
  -- As it was then: deletions on behalf of single users do not change it.
  members bigint not null check (members >= 0),
  joined bigint not null check (joined >= 0),
  departed bigint not null check (departed >= 0),
  primary key (segment_id, snapshot)
);

-- Without a foreign key, which would look at `segments` once a row: the trigger below stands for it.
create table segment_spans (
  segment_id external_id not null,
  user_id external_id not null,
  -- In the snapshots from this one on …
  entered integer not null,
  -- … to the one before this; null: to the last one there is.
  exited integer check (exited > entered),
  primary key (segment_id, user_id, entered)
);

create index segment_spans_entered_idx on segment_spans (segment_id, entered, user_id);
create index segment_spans_exited_idx on segment_spans (segment_id, exited, user_id)
  where exited is not null;

create function delete_segment_spans() returns trigger
language plpgsql as $$
begin
  delete from segment_spans where segment_id = old.segment_id;
  return null;
end
$$;

-- Whoever writes spans, or members, holds a lock on the segment's row from before they look at it:
-- `for key share` or a stronger one.
create trigger segments_delete_spans after delete on segments
  for each row execute function delete_segment_spans();

-- The same for lists: looking at `segments` once a row took 10 of the 16 seconds in which a million
-- members were written.
alter table segment_members drop constraint segment_members_segment_id_fkey;

create function delete_segment_members() returns trigger
language plpgsql as $$
begin
  delete from segment_members where segment_id = old.segment_id;
  return null;
end
$$;

create trigger segments_delete_members after delete on segments
  for each row execute function delete_segment_members();
