import { connect, type Socket } from 'node:net';

/** A request as it goes over the wire, and what it is counted as. */
export interface RawRequest {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly status: number;
}

export interface LoadSpec {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /**
   * Requests a second, begun at times that do not wait for answers (a Poisson process); undefined:
   * each connection sends the next request when it has the answer.
   */
  readonly rate?: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from when a request was to begin to the end of its answer, by kind, sorted. */
  readonly latencies: ReadonlyMap<string, Float64Array>;
  /** Milliseconds from when requests were to begin to when they were written, sorted. */
  readonly delays: Float64Array;
  /** Answers with another status than expected, by kind and status; and broken connections. */
  readonly errors: ReadonlyMap<string, number>;
}

/** Milliseconds that answers are waited for after the end. */
const patience = 5_000;
const headerEnd = Buffer.from('\r\n\r\n');

/** One kept-alive connection with at most one request under way. */
class Client {
  readonly #socket: Socket;
  readonly #onAnswer: (status: number) => void;
  #pending: Buffer | undefined;

  constructor(
    { host, port }: Pick<LoadSpec, 'host' | 'port'>,
    onAnswer: (status: number) => void,
    onBroken: (error: Error) => void,
  ) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#onAnswer = onAnswer;
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', onBroken);
    this.#socket.on('close', () => onBroken(new Error('closed')));
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const data = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = data;
    const end = data.indexOf(headerEnd);
    if (end < 0) return;
    const head = data.toString('latin1', 0, end);
    const length = /\r\nContent-Length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${head}`);
    if (data.length < end + 4 + Number(length)) return;
    this.#pending = undefined;
    this.#onAnswer(Number(head.slice(9, 12)));
  }
}

/** Sends requests and takes the time of each. */
export async function runLoad(spec: LoadSpec, next: () => RawRequest): Promise<LoadResult> {
  return new Run(spec, next).run();
}

class Run {
  readonly #spec: LoadSpec;
  readonly #next: () => RawRequest;
  readonly #latencies = new Map<string, number[]>();
  readonly #delays: number[] = [];
  readonly #errors = new Map<string, number>();
  readonly #idle: Connection[] = [];
  /** When requests that no connection was free for were to begin. */
  readonly #waiting: number[] = [];
  #open = 0;
  #end = 0;
  /** Nothing more is to begin. */
  #isOver = false;
  #done: () => void = () => {};

  constructor(spec: LoadSpec, next: () => RawRequest) {
    this.#spec = spec;
    this.#next = next;
  }

  async run(): Promise<LoadResult> {
    const { connections, seconds, rate } = this.#spec;
    const all = Array.from({ length: connections }, () => this.#connect());
    const start = performance.now();
    this.#end = start + 1000 * seconds;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    if (rate === undefined) for (const connection of all) this.#begin(connection, start);
    else {
      this.#idle.push(...all);
      this.#schedule(start, rate);
    }
    await done;
    const took = (performance.now() - start) / 1000;
    for (const { client } of all) client.close();
    return {
      seconds: took,
      latencies: new Map(
        Array.from(this.#latencies, ([kind, times]) => [kind, Float64Array.from(times).sort()]),
      ),
      delays: Float64Array.from(this.#delays).sort(),
      errors: this.#errors,
    };
  }

  #connect(): Connection {
    const connection: Connection = {
      client: new Client(
        this.#spec,
        (status) => this.#answered(connection, status),
        (error) => this.#broken(connection, error),
      ),
      request: undefined,
      intended: 0,
    };
    return connection;
  }

  /** Begins what is due, and looks again in a millisecond: a timer cannot do better. */
  #schedule(from: number, rate: number): void {
    let due = from;
    const tick = () => {
      const now = performance.now();
      for (; due <= now && due < this.#end; due -= (1000 / rate) * Math.log(1 - Math.random())) {
        const free = this.#idle.pop();
        if (free) this.#begin(free, due);
        else this.#waiting.push(due);
      }
      if (due < this.#end) {
        setTimeout(tick, 1);
        return;
      }
      this.#isOver = true;
      if (this.#open === 0) this.#done();
      else setTimeout(() => this.#giveUp(), patience);
    };
    tick();
  }

  /** What does not keep up would go on answering long after the end. */
  #giveUp(): void {
    const left = this.#open + this.#waiting.length;
    if (left > 0) this.#errors.set('unanswered', left);
    this.#waiting.length = 0;
    this.#done();
  }

  #begin(connection: Connection, intended: number): void {
    connection.request = this.#next();
    connection.intended = intended;
    this.#open++;
    this.#delays.push(performance.now() - intended);
    connection.client.send(connection.request.bytes);
  }

  #answered(connection: Connection, status: number): void {
    const { request, intended } = connection;
    if (request === undefined) throw new Error('an answer that nobody asked for');
    const now = performance.now();
    const times = this.#latencies.get(request.kind) ?? [];
    times.push(now - intended);
    this.#latencies.set(request.kind, times);
    if (status !== request.status) this.#count(`${request.kind} ${status}`);
    this.#freed(connection, now);
  }

  #freed(connection: Connection, now: number): void {
    connection.request = undefined;
    this.#open--;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) this.#begin(connection, waiting);
    else if (this.#spec.rate !== undefined) this.#idle.push(connection);
    else if (now < this.#end) this.#begin(connection, now);
    if (this.#open === 0 && (this.#isOver || now >= this.#end)) this.#done();
  }

  /** Another connection takes its place. */
  #broken(connection: Connection, error: Error): void {
    const { code = error.message } = error as NodeJS.ErrnoException;
    this.#count(`${connection.request?.kind ?? 'idle'} ${code}`);
    connection.client.close();
    const other = this.#connect();
    connection.client = other.client;
    if (connection.request !== undefined) this.#freed(connection, performance.now());
  }

  #count(what: string): void {
    this.#errors.set(what, (this.#errors.get(what) ?? 0) + 1);
  }
}

interface Connection {
  client: Client;
  request: RawRequest | undefined;
  /** When the request was to begin. */
  intended: number;
}
