import type { Database } from '../database/database.ts';

/** A webhook that a process sends to, until its claim ends. */
export interface ClaimedWebhook {
  readonly segmentId: string;
  readonly webhookId: string;
  readonly claim: string;
}

/** The first that waits for a webhook. */
export interface Delivery {
  readonly number: number;
  readonly deliveryId: string;
  readonly computation: number;
  readonly evaluatedAt: Date;
  readonly entered: readonly string[];
  readonly exited: readonly string[];
  readonly attempts: number;
  readonly url: string;
  readonly secret: string;
}

// Those that were not sent to for longest first, so that a long queue does not hold up others.
const claimOne = `
with due as (
  select w.segment_id, w.webhook_id
  from segment_webhooks w
  join lateral (
    select d.next_attempt_at from segment_deliveries d
    where d.segment_id = w.segment_id and d.webhook_id = w.webhook_id
    order by d.number limit 1
  ) d on d.next_attempt_at <= $1::timestamptz
  where w.active and (w.claimed_until is null or w.claimed_until <= $1::timestamptz)
  order by w.claimed_until nulls first, w.segment_id, w.webhook_id
  limit 1
  for no key update of w skip locked
)
update segment_webhooks w set
  claimed_until = $1::timestamptz + interval '1 second' * $2::double precision,
  claim = gen_random_uuid()
from due
where w.segment_id = due.segment_id and w.webhook_id = due.webhook_id
returning w.segment_id as "segmentId", w.webhook_id as "webhookId", w.claim`;

const prolong = `
update segment_webhooks
set claimed_until = $4::timestamptz + interval '1 second' * $5::double precision
where segment_id = $1::text and webhook_id = $2::text and claim = $3::uuid and active
returning 1`;

// Who may be named is looked at again: whose switch went off since, or who has asked to be
// forgotten, is not sent as entered. Of a dead letter that is sent again what is so no more is left
// out.
const first = `
select d.number, d.delivery_id as "deliveryId", d.computation, d.evaluated_at as "evaluatedAt",
  d.attempts, w.url, w.secret,
  array(
    select u.user_id::text
    from unnest(d.entered) e (user_id)
    join users u on u.user_id = e.user_id
    where (
      not d.uses_behaviour
      or u.personalised and (u.forget_before is null or u.forget_before < d.created_at)
    ) and (not d.resent or exists (
      select from segment_members m where m.segment_id = d.segment_id and m.user_id = e.user_id
    ))
    order by 1
  ) as entered,
  array(
    select e.user_id
    from unnest(d.exited) e (user_id)
    where not d.resent or not exists (
      select from segment_members m where m.segment_id = d.segment_id and m.user_id = e.user_id
    )
    order by 1
  ) as exited
from (
  select * from segment_deliveries
  where segment_id = $1::text and webhook_id = $2::text
  order by number limit 1
) d
join segment_webhooks w on w.segment_id = d.segment_id and w.webhook_id = d.webhook_id
where d.next_attempt_at <= $3::timestamptz`;

const bury = `
with dead as (
  delete from segment_deliveries where number = $1::bigint returning *
)
insert into segment_dead_letters (
  delivery_id, number, segment_id, webhook_id, computation, evaluated_at, uses_behaviour, entered,
  exited, attempts, last_error, created_at
)
select delivery_id, number, segment_id, webhook_id, computation, evaluated_at, uses_behaviour,
  entered, exited, attempts + 1, $2::text, created_at
from dead`;

/** What is to be sent to webhooks, and who sends it; shared by all processes. */
export class DeliveriesStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param seconds after which another process may take it, unless it is prolonged */
  async claim(now: Date, seconds: number): Promise<ClaimedWebhook | undefined> {
    const [row] = await this.#database.query<ClaimedWebhook>(claimOne, [
      ...[now.toISOString(), seconds],
    ]);
    return row;
  }

  /** @returns the first that waits, if it is due and the webhook is still ours */
  async next(
    { segmentId, webhookId, claim }: ClaimedWebhook,
    now: Date,
    seconds: number,
  ): Promise<Delivery | undefined> {
    const time = now.toISOString();
    const ours = await this.#database.query(prolong, [segmentId, webhookId, claim, time, seconds]);
    if (ours.length === 0) return undefined;
    const [row] = await this.#database.query<Delivery>(first, [segmentId, webhookId, time]);
    return row;
  }

  /** Others may send to it. */
  async release({ segmentId, webhookId, claim }: ClaimedWebhook, now: Date): Promise<void> {
    await this.#database.query(
      `update segment_webhooks set claim = null, claimed_until = $4::timestamptz
       where segment_id = $1::text and webhook_id = $2::text and claim = $3::uuid`,
      [segmentId, webhookId, claim, now.toISOString()],
    );
  }

  /** It was taken, or there is nothing left to send in it. */
  async done({ segmentId, webhookId }: ClaimedWebhook, delivery: Delivery, now?: Date) {
    await this.#database.query(
      `with taken as (delete from segment_deliveries where number = $3::bigint)
       update segment_webhooks
       set last_error = null, last_delivered_at = coalesce($4::timestamptz, last_delivered_at)
       where segment_id = $1::text and webhook_id = $2::text`,
      [segmentId, webhookId, delivery.number, now?.toISOString() ?? null],
    );
  }

  async failed(
    { segmentId, webhookId }: ClaimedWebhook,
    { number }: Delivery,
    error: string,
    next: Date,
  ): Promise<void> {
    await this.#database.query(
      `with tried as (
         update segment_deliveries
         set attempts = attempts + 1, last_error = $4::text, next_attempt_at = $5::timestamptz
         where number = $3::bigint
       )
       update segment_webhooks set last_error = $4::text
       where segment_id = $1::text and webhook_id = $2::text`,
      [segmentId, webhookId, number, error, next.toISOString()],
    );
  }

  /** Gives it up; the next one follows. Those that died more than 30 days ago are deleted. */
  async bury(
    { segmentId, webhookId }: ClaimedWebhook,
    { number }: Delivery,
    error: string,
    inactiveReason?: string,
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.query(bury, [number, error]);
      await transaction.query(
        `update segment_webhooks set last_error = $3::text,
           active = active and $4::text is null,
           inactive_reason = coalesce($4::text, inactive_reason)
         where segment_id = $1::text and webhook_id = $2::text`,
        [segmentId, webhookId, error, inactiveReason ?? null],
      );
      await transaction.query(
        `delete from segment_dead_letters
         where segment_id = $1::text and webhook_id = $2::text
           and died_at < now() - interval '30 days'`,
        [segmentId, webhookId],
      );
    });
  }
}
