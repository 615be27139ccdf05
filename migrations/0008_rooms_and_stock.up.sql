-- Stock that the shop's warehouse sends comes with a sequence number. An older one that arrives
-- late must not win. Null: no number has come for this SKU yet.
alter table skus add column stock_sequence bigint check (stock_sequence >= 0);

alter table rooms add column pinned_at timestamptz;

-- What a room's host has shown and when, one row a time; the last one is open while it is pinned.
create table room_pins (
  pin_id bigint generated always as identity primary key,
  room_id external_id not null references rooms on delete cascade,
  item_id external_id not null,
  pinned_at timestamptz not null,
  unpinned_at timestamptz
);

create unique index room_pins_open_idx on room_pins (room_id) where unpinned_at is null;

create index room_pins_room_id_idx on room_pins (room_id, unpinned_at desc);
