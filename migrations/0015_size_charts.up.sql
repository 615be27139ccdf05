-- Brands' own tables of sizes: which bodies each label is made for. Few and read whole by every
-- serving process, which are told of changes by brand.
create table size_charts (
  chart_id bigint generated always as identity primary key,
  brand text not null check (brand <> ''),
  -- Of the items whose path begins so.
  category_path text[] not null default '{}',
  -- Null: whomever an item is for.
  audience text check (audience in ('women', 'men', 'kids')),
  -- [{label, length: -1|0|1, body: {bustCm: {from, to}, …}}, …], cm and kg, smallest first.
  sizes jsonb not null,
  updated_at timestamptz not null default now(),
  unique nulls not distinct (brand, category_path, audience)
);

alter table change_feed drop constraint change_feed_kind_check;
alter table change_feed add constraint change_feed_kind_check
  check (kind in ('items', 'rooms', 'users', 'events', 'size_charts'));

create function tell_size_chart_change()
returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('size_charts', array(select brand from before union select brand from after));
  else
    perform tell_change('size_charts', array(select distinct brand from after));
  end if;
  return null;
end
$$;

create trigger size_charts_told_insert after insert on size_charts referencing new table as after
  for each statement execute function tell_size_chart_change();
create trigger size_charts_told_update after update on size_charts
  referencing old table as before new table as after
  for each statement execute function tell_size_chart_change();
create trigger size_charts_told_delete after delete on size_charts referencing old table as after
  for each statement execute function tell_size_chart_change();
create trigger size_charts_told_truncate after truncate on size_charts
  for each statement execute function tell_truncation('size_charts');
