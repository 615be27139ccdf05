drop view user_tags;
drop function user_tags_at(timestamptz);
drop function eighth_of_day(timestamptz, text);
drop function discount_band(numeric, numeric);
drop table user_live_habits, user_size_returns, tag_settings;

-- What was built by the later definition is built anew by the earlier one.
alter table user_tag_sums drop column follows;

-- No tag stands while a deletion is waiting: what the sums are made of is to go.
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
    and not exists (
      select from users u
      where u.user_id = s.user_id
        and (not u.personalised or u.forget_before > coalesce(u.forgotten_through, '-infinity'))
    )
$$;

create view user_tags as select * from user_tags_at(now());
