create or replace function user_tags_at(at timestamptz)
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

drop index users_forget_before_idx;

alter table users
  drop column forget_before,
  drop column forgotten_through;
