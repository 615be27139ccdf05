import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: {
    readonly deliveryId: string;
    readonly webhookId: string;
    readonly segmentId: string;
    readonly computation: number;
    readonly evaluatedAt: string;
    readonly entered: string[];
    readonly exited: string[];
  };
}

/** An HTTP server that takes deliveries; it answers 204 unless told otherwise. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What it answers; 'drop' breaks the connection, 'wait' never answers. */
  answer: (received: Received) => number | 'drop' | 'wait' = () => 204;
  #url = '';
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { url: path = '', headers } = request;
      const received = { path, headers, text, body: JSON.parse(text) };
      this.received.push(received);
      reply(response, this.answer(received));
    });
  });

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function reply(response: ServerResponse, answer: number | 'drop' | 'wait'): void {
  if (answer === 'wait') return;
  if (answer === 'drop') response.destroy();
  else response.writeHead(answer, { Location: '/elsewhere' }).end('{"thanks": true}');
}

/** What a receiver does to believe a message, as docs/segments.md shows it. */
export function isSigned({ headers, text }: Received, secret: string): boolean {
  const [, time, hex] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['wardrobe-signature'])) ?? [];
  return createHmac('sha256', secret).update(`${time}.${text}`).digest('hex') === hex;
}
