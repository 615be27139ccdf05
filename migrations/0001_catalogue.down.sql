drop table room_items;
drop table rooms;
drop table skus;
drop table items;
drop table users;
drop domain external_id;
