import type { EventRow } from '../../../services/simulation/shop-store.ts';
import { type HttpAnswer, HttpClient } from './http-client.ts';

/** Who asks, and for what. */
export interface Ask {
  /** Null: somebody who has not logged in. */
  readonly userId: string | null;
  readonly sessionId: string;
  /** Undefined: the whole catalogue. */
  readonly roomId: string | undefined;
  /** What the visitor has been shown in this visit. */
  readonly seen: readonly string[];
  /** 1 to 200. */
  readonly limit: number;
}

export interface Recommended {
  readonly itemId: string;
  readonly skuId: string;
  readonly size: {
    readonly label: string | null;
    readonly confidence?: 'high' | 'medium' | null;
  };
}

export interface Recommendations {
  readonly items: readonly Recommended[];
  readonly modelVersion: string | null;
  readonly personalised: boolean;
  readonly degraded: boolean;
}

export interface StockLevel {
  readonly skuId: string;
  readonly stock: number;
  readonly sequence: number;
}

/** The service said no. */
export class RefusedError extends Error {
  constructor(what: string, { status, body }: HttpAnswer) {
    const { detail = '' } = Object(body) as { detail?: string };
    super(`${what}: ${status} ${detail}`);
  }
}

const mostEvents = 1000;
const mostStocks = 1000;

/** What a shop's app, till and warehouse say to the service. */
export class ServiceClient {
  readonly #http: HttpClient;
  /** Told of each answer to a question for recommendations. */
  readonly #onAnswer: (answer: HttpAnswer) => void;

  constructor(
    url: string,
    connections: number,
    onAnswer: (answer: HttpAnswer) => void = () => undefined,
  ) {
    this.#http = new HttpClient(url, connections);
    this.#onAnswer = onAnswer;
  }

  /** @throws RefusedError */
  async recommend({ userId, sessionId, roomId, seen, limit }: Ask): Promise<Recommendations> {
    const answer = await this.#http.send('POST', '/v1/recommendations', {
      ...(userId === null ? { sessionId } : { userId }),
      ...(roomId !== undefined && { roomId }),
      ...(seen.length > 0 && { exclude: { itemIds: seen } }),
      limit,
    });
    this.#onAnswer(answer);
    return accepted('recommendations', answer) as Recommendations;
  }

  /** @throws RefusedError, also when one of the events is rejected */
  async post(events: readonly EventRow[]): Promise<void> {
    for (let at = 0; at < events.length; at += mostEvents) {
      const body = { events: events.slice(at, at + mostEvents).map(toApiEvent) };
      const answer = await this.#http.send('POST', '/v1/events', body);
      const { rejected } = accepted('events', answer) as { rejected: readonly unknown[] };
      if (rejected.length > 0) throw new Error(`events rejected: ${JSON.stringify(rejected[0])}`);
    }
  }

  /** @throws RefusedError */
  async stock(stocks: readonly StockLevel[]): Promise<void> {
    for (let at = 0; at < stocks.length; at += mostStocks) {
      const body = { stocks: stocks.slice(at, at + mostStocks) };
      accepted('stock', await this.#http.send('PATCH', '/v1/skus/stock', body));
    }
  }

  /** @throws RefusedError */
  async pin(roomId: string, itemId: string | null): Promise<void> {
    accepted('pin', await this.#http.send('POST', `/v1/rooms/${roomId}/pin`, { itemId }));
  }

  /** Whether the service knows an item. */
  async knows(itemId: string): Promise<boolean> {
    const { status } = await this.#http.send('GET', `/v1/items/${itemId}/similar?limit=1`);
    return status === 200;
  }

  close(): void {
    this.#http.close();
  }
}

function accepted(what: string, answer: HttpAnswer): unknown {
  if (answer.status < 200 || answer.status > 299) throw new RefusedError(what, answer);
  return answer.body;
}

/** The event as the API takes it: without what it does not have. */
export function toApiEvent({ occurredAt, ...event }: EventRow): object {
  const fields = Object.entries(event).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(fields), occurredAt: new Date(occurredAt).toISOString() };
}
