-- What a segment asks of purchases and returns is in their index: they are few among all events, and
-- a window of months is read without touching the others.
drop index events_user_id_purchases_idx;

create index events_user_id_purchases_idx on events (user_id, occurred_at desc)
  include (type, item_id, room_id, order_id, quantity, unit_price, reason, event_id)
  where user_id is not null and type in ('purchase', 'return');
