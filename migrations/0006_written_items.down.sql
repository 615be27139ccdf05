drop index items_written_xid_idx;
drop trigger items_written on items;
drop function note_item_writer();
alter table items drop column written_xid;
