-- Published models. The files are kept here, so that replicas need nothing of each other.

create table model_versions (
  -- It becomes the name of a folder, hence no dot in front.
  version text primary key check (version ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
  kind text not null,
  manifest jsonb not null,
  registered_at timestamptz not null default now(),
  active boolean not null default false
);

create unique index model_versions_active_idx on model_versions (active) where active;

create index model_versions_registered_at_idx on model_versions (registered_at desc, version);

create table model_files (
  version text not null references model_versions on delete cascade,
  name text not null,
  -- A file is cut into chunks, numbered from 0, because one value may not pass 1 GB.
  chunk integer not null check (chunk >= 0),
  bytes bytea not null,
  primary key (version, name, chunk)
);

-- Factors do not compress.
alter table model_files alter column bytes set storage external;

-- What was activated, one row a time. The active version is that of the last row that has not been
-- rolled back; a rollback goes to the one before it, and the next rollback one further.
create table model_activations (
  activation_id bigint generated always as identity primary key,
  version text not null references model_versions,
  activated_at timestamptz not null default now(),
  rolled_back_at timestamptz
);

create index model_activations_version_idx on model_activations (version, activation_id);

create index model_activations_standing_idx on model_activations (activation_id)
  where rolled_back_at is null;
