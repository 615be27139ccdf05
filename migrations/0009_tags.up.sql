-- What a user's tags are summed up from: events of the user with items that have the value, in
-- columns that can be added to. A tag is a kind (category, brand, price) and a value of it.

-- Nothing filled it.
drop table user_tags;

create table user_tag_sums (
  user_id external_id not null,
  tag text not null,
  value text not null,
  -- Events that speak for it, by type.
  clicks bigint not null default 0,
  views bigint not null default 0,
  likes bigint not null default 0,
  comments bigint not null default 0,
  shares bigint not null default 0,
  carts bigint not null default 0,
  purchases bigint not null default 0,
  -- Events that speak against it: short views, what was taken out of the cart, returns.
  against bigint not null default 0,
  -- The sum of all weights, and forward-decayed sums of those above and below 0 as in
  -- item_features.trend: log2; null: none.
  total double precision not null default 0,
  gained double precision,
  lost double precision,
  last_evidence_at timestamptz,
  computed_at timestamptz not null,
  primary key (user_id, tag, value)
);

-- What a user does not want to be known by. An empty value: every value of the tag, those to come
-- too.
create table removed_user_tags (
  user_id external_id not null,
  tag text not null,
  value text not null default '',
  removed_at timestamptz not null default now(),
  primary key (user_id, tag, value)
);

-- The band of a price on the scale 10, 20, 50, 100, 200, 500, …, its upper end left out. Looked up:
-- worked out from the digits it took most of the time of building tags.
create function price_band(price numeric)
returns text
language sql immutable strict parallel safe
as $$
  select ('{
    0-10,10-20,20-50,50-100,100-200,200-500,500-1000,1000-2000,2000-5000,5000-10000,10000-20000,
    20000-50000,50000-100000,100000-200000,200000-500000,500000-1000000,1000000-2000000,
    2000000-5000000,5000000-10000000,10000000-20000000,20000000-50000000,50000000-100000000,
    100000000-200000000,200000000-500000000,500000000-1000000000,1000000000-2000000000,
    2000000000-5000000000,5000000000-10000000000
  }'::text[])[1 + width_bucket(price, '{
    10,20,50,100,200,500,1000,2000,5000,10000,20000,50000,100000,200000,500000,1000000,2000000,
    5000000,10000000,20000000,50000000,100000000,200000000,500000000,1000000000,2000000000,
    5000000000
  }'::numeric[])]
$$;

-- 2^exponent, 0 for null; below 2^-1000 it would be refused as an underflow.
create function power_of_two(exponent double precision)
returns double precision
language sql immutable parallel safe
as $$
  select case when exponent > -1000 then power(2::double precision, exponent) else 0 end
$$;

-- The tags that stand at a time: those of users with the switch on that were not removed, whose
-- weight is high enough. The weight is the sum of the events' weights, each less by its age, as the
-- definition that the sums were built with says (models/dataset/event-weights.ts, interestLeft):
-- lasting * sum + (1 - lasting) * (sum of weight * 2^(-age / half-life)).
create function user_tags_at(at timestamptz)
returns table (
  user_id text, tag text, value text, weight double precision, evidence_count bigint,
  last_evidence_at timestamptz, clicks bigint, views bigint, likes bigint, comments bigint,
  shares bigint, carts bigint, purchases bigint, against bigint, computed_at timestamptz
)
language sql stable parallel safe
as $$
  select s.user_id::text, s.tag, s.value, w.weight,
    s.clicks + s.views + s.likes + s.comments + s.shares + s.carts + s.purchases,
    s.last_evidence_at, s.clicks, s.views, s.likes, s.comments, s.shares, s.carts, s.purchases,
    s.against, s.computed_at
  from user_tag_sums s
  cross join (
    select (definition::jsonb #>> '{interest,lasting}')::double precision as lasting,
      (definition::jsonb ->> 'leastWeight')::double precision as least,
      date_part('epoch', at - (definition::jsonb ->> 'landmark')::timestamptz)
        / (86400 * (definition::jsonb #>> '{interest,halfLifeDays}')::double precision) as age
    from feature_state
    where feature = 'tags'
  ) d
  cross join lateral (
    select d.lasting * s.total
      + (1 - d.lasting) * (power_of_two(s.gained - d.age) - power_of_two(s.lost - d.age)) as weight
  ) w
  where w.weight >= d.least
    and not exists (
      select from removed_user_tags r
      where r.user_id = s.user_id and r.tag = s.tag and r.value in ('', s.value)
    )
    and not exists (select from users u where u.user_id = s.user_id and not u.personalised)
$$;

create view user_tags as select * from user_tags_at(now());
