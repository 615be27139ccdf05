drop view user_tags;

drop function user_tags_at(timestamptz);

drop function power_of_two(double precision);

drop function price_band(numeric);

drop table removed_user_tags;

drop table user_tag_sums;

create table user_tags (
  user_id external_id not null,
  tag text not null,
  value text not null,
  weight double precision not null,
  evidence_count integer not null,
  last_evidence_at timestamptz,
  computed_at timestamptz not null,
  primary key (user_id, tag, value)
);
