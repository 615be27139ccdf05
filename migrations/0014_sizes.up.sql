-- Models of sizes are published beside those of recommendations: of each family one version answers.
alter table model_versions
  add column family text not null generated always as (
    case kind when 'sizes' then 'sizes' else 'recommendations' end
  ) stored;

drop index model_versions_active_idx;

create unique index model_versions_active_idx on model_versions (family) where active;

-- What became of an item's pieces, newest first: the evidence of how it runs.
create index events_item_orders_idx on events (item_id, occurred_at desc)
  where type in ('purchase', 'return') and item_id is not null;

-- What the buyer of a purchase said of its fit, where it is one of the three words for it.
create function said_fit(type text, properties jsonb)
returns text
language sql immutable parallel safe
as $$
  select case when type = 'purchase' and properties ->> 'fit' in ('small', 'fit', 'large')
    then properties ->> 'fit' end
$$;
