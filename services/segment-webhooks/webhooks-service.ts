import { randomBytes } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import { isPublicAddress, literalAddress } from './public-addresses.ts';
import type { DeadLetters, PutWebhook, Webhook } from './webhooks-schema.ts';
import type { StoredWebhook, WebhooksStore } from './webhooks-store.ts';

export interface WebhooksOptions {
  readonly store: WebhooksStore;
  /** Whether webhooks may be sent to private addresses. */
  readonly allowPrivate: boolean;
}

/** Who is told when users enter and leave a segment. */
export class WebhooksService {
  readonly #store: WebhooksStore;
  readonly #allowPrivate: boolean;

  constructor({ store, allowPrivate }: WebhooksOptions) {
    this.#store = store;
    this.#allowPrivate = allowPrivate;
  }

  /**
   * Makes a webhook or replaces what is said of it.
   *
   * @throws NotFoundError, ConflictError, InvalidInputError for an address that is private
   */
  async put(
    segmentId: string,
    webhookId: string,
    given: PutWebhook,
  ): Promise<{ readonly created: boolean; readonly webhook: Webhook & { secret?: string } }> {
    this.#check(given.url);
    const newSecret = `whsec_${randomBytes(32).toString('base64url')}`;
    const { secret } = given;
    const written = { ...given, segmentId, webhookId, secret, newSecret };
    const created = await this.#store.put(written);
    const webhook = await this.get(segmentId, webhookId);
    const isMade = created && secret === undefined;
    return { created, webhook: isMade ? { ...webhook, secret: newSecret } : webhook };
  }

  async get(segmentId: string, webhookId: string): Promise<Webhook> {
    return shown(segmentId, await this.#store.get(segmentId, webhookId));
  }

  async list(segmentId: string): Promise<Webhook[]> {
    const webhooks = await this.#store.list(segmentId);
    return webhooks.map((webhook) => shown(segmentId, webhook));
  }

  delete(segmentId: string, webhookId: string): Promise<void> {
    return this.#store.delete(segmentId, webhookId);
  }

  async deadLetters(
    segmentId: string,
    webhookId: string,
    limit: number,
    after: number | undefined,
  ): Promise<DeadLetters> {
    await this.#store.get(segmentId, webhookId);
    const rows = await this.#store.deadLetters(segmentId, webhookId, limit + 1, after);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      deadLetters: page.map(({ number, evaluatedAt, createdAt, diedAt, ...letter }) => ({
        ...letter,
        evaluatedAt: evaluatedAt.toISOString(),
        createdAt: createdAt.toISOString(),
        diedAt: diedAt.toISOString(),
      })),
      nextCursor: last === undefined ? null : String(last.number),
    };
  }

  /** Sends a dead letter again, behind what waits, with the same id. */
  resend(segmentId: string, webhookId: string, deliveryId: string): Promise<void> {
    return this.#store.resend(segmentId, webhookId, deliveryId);
  }

  /** What a name stands for is looked at when it is sent to; an address is known now. */
  #check(url: string): void {
    const address = literalAddress(new URL(url));
    if (address === undefined || this.#allowPrivate || isPublicAddress(address)) return;
    const message = `${address} is not an address of the public internet`;
    throw new InvalidInputError(`url: ${message}`, [
      { path: 'url', code: 'private_address', message },
    ]);
  }
}

function shown(segmentId: string, stored: StoredWebhook): Webhook {
  const { lastDeliveredAt, createdAt, updatedAt, ...webhook } = stored;
  return {
    ...webhook,
    segmentId,
    lastDeliveredAt: lastDeliveredAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
