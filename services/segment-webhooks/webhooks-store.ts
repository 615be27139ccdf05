import type { Database } from '../database/database.ts';
import { ConflictError, NotFoundError } from '../errors.ts';

export type WebhookEvent = 'entered' | 'exited';

/** A webhook as it is kept, without its secret. */
export interface StoredWebhook {
  readonly webhookId: string;
  readonly url: string;
  readonly events: WebhookEvent[];
  readonly active: boolean;
  readonly inactiveReason: string | null;
  readonly batchSize: number;
  readonly waiting: number;
  readonly deadLetters: number;
  readonly lastDeliveredAt: Date | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface WrittenWebhook {
  readonly segmentId: string;
  readonly webhookId: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly active: boolean;
  readonly batchSize: number;
  /** Undefined: the one that it has. */
  readonly secret: string | undefined;
  /** Of a new one that was given none. */
  readonly newSecret: string;
}

export interface DeadLetter {
  readonly number: number;
  readonly deliveryId: string;
  readonly computation: number;
  readonly evaluatedAt: Date;
  readonly entered: number;
  readonly exited: number;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
  readonly diedAt: Date;
}

const select = `
select w.webhook_id as "webhookId", w.url, w.events, w.active,
  w.inactive_reason as "inactiveReason", w.batch_size as "batchSize",
  (select count(*) from segment_deliveries d
   where d.segment_id = w.segment_id and d.webhook_id = w.webhook_id) as waiting,
  (select count(*) from segment_dead_letters d
   where d.segment_id = w.segment_id and d.webhook_id = w.webhook_id) as "deadLetters",
  w.last_delivered_at as "lastDeliveredAt", w.last_error as "lastError",
  w.created_at as "createdAt", w.updated_at as "updatedAt"
from segment_webhooks w
where w.segment_id = $1::text`;

// What waits is tried anew at once: the receiver may be another one now.
const put = `
with written as (
  insert into segment_webhooks as old (
    segment_id, webhook_id, url, events, active, batch_size, secret
  )
  values (
    $1::text, $2::text, $3::text, $4::text[], $5::boolean, $6::integer,
    coalesce($7::text, $8::text)
  )
  on conflict (segment_id, webhook_id) do update set
    url = excluded.url, events = excluded.events, active = excluded.active,
    batch_size = excluded.batch_size, secret = coalesce($7::text, old.secret),
    inactive_reason = null, updated_at = now()
  returning (xmax = 0) as created
), retried as (
  update segment_deliveries set next_attempt_at = '-infinity'
  where segment_id = $1::text and webhook_id = $2::text
)
select created from written`;

const resend = `
with letter as (
  delete from segment_dead_letters
  where segment_id = $1::text and webhook_id = $2::text and delivery_id = $3::uuid
  returning *
)
insert into segment_deliveries (
  delivery_id, segment_id, webhook_id, computation, evaluated_at, uses_behaviour, entered, exited,
  created_at, resent
)
select delivery_id, segment_id, webhook_id, computation, evaluated_at, uses_behaviour, entered,
  exited, created_at, true
from letter
returning 1`;

/** Who is told of changes of segments, in the database. */
export class WebhooksStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @returns whether it was created
   * @throws NotFoundError, ConflictError where the segment is a list
   */
  async put(webhook: WrittenWebhook): Promise<boolean> {
    const { segmentId, webhookId, url, events, active, batchSize, secret, newSecret } = webhook;
    if ((await this.#kindOf(segmentId)) !== 'dynamic') {
      throw new ConflictError(`segment ${segmentId} is a list; nothing of it is computed`);
    }
    const [row] = await this.#database.query<{ created: boolean }>(put, [
      ...[segmentId, webhookId, url, events, active, batchSize, secret ?? null, newSecret],
    ]);
    if (row === undefined) throw new Error('an insert without a row');
    return row.created;
  }

  /** @throws NotFoundError */
  async get(segmentId: string, webhookId: string): Promise<StoredWebhook> {
    const [row] = await this.#database.query<StoredWebhook>(
      `${select} and w.webhook_id = $2::text`,
      [segmentId, webhookId],
    );
    if (row === undefined) throw missing(segmentId, webhookId);
    return row;
  }

  /**
   * In the order of their ids.
   *
   * @throws NotFoundError
   */
  async list(segmentId: string): Promise<StoredWebhook[]> {
    await this.#kindOf(segmentId);
    return this.#database.query(`${select} order by w.webhook_id`, [segmentId]);
  }

  /** @throws NotFoundError */
  async delete(segmentId: string, webhookId: string): Promise<void> {
    const rows = await this.#database.query(
      `delete from segment_webhooks where segment_id = $1::text and webhook_id = $2::text
       returning 1`,
      [segmentId, webhookId],
    );
    if (rows.length === 0) throw missing(segmentId, webhookId);
  }

  /** The oldest first, those after `after`. */
  deadLetters(
    segmentId: string,
    webhookId: string,
    limit: number,
    after: number | undefined,
  ): Promise<DeadLetter[]> {
    return this.#database.query(
      `select number, delivery_id as "deliveryId", computation, evaluated_at as "evaluatedAt",
         cardinality(entered) as entered, cardinality(exited) as exited, attempts,
         last_error as "lastError", created_at as "createdAt", died_at as "diedAt"
       from segment_dead_letters
       where segment_id = $1::text and webhook_id = $2::text
         and ($4::bigint is null or number > $4::bigint)
       order by number
       limit $3::integer`,
      [segmentId, webhookId, limit, after ?? null],
    );
  }

  /** Puts a dead letter behind what waits. @throws NotFoundError */
  async resend(segmentId: string, webhookId: string, deliveryId: string): Promise<void> {
    const rows = await this.#database.query(resend, [segmentId, webhookId, deliveryId]);
    if (rows.length > 0) return;
    throw new NotFoundError(
      `webhook ${webhookId} of ${segmentId} has no dead letter ${deliveryId}`,
    );
  }

  async #kindOf(segmentId: string): Promise<string> {
    const [row] = await this.#database.query<{ kind: string }>(
      'select kind from segments where segment_id = $1::text',
      [segmentId],
    );
    if (row === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
    return row.kind;
  }
}

function missing(segmentId: string, webhookId: string): NotFoundError {
  return new NotFoundError(`segment ${segmentId} has no webhook ${webhookId}`);
}
