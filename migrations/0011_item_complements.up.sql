-- What is bought together with an item, of other categories: made anew by build-complements.
create table item_complements (
  item_id external_id not null,
  complement_id external_id not null,
  -- Shrunk towards 1; the highest are kept.
  lift double precision not null check (lift > 0),
  -- Baskets and buyers that had both.
  baskets integer not null check (baskets > 0),
  buyers integer not null check (buyers > 0),
  computed_at timestamptz not null,
  primary key (item_id, complement_id)
);
