import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { eventually } from './eventually.ts';

export interface SourceMessage {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** A client of server-sent events. */
export interface EventSource {
  readonly response: IncomingMessage;
  /** All that came so far. */
  readonly messages: SourceMessage[];
  readonly retry: number | undefined;
  /** Comments: how often the stream has shown that it is alive. */
  readonly comments: number;
  readonly isOver: boolean;
  /** Resolves when so many messages have come, with the last of them. */
  message(count: number): Promise<SourceMessage>;
  close(): void;
}

/** Serves an app on a port of its own. */
export async function listenOnPort(app: Express): Promise<{ server: Server; url: string }> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Opens a stream, and resolves with its head. */
export async function openEventSource(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSource> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const source = {
    response,
    messages: [] as SourceMessage[],
    retry: undefined as number | undefined,
    comments: 0,
    isOver: false,
    message: async (count: number) => {
      await eventually(() => source.messages.length >= count || source.isOver);
      const message = source.messages[count - 1];
      if (message === undefined) throw new Error(`it ended after ${source.messages.length}`);
      return message;
    },
    close: () => request.destroy(),
  };
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(source, block);
  });
  for (const name of ['end', 'close', 'error']) {
    response.on(name, () => {
      source.isOver = true;
    });
  }
  return source;
}

function take(
  source: { messages: SourceMessage[]; retry: number | undefined; comments: number },
  block: string,
): void {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')] as const;
    }),
  );
  if (fields.has('')) source.comments += 1;
  const retry = fields.get('retry');
  if (retry !== undefined) source.retry = Number(retry);
  const data = fields.get('data');
  if (data === undefined) return;
  source.messages.push({
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? '',
    data: JSON.parse(data),
  });
}
