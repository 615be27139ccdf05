import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  /** Undefined for an empty body. */
  readonly body: unknown;
  /** From sending the request to having read the answer. */
  readonly milliseconds: number;
}

/** JSON over kept-alive connections to one origin. */
export class HttpClient {
  readonly #origin: URL;
  readonly #agent: Agent;

  /** @param connections at once, at most */
  constructor(origin: string, connections: number) {
    this.#origin = new URL(origin);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error when the service cannot be reached, or answers with something else than JSON */
  send(method: string, path: string, json?: unknown): Promise<HttpAnswer> {
    const started = performance.now();
    const payload = json === undefined ? undefined : JSON.stringify(json);
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.#origin),
        {
          method,
          agent: this.#agent,
          ...(payload !== undefined && {
            headers: {
              'Content-Type': 'application/json',
              'Content-Length': Buffer.byteLength(payload),
            },
          }),
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (part) => {
            text += part;
          });
          answer.on('error', reject);
          answer.on('end', () => {
            try {
              const body: unknown = text === '' ? undefined : JSON.parse(text);
              const milliseconds = performance.now() - started;
              resolve({ status: answer.statusCode ?? 0, body, milliseconds });
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
