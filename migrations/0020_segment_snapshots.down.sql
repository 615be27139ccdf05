drop trigger segments_delete_members on segments;
drop function delete_segment_members();
alter table segment_members add constraint segment_members_segment_id_fkey
  foreign key (segment_id) references segments on delete cascade;
drop trigger segments_delete_spans on segments;
drop function delete_segment_spans();
drop table segment_spans, segment_snapshots;
