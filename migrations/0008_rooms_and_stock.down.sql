drop table room_pins;

alter table rooms drop column pinned_at;

alter table skus drop column stock_sequence;
