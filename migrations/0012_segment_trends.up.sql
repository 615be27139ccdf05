-- Whom a profile puts a user among, before anything is known of what they like: gender and decade of
-- birth. Null where neither is known.
create function profile_segment(gender text, birth_year smallint)
returns text
language sql immutable parallel safe
as $$
  select case when gender is not null or birth_year is not null then
    coalesce(gender, 'any') || ' ' || coalesce((birth_year / 10 * 10)::text, 'any')
  end
$$;

-- item_features.trend by segment: what is popular among people like somebody who is new.
create table segment_item_trends (
  item_id external_id not null,
  segment text not null,
  trend double precision not null,
  computed_at timestamptz not null,
  primary key (item_id, segment)
);

create index segment_item_trends_popular_idx
  on segment_item_trends (segment, trend desc, item_id);
