// The clients of bench/streams.ts: a process of their own, told over the channel what to do.
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type ClientOrder =
  | {
      readonly kind: 'open';
      readonly host: string;
      readonly port: number;
      readonly room: string;
      readonly limit: number;
      /** The streams of `user-0` to `user-<count − 1>`, so many being opened at a time. */
      readonly count: number;
      readonly atOnce: number;
    }
  /** From now on messages are counted anew. */
  | { readonly kind: 'arm' }
  /** Waits until all streams have had a message, or the one named. */
  | { readonly kind: 'collect'; readonly within: number; readonly stream?: number };

export interface ClientReport {
  /** When each stream had its first message since, milliseconds since 1970; NaN: it had none. */
  readonly arrivals: Float64Array;
  readonly messages: number;
  readonly bytes: number;
  readonly broken: number;
}

const clock = () => performance.timeOrigin + performance.now();
const pollEvery = 5;

let arrivals = new Float64Array();
let messages = 0;
let bytes = 0;
let broken = 0;

/** Opens one stream, and resolves with its first message. */
function open(order: ClientOrder & { kind: 'open' }, stream: number): Promise<void> {
  const { host, port, room, limit } = order;
  const path = `/v1/rooms/${room}/stream?userId=user-${stream}&limit=${limit}`;
  const socket = connect({ host, port });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
  socket.setEncoding('latin1');
  return new Promise((resolve) => {
    let inData = false;
    let last = '';
    socket.on('data', (chunk) => {
      const text = last + String(chunk);
      bytes += String(chunk).length;
      // A message is over with the first empty line after `data:`; JSON has none.
      if (!inData) inData = text.includes('\ndata: ');
      if (inData && text.includes('}\n\n')) {
        inData = false;
        messages += 1;
        if (Number.isNaN(arrivals[stream])) arrivals[stream] = clock();
        resolve();
      }
      last = text.slice(-8);
    });
    const end = () => {
      broken += 1;
      resolve();
    };
    socket.once('error', end);
    socket.once('end', end);
  });
}

async function openAll(order: ClientOrder & { kind: 'open' }): Promise<void> {
  arrivals = new Float64Array(order.count).fill(Number.NaN);
  let next = 0;
  const worker = async () => {
    while (next < order.count) await open(order, next++);
  };
  await Promise.all(Array.from({ length: order.atOnce }, worker));
}

async function collect({ within, stream }: ClientOrder & { kind: 'collect' }): Promise<void> {
  const isDone = () =>
    stream === undefined
      ? messages >= arrivals.length && !arrivals.some(Number.isNaN)
      : !Number.isNaN(arrivals[stream]);
  for (const end = clock() + within; clock() < end && !isDone(); ) await setTimeout(pollEvery);
}

process.on('message', async (order: ClientOrder) => {
  if (order.kind === 'open') await openAll(order);
  if (order.kind === 'collect') await collect(order);
  if (order.kind === 'arm') {
    arrivals = new Float64Array(arrivals.length).fill(Number.NaN);
    messages = 0;
    bytes = 0;
  }
  process.send?.({ arrivals, messages, bytes, broken } satisfies ClientReport);
});
process.once('disconnect', () => process.exit());
