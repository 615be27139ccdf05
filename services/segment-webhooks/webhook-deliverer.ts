import type { Logger } from 'pino';
import type { Metrics } from '../http/metrics.ts';
import type { ClaimedWebhook, DeliveriesStore, Delivery } from './deliveries-store.ts';
import { retryAfter } from './retry-after.ts';
import { SendError, type WebhookMessage } from './webhook-sender.ts';
import { signature } from './webhook-signature.ts';

export interface WebhookDelivererOptions {
  readonly store: DeliveriesStore;
  readonly sender: { send(message: WebhookMessage, signal: AbortSignal): Promise<number> };
  /** How many webhooks are sent to at once. */
  readonly concurrency: number;
  /** Attempts after which a delivery is given up. */
  readonly mostAttempts: number;
  /** From 0 to below 1: spreads the next attempts. */
  readonly random: () => number;
  readonly now: () => Date;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const lookEvery = 1_000;

/** Longer than a message may take, so that two processes do not send to one webhook at once. */
const claimSeconds = 60;

/** So many of one webhook, then it is another one's turn. */
const mostInARow = 50;

const gone = 410;

/**
 * Sends what computations have left for webhooks: of each in order, at least once. A delivery is
 * deleted when it was taken; should this process die before that, another one sends it again.
 */
export class WebhookDeliverer {
  readonly #options: WebhookDelivererOptions;
  readonly #closing = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WebhookDelivererOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#begin(), lookEvery).unref();
  }

  /** Sends what is due until nothing is. */
  async deliverDue(): Promise<void> {
    this.#begin();
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Breaks off what is being sent: it is sent again by another process. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort(new Error('the process stops'));
    await Promise.all(this.#working);
  }

  /** One more who sends, unless there are enough. */
  #begin(): void {
    const { concurrency, logger } = this.#options;
    if (this.#working.size >= concurrency || this.#closing.signal.aborted) return;
    const work = this.#work()
      .catch((error) => logger.warn({ err: error }, 'webhooks could not be sent to'))
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #work(): Promise<void> {
    const { store, now } = this.#options;
    while (!this.#closing.signal.aborted) {
      const claimed = await store.claim(now(), claimSeconds);
      if (claimed === undefined) return;
      // There may be another webhook that waits.
      this.#begin();
      try {
        await this.#empty(claimed);
      } finally {
        await store.release(claimed, now());
      }
    }
  }

  /** Sends in order until one fails. */
  async #empty(claimed: ClaimedWebhook): Promise<void> {
    const { store, now } = this.#options;
    for (let sent = 0; sent < mostInARow && !this.#closing.signal.aborted; sent += 1) {
      const delivery = await store.next(claimed, now(), claimSeconds);
      if (delivery === undefined || !(await this.#deliver(claimed, delivery))) return;
    }
  }

  /** @returns whether the next one may follow */
  async #deliver(claimed: ClaimedWebhook, delivery: Delivery): Promise<boolean> {
    const { store, metrics, now } = this.#options;
    if (delivery.entered.length + delivery.exited.length === 0) {
      await store.done(claimed, delivery);
      metrics.webhookDeliveries.inc({ outcome: 'empty' });
      return true;
    }
    const answer = await this.#send(claimed, delivery);
    if (answer === undefined) return false;
    if (typeof answer === 'number' && answer >= 200 && answer < 300) {
      await store.done(claimed, delivery, now());
      metrics.webhookDeliveries.inc({ outcome: 'delivered' });
      return true;
    }
    return this.#failed(claimed, delivery, answer);
  }

  /** @returns the status of the answer, or why there was none; undefined: it was broken off */
  async #send(claimed: ClaimedWebhook, delivery: Delivery): Promise<number | string | undefined> {
    const { sender, now } = this.#options;
    try {
      return await sender.send(message(claimed, delivery, now()), this.#closing.signal);
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined;
      if (error instanceof SendError) return error.message;
      throw error;
    }
  }

  /** @returns whether the next one may follow: after one that was given up it may */
  async #failed(
    claimed: ClaimedWebhook,
    delivery: Delivery,
    answer: number | string,
  ): Promise<boolean> {
    const { store, metrics, logger, now, random, mostAttempts } = this.#options;
    const reason = typeof answer === 'number' ? `answered ${answer}` : answer;
    const attempt = delivery.attempts + 1;
    const isDead = attempt >= mostAttempts || answer === gone;
    logger.warn(
      {
        ...{ segmentId: claimed.segmentId, webhookId: claimed.webhookId },
        ...{ deliveryId: delivery.deliveryId, attempt, reason, isDead },
      },
      'a webhook did not take a delivery',
    );
    metrics.webhookDeliveries.inc({ outcome: isDead ? 'dead' : 'failed' });
    if (isDead) {
      await store.bury(claimed, delivery, reason, answer === gone ? 'answered 410' : undefined);
      return true;
    }
    const next = new Date(now().getTime() + retryAfter(attempt, random()));
    await store.failed(claimed, delivery, reason, next);
    return false;
  }
}

function message(
  { segmentId, webhookId }: ClaimedWebhook,
  delivery: Delivery,
  at: Date,
): WebhookMessage {
  const { deliveryId, computation, evaluatedAt, entered, exited, url, secret } = delivery;
  const body = JSON.stringify({
    ...{ deliveryId, webhookId, segmentId, computation, evaluatedAt, entered, exited },
  });
  return {
    url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'wardrobe-webhooks',
      'Wardrobe-Webhook-Id': encodeURIComponent(webhookId),
      'Wardrobe-Delivery-Id': deliveryId,
      'Wardrobe-Signature': signature(secret, at, body),
    },
    body,
  };
}
