import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import { NotFoundError } from '../../services/errors.ts';
import type { EventStream } from '../../services/http/event-stream.ts';
import { mountRoutes } from '../../services/http/mount-routes.ts';
import { openApiDocument } from '../../services/http/openapi.ts';
import { handleError } from '../../services/http/problem.ts';
import { requestLog } from '../../services/http/request-log.ts';
import { route } from '../../services/http/route.ts';
import { listenOnPort, openEventSource } from '../helpers/event-source.ts';
import { eventually } from '../helpers/eventually.ts';

describe('a streaming route', () => {
  let server: Server;
  let url: string;
  let clients: EventStream[];

  const counting = route({
    method: 'get',
    path: '/v1/counts',
    operationId: 'counts',
    summary: 'Counts.',
    tag: 'counts',
    query: z.strictObject({ missing: z.literal('yes').optional() }),
    responses: {
      '200': { description: 'Numbers.', events: { count: z.strictObject({ n: z.int() }) } },
    },
    handle: ({ query }) => {
      if (query.missing) throw new NotFoundError('there is nothing to count');
      return { retry: 1500, stream: (client) => clients.push(client) };
    },
  });

  beforeEach(async () => {
    clients = [];
    const app = express();
    app.use(requestLog(pino({ level: 'silent' })));
    mountRoutes(app, [counting], { checkResponses: true });
    app.use(handleError);
    ({ server, url } = await listenOnPort(app));
    url = `${url}/v1/counts`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const client = async (n = 0) => {
    await eventually(() => clients[n]?.isReady === true);
    return clients[n] as EventStream;
  };

  it('sends its head at once, and messages with their name and id', async () => {
    const source = await openEventSource(url);
    expect(source.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    const stream = await client();
    stream.send({ id: 'a', event: 'count', data: '{"n":1}' });
    expect(stream.isReady).toBe(false);
    await eventually(() => stream.isReady);
    stream.send({ id: 'b', event: 'count', data: '{"n":2}' });
    await source.message(2);
    expect(source.messages).toEqual([
      { id: 'a', event: 'count', data: { n: 1 } },
      { id: 'b', event: 'count', data: { n: 2 } },
    ]);
    expect(source.retry).toBe(1500);
    source.close();
  });

  it('tells when its client is ready again, and refuses to send before', async () => {
    const source = await openEventSource(url);
    const stream = await client();
    const ready = new Promise<void>((resolve) => {
      stream.onReady = resolve;
    });
    stream.send({ id: 'a', event: 'count', data: '{"n":1}' });
    expect(() => stream.send({ id: 'b', event: 'count', data: '{"n":2}' })).toThrow('on its way');
    await ready;
    expect(stream.isReady).toBe(true);
    source.close();
  });

  it('beats only when nothing is on its way', async () => {
    const source = await openEventSource(url);
    const stream = await client();
    stream.send({ id: 'a', event: 'count', data: '{"n":1}' });
    stream.beat();
    await eventually(() => stream.isReady);
    stream.beat();
    await eventually(() => source.comments > 0);
    expect([source.comments, source.messages.length]).toEqual([1, 1]);
    source.close();
  });

  it('is never ready while its client reads nothing', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    socket.write('GET /v1/counts HTTP/1.1\r\nHost: x\r\n\r\n');
    const stream = await client();
    const data = '{"n":1}';
    // More than the buffers of the kernel take.
    stream.send({ id: 'x'.repeat(32_000_000), event: 'count', data });
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(stream.isReady).toBe(false);
    stream.destroy();
    await eventually(() => stream.isClosed);
    socket.destroy();
  });

  it('knows when its client has gone', async () => {
    const source = await openEventSource(url);
    const stream = await client();
    let closed = 0;
    stream.onClose(() => {
      closed += 1;
    });
    source.close();
    await eventually(() => stream.isClosed);
    stream.onClose(() => {
      closed += 10;
    });
    expect(closed).toBe(11);
    expect(stream.isReady).toBe(false);
    stream.send({ id: 'late', event: 'count', data: '{"n":1}' });
    stream.beat();
  });

  it('ends for its client when it ends', async () => {
    const source = await openEventSource(url);
    (await client()).end();
    await eventually(() => source.isOver);
  });

  it('answers an error as any other route does', async () => {
    const response = await fetch(`${url}?missing=yes`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('answers HEAD with the head alone', async () => {
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await eventually(() => clients[0]?.isClosed === true);
  });

  it('is checked against its documented events, in tests', async () => {
    const source = await openEventSource(url);
    const stream = await client();
    expect(() => stream.send({ id: 'a', event: 'count', data: '{"n":"1"}' })).toThrow();
    expect(() => stream.send({ id: 'a', event: 'sum', data: '{"n":1}' })).toThrow('document');
    source.close();
    await eventually(() => source.isOver);
  });

  it('is documented as a stream', () => {
    const operation = openApiDocument([counting], '1').paths?.['/v1/counts']?.get;
    expect(operation?.responses?.['200']).toMatchObject({
      content: {
        'text/event-stream': {
          schema: { properties: { event: { const: 'count' }, data: { required: ['n'] } } },
        },
      },
    });
  });
});
