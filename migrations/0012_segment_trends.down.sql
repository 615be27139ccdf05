drop table segment_item_trends;
drop function profile_segment(text, smallint);
