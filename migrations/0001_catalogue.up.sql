-- Entities: what the caller owns. Keys are the caller's own ids, at most 128 characters.

create domain external_id as text
  check (char_length(value) between 1 and 128);

create table users (
  user_id external_id primary key,
  birth_year smallint check (birth_year between 1900 and 2100),
  gender text check (gender in ('female', 'male', 'other')),
  city_tier smallint check (city_tier between 1 and 6),
  channel text,
  height_cm real check (height_cm > 0),
  weight_kg real check (weight_kg > 0),
  bust_cm real check (bust_cm > 0),
  waist_cm real check (waist_cm > 0),
  hip_cm real check (hip_cm > 0),
  body_type text,
  -- What the caller knows beyond the columns above.
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  -- The switch: false means that nothing derived from behaviour may be used.
  personalised boolean not null default true,
  marketing_consent boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table items (
  item_id external_id primary key,
  -- From the root of the category tree to the leaf.
  category_path text[] not null default '{}',
  brand text,
  title text not null default '',
  price numeric(12, 2) check (price >= 0),
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  launched_at timestamptz not null default '-infinity',
  hidden boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The newest first, of all and of a category by its leaf.
create index items_launched_at_idx on items (launched_at desc, item_id) where not hidden;

create index items_category_idx
  on items ((category_path[cardinality(category_path)]), launched_at desc, item_id)
  where not hidden;

create table skus (
  sku_id external_id primary key,
  item_id external_id not null references items on delete cascade,
  size_label text,
  -- Place in the item's size run, smallest first.
  size_order smallint not null default 0,
  colour text,
  -- Null: the item's price.
  price numeric(12, 2) check (price >= 0),
  stock integer not null default 0 check (stock >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index skus_item_id_idx on skus (item_id, size_order);

create table rooms (
  room_id external_id primary key,
  host_id text,
  title text not null default '',
  theme text,
  starts_at timestamptz,
  ends_at timestamptz check (ends_at > starts_at),
  pinned_item_id external_id,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A room's shelf in order. Items need not be in the catalogue yet.
create table room_items (
  room_id external_id not null references rooms on delete cascade,
  item_id external_id not null,
  position integer not null check (position >= 0),
  room_price numeric(12, 2) check (room_price >= 0),
  primary key (room_id, item_id),
  constraint room_items_position_key unique (room_id, position) deferrable initially immediate
);
