-- The tags that stand at a time: those of users with the switch on and without a deletion waiting,
-- that were not removed, by what is known of them:
-- * Sums: the weight is what is left of the events' weights (models/dataset/event-weights.ts,
--   interestLeft): lasting * sum + (1 - lasting) * (sum of weight * 2^(-age / half-life)).
-- * size_returns: the share of a user's pieces that came back for their size, each piece counted by
--   what is left of it, with ten pieces of the shop's share added; against the shop's share. From two
--   pieces on. The shop's share has one return of ten pieces added, so that there always is one.
-- * live_watching: the share of what a user did that was in live rooms, likewise. From five on.
-- * channel: where no event says one, the profile's, with a weight of 0.
-- counted of out_of are the pieces or deeds of a share; shop_share is the shop's.
create or replace function user_tags_at(at timestamptz)
returns table (
  user_id text, tag text, value text, weight double precision, share double precision,
  evidence_count bigint, last_evidence_at timestamptz, clicks bigint, views bigint, likes bigint,
  comments bigint, shares bigint, follows bigint, carts bigint, purchases bigint, against bigint,
  counted bigint, out_of bigint, shop_share double precision, computed_at timestamptz
)
language sql stable parallel safe
as $$
  select t.*
  from (
    select s.user_id::text as user_id, s.tag, s.value, w.weight, null::double precision,
      s.clicks + s.views + s.likes + s.comments + s.shares + s.follows + s.carts + s.purchases,
      s.last_evidence_at, s.clicks, s.views, s.likes, s.comments, s.shares, s.follows, s.carts,
      s.purchases, s.against, null::bigint, null::bigint, null::double precision, s.computed_at
    from user_tag_sums s
    cross join tag_settings d
    cross join lateral (
      select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
    ) a
    cross join lateral (
      select d.lasting * s.total
        + (1 - d.lasting) * (power_of_two(s.gained - a.age) - power_of_two(s.lost - a.age)) as weight
    ) w
    where w.weight >= d.least_weight
    union all
    select r.user_id::text, 'size_returns'::text, v.value, k.pieces, k.share, r.pieces,
      r.last_evidence_at, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, r.sent_back, r.pieces, k.shop_share, r.computed_at
    from user_size_returns r
    cross join tag_settings d
    -- The offsets keep what is worked out from being worked out again wherever it stands.
    cross join lateral (
      select m.pieces, m.shop_share,
        (least(m.sent_back, m.pieces) + 10 * m.shop_share) / (m.pieces + 10) as share
      from (
        select d.lasting * r.pieces + (1 - d.lasting) * power_of_two(r.recent_pieces - e.age) as pieces,
          d.lasting * r.sent_back
            + (1 - d.lasting) * power_of_two(r.recent_sent_back - e.age) as sent_back,
          (d.sent_back + 1) / (d.pieces + 10)::double precision as shop_share
        from (
          select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
        ) e
        offset 0
      ) m
      offset 0
    ) k
    cross join lateral (
      select case when k.share >= 1.5 * k.shop_share then 'high'
        when k.share < 0.75 * k.shop_share then 'low' else 'medium' end as value
    ) v
    where r.pieces >= 2
    union all
    select h.user_id::text, 'live_watching'::text, v.value, k.deeds, k.share,
      h.in_rooms + h.elsewhere, h.last_evidence_at, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, h.in_rooms, h.in_rooms + h.elsewhere,
      null::double precision, h.computed_at
    from user_live_habits h
    cross join tag_settings d
    cross join lateral (
      select m.in_rooms + m.elsewhere as deeds,
        coalesce(
          m.in_rooms / nullif(m.in_rooms + m.elsewhere, 0),
          h.in_rooms / (h.in_rooms + h.elsewhere)::double precision
        ) as share
      from (
        select d.lasting * h.in_rooms
            + (1 - d.lasting) * power_of_two(h.recent_in_rooms - e.age) as in_rooms,
          d.lasting * h.elsewhere
            + (1 - d.lasting) * power_of_two(h.recent_elsewhere - e.age) as elsewhere
        from (
          select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
        ) e
        offset 0
      ) m
      offset 0
    ) k
    cross join lateral (
      select case when k.share >= 0.5 then 'often' when k.share >= 0.05 then 'sometimes'
        else 'none' end as value
    ) v
    where h.in_rooms + h.elsewhere >= 5
    union all
    select u.user_id::text, 'channel'::text, u.channel, 0::double precision, null::double precision,
      0::bigint, null::timestamptz, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
      0::bigint, 0::bigint, 0::bigint, null::bigint, null::bigint, null::double precision,
      u.updated_at
    from users u
    cross join tag_settings d
    cross join lateral (
      select date_part('epoch', at - d.landmark) / (86400 * d.half_life_days) as age
    ) a
    where u.channel <> ''
      and not exists (
        select from user_tag_sums s
        where s.user_id = u.user_id and s.tag = 'channel'
          and d.lasting * s.total + (1 - d.lasting) * power_of_two(s.gained - a.age) >= d.least_weight
      )
  ) t
  where not exists (
      select from removed_user_tags r
      where r.user_id = t.user_id and r.tag = t.tag and r.value in ('', t.value)
    )
    and not exists (
      select from users u
      where u.user_id = t.user_id
        and (not u.personalised or u.forget_before > coalesce(u.forgotten_through, '-infinity'))
    )
$$;

drop table user_said_channels;
