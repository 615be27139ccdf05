import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isPublicAddress, literalAddress } from './public-addresses.ts';

export interface WebhookMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface WebhookSenderOptions {
  /** Whether addresses may be private. */
  readonly allowPrivate: boolean;
  /** Milliseconds until the head of the answer must be there. */
  readonly timeout: number;
  /** The system's unless given. */
  readonly resolve?: Resolve;
}

/** An attempt that did not come to an answer: in words that name no user and no secret. */
export class SendError extends Error {}

/**
 * Posts to receivers. The address is looked at when the connection is made, and not before: a name
 * may stand for another one by then. Redirects are answers like others.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /**
   * @returns the status of the answer, whose body is not read
   * @throws SendError
   */
  send({ url, headers, body }: WebhookMessage, signal: AbortSignal): Promise<number> {
    const { timeout, allowPrivate } = this.#options;
    const target = new URL(url);
    const address = literalAddress(target);
    if (address !== undefined && !allowPrivate && !isPublicAddress(address)) {
      return Promise.reject(refused(address));
    }
    const deadline = AbortSignal.timeout(timeout);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      // A connection each time: it is made to an address that was looked at.
      agent: false,
      lookup: this.#lookup,
      signal: AbortSignal.any([signal, deadline]),
    };
    const make = target.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const request = make(target, options, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.on('error', (error) => {
        reject(deadline.aborted ? new SendError(`no answer within ${timeout} ms`) : told(error));
      });
      request.end(body);
    });
  }

  readonly #lookup: NonNullable<RequestOptions['lookup']> = (host, options, done) => {
    const { resolve = lookup as Resolve, allowPrivate } = this.#options;
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const hidden = addresses.find(({ address }) => !isPublicAddress(address));
      if (hidden !== undefined && !allowPrivate) return done(refused(hidden.address), []);
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      if (first === undefined) return done(new SendError('the name has no address'), []);
      done(null, first.address, first.family);
    });
  };
}

function refused(address: string): SendError {
  return new SendError(`${address} is not an address of the public internet`);
}

function told(error: NodeJS.ErrnoException): SendError {
  if (error instanceof SendError) return error;
  return new SendError(`no connection: ${error.code ?? error.name}`, { cause: error });
}
