drop index events_user_id_purchases_idx;

create index events_user_id_purchases_idx on events (user_id, occurred_at desc)
  where user_id is not null and type in ('purchase', 'return');
