drop function said_fit(text, jsonb);

drop index events_item_orders_idx;

-- One version can be active without families: that of recommendations.
delete from model_activations a using model_versions v
  where v.version = a.version and v.family = 'sizes';

delete from model_versions where family = 'sizes';

drop index model_versions_active_idx;

alter table model_versions drop column family;

create unique index model_versions_active_idx on model_versions (active) where active;
