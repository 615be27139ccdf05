-- Which items a serving process has not seen yet: those whose last writer's transaction is not in
-- the snapshot it looked with before. Times in its place would lose the rows of a transaction that
-- began before a look and ended after it (see feature_state).
alter table items add column written_xid xid8 not null default pg_current_xact_id();

create function note_item_writer()
returns trigger
language plpgsql
as $$
begin
  new.written_xid := pg_current_xact_id();
  return new;
end
$$;

create trigger items_written before update on items
for each row execute function note_item_writer();

create index items_written_xid_idx on items (written_xid desc);
