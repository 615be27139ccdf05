drop function ensure_event_partitions;
drop table events;
drop table event_keys;
