import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { Queryable } from '../database/transaction.ts';
import type { NewEvents } from './feature-state-store.ts';
import { isNew, isOfCountedUser, isOfReturnedUser } from './feature-store.ts';

/** A kind of tag, and what of an event `e` with an item `i` is its value; null: it has none. */
interface TagKind {
  readonly tag: string;
  readonly value: string;
}

/** Another kind is another line here, and its words in services/tags/tag-words.ts. */
const tagKinds: readonly TagKind[] = [
  { tag: 'category', value: `nullif(i.category_path[cardinality(i.category_path)], '')` },
  { tag: 'brand', value: `nullif(i.brand, '')` },
  // What was paid says more than what the item costs now.
  { tag: 'price', value: `price_band(coalesce(e.unit_price, i.price))` },
];

/** A tag stands from this weight on: two clicks within a fortnight, say, or one like. */
const leastWeight = 1.5;

/**
 * All that the sums depend on, and how they are read (`user_tags_at` in migration 0009): kept with
 * them as JSON. Sums of another definition are built anew.
 */
export function tagDefinition({ trend, types, view, interest, ...rest }: EventWeights): string {
  const { landmark } = trend;
  const definition = { types, view, return: rest.return, interest, landmark, leastWeight };
  return JSON.stringify({ ...definition, kinds: tagKinds });
}

const counted = {
  clicks: 'click',
  views: 'view',
  likes: 'like',
  comments: 'comment',
  shares: 'share',
  carts: 'cart',
  purchases: 'purchase',
};
const countColumns = Object.keys(counted);

/** A `follow` is of a host. */
const isAboutItem = `e.item_id is not null and e.type not in ('impression', 'follow')`;

/** Empties what the tags are made from; nobody else sees it before the transaction has ended. */
export async function clearTags(transaction: Queryable): Promise<void> {
  await transaction.query('delete from user_tag_sums');
}

/** Takes the sums of users who have the switch off, and of tags that were removed. */
export async function excludeTags(transaction: Queryable): Promise<void> {
  await transaction.query(
    `delete from user_tag_sums s using users u
     where u.user_id = s.user_id and not u.personalised`,
  );
  await transaction.query(
    `delete from user_tag_sums s using removed_user_tags r
     where r.user_id = s.user_id and r.tag = s.tag and r.value in ('', s.value)`,
  );
}

/**
 * Adds the new events of the users who are not excluded, by what the catalogue says of their items
 * now. Returns how many tags of users had any.
 *
 * @param definition by `tagDefinition`
 */
export function addTags(
  transaction: Queryable,
  events: NewEvents,
  time: string,
  definition: string,
): Promise<number> {
  const where = `${isNew} and ${isOfCountedUser}`;
  return count(transaction, insertTags(where, '$4'), [
    ...[time, events.fromXid, events.taken ?? null, definition],
  ]);
}

/** Adds all events of the users who have the switch on again, while they are still excluded. */
export function addReturnedTags(
  transaction: Queryable,
  time: string,
  definition: string,
): Promise<number> {
  return count(transaction, insertTags(isOfReturnedUser, '$2'), [time, definition]);
}

/** Gives back the room of the rows that a full build replaced. Not in a transaction. */
export async function vacuumTags(database: Queryable): Promise<void> {
  await database.query('vacuum (analyze) user_tag_sums');
}

/** @param definition the parameter that holds it */
function insertTags(where: string, definition: string): string {
  const counts = Object.entries(counted).map(
    ([column, type]) => `count(*) filter (where e.type = '${type}' and w.weight > 0) as ${column}`,
  );
  const kinds = tagKinds.map(({ tag, value }) => `('${tag}', ${value})`);
  // As of now, where 2^(−age / half-life) is small, and not as of the landmark: so that plain sums
  // do, without a call of `log2_sum` a row. What is older than a thousand half-lives is nothing.
  const decayed = (weight: string) => `sum(${weight} * power_of_two(
      date_part('epoch', e.occurred_at - $1::timestamptz) / (86400 * d.half_life)
    )) filter (where ${weight} > 0)`;
  const sinceLandmark = (sum: string) => `ln(nullif(${sum}, 0)) / ln(2::double precision)
      + date_part('epoch', $1::timestamptz - s.landmark) / (86400 * s.half_life)`;
  return `
    insert into user_tag_sums as f (
      user_id, tag, value, ${countColumns.join(', ')}, against, total, gained, lost,
      last_evidence_at, computed_at
    )
    select s.user_id, s.tag, s.value, ${countColumns.join(', ')}, s.against, s.total,
      ${sinceLandmark('s.gained')},
      ${sinceLandmark('s.lost')},
      s.last_evidence_at,
      $1::timestamptz
    from (
      select e.user_id, t.tag, t.value, ${counts.join(', ')},
        count(*) filter (where w.weight < 0) as against,
        sum(w.weight) as total,
        ${decayed('w.weight')} as gained,
        ${decayed('-w.weight')} as lost,
        max(e.occurred_at) filter (where w.weight > 0) as last_evidence_at,
        d.landmark, d.half_life
      from events e
      join items i on i.item_id = e.item_id
      cross join (
        select (${definition}::jsonb ->> 'landmark')::timestamptz as landmark,
          (${definition}::jsonb #>> '{interest,halfLifeDays}')::double precision as half_life
      ) d
      cross join lateral (
        -- The offset keeps it from being worked out again at each of the places that use it.
        select interaction_weight(e.type, e.value, e.reason, ${definition}::jsonb) as weight
        offset 0
      ) w
      cross join lateral (values ${kinds.join(', ')}) t (tag, value)
      where ${where} and ${isAboutItem} and w.weight <> 0 and t.value is not null
        and not exists (
          select from removed_user_tags r
          where r.user_id = e.user_id and r.tag = t.tag and r.value in ('', t.value)
        )
      group by e.user_id, t.tag, t.value, d.landmark, d.half_life
    ) s
    on conflict (user_id, tag, value) do update set
      ${countColumns.map((column) => `${column} = f.${column} + excluded.${column}`).join(', ')},
      against = f.against + excluded.against,
      total = f.total + excluded.total,
      gained = coalesce(log2_add(f.gained, excluded.gained), f.gained, excluded.gained),
      lost = coalesce(log2_add(f.lost, excluded.lost), f.lost, excluded.lost),
      last_evidence_at = greatest(f.last_evidence_at, excluded.last_evidence_at),
      computed_at = excluded.computed_at`;
}

async function count(
  transaction: Queryable,
  insert: string,
  values: readonly unknown[],
): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `with written as (${insert} returning 1) select count(*) as count from written`,
    values,
  );
  return row?.count ?? 0;
}
