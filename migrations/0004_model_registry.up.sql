-- Published models. The files are kept here, so that replicas need nothing of each other.

create table model_versions (
  version text primary key check (version ~ '^[A-Za-z0-9._-]{1,128}$'),
  kind text not null,
  manifest jsonb not null,
  registered_at timestamptz not null default now(),
  activated_at timestamptz,
  -- What was active before this one was activated: where a rollback goes.
  previous_version text references model_versions,
  active boolean not null default false
);

create unique index model_versions_active_idx on model_versions (active) where active;

create table model_files (
  version text not null references model_versions on delete cascade,
  name text not null,
  -- A file is cut into chunks, numbered from 0, because one value may not pass 1 GB.
  chunk integer not null check (chunk >= 0),
  bytes bytea not null,
  primary key (version, name, chunk)
);
