import type { ServerResponse } from 'node:http';

/** One message of a stream of server-sent events (https://html.spec.whatwg.org/#server-sent-events). */
export interface StreamMessage {
  readonly event: string;
  /** What the client sends as `Last-Event-ID` when it comes again: no line breaks. */
  readonly id: string;
  /** JSON, in one line. */
  readonly data: string;
}

export interface EventStreamOptions {
  /** Milliseconds after which a client that was cut off comes again. */
  readonly retry?: number;
  /** Called with every message before it is sent; throws when it is not as documented. */
  readonly check?: (message: StreamMessage) => void;
}

/**
 * The client of a stream of server-sent events. At most one message is on its way to it at a time:
 * a client that reads slowly makes nothing pile up, because its writer waits until it is ready and
 * sends what is newest then.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #check: EventStreamOptions['check'];
  #busy = false;
  #closed = false;
  #onReady = () => {};

  /** @param response nothing has been written to it; its headers become those of a stream */
  constructor(response: ServerResponse, { retry, check }: EventStreamOptions = {}) {
    this.#response = response;
    this.#check = check;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Proxies are not to keep it, nor to gather it up to compress it.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    response.once('close', () => {
      this.#closed = true;
    });
    // A connection that breaks while something is written; `close` follows.
    response.on('error', () => undefined);
    response.write(retry === undefined ? ':\n\n' : `retry: ${retry}\n\n`);
  }

  /** Whether nothing is on its way, so that something can be sent. */
  get isReady(): boolean {
    return !this.#busy && !this.#closed;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a message to a client that is ready.
   *
   * @throws Error when the message before it is still on its way
   */
  send(message: StreamMessage): void {
    if (this.#busy) throw new Error('the message before is still on its way');
    this.#check?.(message);
    if (this.#closed) return;
    const { id, event, data } = message;
    this.#busy = true;
    this.#response.write(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`, (error) => {
      this.#busy = false;
      if (!error && !this.#closed) this.#onReady();
    });
  }

  /** Keeps the connection from looking idle, and finds out when it is broken. */
  beat(): void {
    if (this.isReady) this.#response.write(':\n\n');
  }

  /** Called each time that the client has become ready again. */
  set onReady(listener: () => void) {
    this.#onReady = listener;
  }

  /** Called once when the client has gone or the stream has ended; at once when that has been. */
  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#response.once('close', listener);
  }

  /** Ends the stream when what is on its way has been sent. */
  end(): void {
    this.#response.end();
  }

  /** Ends it at once. */
  destroy(): void {
    this.#response.destroy();
  }
}
