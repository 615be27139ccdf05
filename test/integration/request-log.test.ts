import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { mountRoutes } from '../../services/http/mount-routes.ts';
import { requestLog } from '../../services/http/request-log.ts';
import { type Route, route } from '../../services/http/route.ts';
import { createLogger } from '../../services/logger.ts';

function serve(level: 'info' | 'debug', routes: readonly Route[]) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(level, { write: (line: string) => lines.push(JSON.parse(line)) });
  const app = express();
  app.use(requestLog(logger));
  mountRoutes(app, routes, { checkResponses: false });
  return { app, lines };
}

const said = route({
  method: 'get',
  path: '/said/{word}',
  operationId: 'said',
  summary: '',
  tag: '',
  responses: { '200': { description: '' } },
  handle: ({ log }) => {
    log.info('here');
    return { status: 200, body: { 店: '红裙' }, headers: { 'X-Own': 'yes' } };
  },
});

describe('requests', () => {
  it('answer JSON with its length in bytes, and the headers of the handler', async () => {
    const { app } = serve('info', [said]);
    const answer = await request(app).get('/said/word').expect(200, { 店: '红裙' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': '16',
      'x-own': 'yes',
    });
    const head = await request(app).head('/said/word').expect(200);
    expect(head.headers['content-length']).toBe('16');
    expect(head.text).toBeUndefined();
  });

  it('have the caller’s id where it is a plain one, in the answer and in every line', async () => {
    const { app, lines } = serve('debug', [said]);
    await request(app)
      .get('/said/word')
      .set('X-Request-Id', 'mine-1')
      .expect('X-Request-Id', 'mine-1');
    expect(lines).toMatchObject([
      { reqId: 'mine-1', msg: 'here' },
      { reqId: 'mine-1', msg: 'request completed', route: '/said/:word', res: { statusCode: 200 } },
    ]);
    const other = await request(app).get('/said/word').set('X-Request-Id', 'not one');
    expect(other.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('log only what fails where debugging is off', async () => {
    const failed = route({ ...said, path: '/failed', handle: () => ({ status: 503 }) });
    const { app, lines } = serve('info', [failed]);
    await request(app).get('/nowhere').expect(404);
    await request(app).get('/failed').expect(503);
    expect(lines).toMatchObject([{ level: 'error', route: '/failed', res: { statusCode: 503 } }]);
  });

  it('tell a handler that its client has gone, and not that the answer is out', async () => {
    const signals: AbortSignal[] = [];
    let answer: (value: { status: number }) => void = () => {};
    let asked: () => void = () => {};
    const waits = route({
      ...said,
      path: '/waits',
      handle: ({ signal }) => {
        signals.push(signal);
        asked();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const { app, lines } = serve('debug', [waits]);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async () => {
      const arrived = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const call = httpRequest({ port, path: '/waits' });
      call.on('error', () => undefined);
      call.end();
      await arrived;
      return call;
    };
    const gone = await ask();
    const aborted = once(signals[0] as AbortSignal, 'abort');
    gone.destroy();
    await aborted;
    const stays = await ask();
    answer({ status: 204 });
    await once(stays, 'response');
    await new Promise((resolve) => server.close(resolve));
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    expect(lines.map(({ msg }) => msg)).toEqual(['the client has gone', 'request completed']);
  });
});
