import type { Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { z } from 'zod';
import { UnavailableError } from '../../services/errors.ts';
import { mountRoutes } from '../../services/http/mount-routes.ts';
import { openApiDocument } from '../../services/http/openapi.ts';
import { handleError } from '../../services/http/problem.ts';
import { requestLog } from '../../services/http/request-log.ts';
import { route } from '../../services/http/route.ts';
import { listenOnPort } from '../helpers/event-source.ts';
import { eventually } from '../helpers/eventually.ts';

describe('a route with a download', () => {
  let server: Server;
  let url: string;
  let logged: string;
  /** What the source of the bytes has come to. */
  let given: number;
  let isOver: boolean;

  async function* lines(fails: string | undefined, signal: AbortSignal) {
    try {
      if (fails === 'before') throw new UnavailableError('no database');
      const end = fails === 'never' ? Number.POSITIVE_INFINITY : 20_000;
      for (let n = 0; n < end; n += 1) {
        signal.throwIfAborted();
        if (fails === 'after' && n === 10_000) throw new Error('the table is gone');
        given = n + 1;
        yield Buffer.from(`line ${n}\n`);
      }
    } finally {
      isOver = true;
    }
  }

  const numbers = route({
    method: 'get',
    path: '/v1/numbers',
    operationId: 'numbers',
    summary: 'Numbers.',
    tag: 'numbers',
    query: z.strictObject({
      fails: z.string().optional(),
      gzip: z.stringbool().optional(),
      type: z.string().default('text/csv'),
    }),
    responses: { '200': { description: 'Numbers.', files: { 'text/csv': 'A line a number.' } } },
    handle: ({ query }) => ({
      contentType: `${query.type}; charset=utf-8`,
      fileName: '数字.csv',
      gzip: query.gzip,
      bytes: (signal) => lines(query.fails, signal),
    }),
  });

  beforeEach(async () => {
    logged = '';
    given = 0;
    isOver = false;
    const app = express();
    const write = (line: string) => {
      logged += line;
    };
    app.use(requestLog(pino({ level: 'error' }, { write })));
    mountRoutes(app, [numbers], { checkResponses: true });
    app.use(handleError);
    ({ server, url } = await listenOnPort(app));
    url = `${url}/v1/numbers`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const whole = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join('');

  it('sends the bytes as a file with its name', async () => {
    const answer = await request(server).get('/v1/numbers').set('Accept-Encoding', 'identity');
    expect([answer.status, answer.text]).toEqual([200, whole]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="??.csv"; filename*=UTF-8''%E6%95%B0%E5%AD%97.csv`,
      'transfer-encoding': 'chunked',
      'cache-control': 'no-store, no-transform',
      vary: 'Accept-Encoding',
    });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('is compressed on the way for those who accept it, and a gzip file for those who ask', async () => {
    const onTheWay = await request(server).get('/v1/numbers').set('Accept-Encoding', 'gzip');
    expect(onTheWay.headers['content-encoding']).toBe('gzip');
    expect(onTheWay.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(onTheWay.text).toBe(whole);
    const file = await fetch(`${url}?gzip=true`);
    expect(file.headers.get('content-type')).toBe('application/gzip');
    expect(file.headers.get('content-encoding')).toBeNull();
    expect(file.headers.get('content-disposition')).toContain('.csv.gz');
    expect(gunzipSync(await file.arrayBuffer()).toString()).toBe(whole);
    const plain = await fetch(`${url}?gzip=false`);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(whole);
  });

  it('answers errors before the first byte as any other', async () => {
    const answer = await request(server).get('/v1/numbers?fails=before');
    expect([answer.status, answer.type]).toEqual([503, 'application/problem+json']);
    expect(answer.headers['content-disposition']).toBeUndefined();
  });

  it.each(['true', 'false'])('breaks the connection on a later one (gzip %s)', async (gzip) => {
    const answer = await fetch(`${url}?fails=after&gzip=${gzip}`).catch(() => undefined);
    expect(answer?.status ?? 200).toBe(200);
    await expect(answer?.text() ?? Promise.reject(new Error('cut'))).rejects.toThrow();
    expect(logged).toContain('the table is gone');
    expect(isOver).toBe(true);
  });

  it('is made no faster than the client takes it, and not after it has gone', async () => {
    const abort = new AbortController();
    const answer = await fetch(`${url}?fails=never&gzip=false`, { signal: abort.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    // Comes to rest when the buffers between here and there are full.
    let before = -1;
    await eventually(async () => {
      const isAtRest = before === given;
      before = given;
      await fetch(`${url}/nothing`);
      return isAtRest;
    });
    expect(isOver).toBe(false);
    abort.abort();
    await eventually(() => isOver);
    expect(logged).toBe('');
  });

  it('answers HEAD without making it', async () => {
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8',
    ]);
    expect(given).toBe(0);
  });

  it('is documented by its types, and no other is sent', async () => {
    const operation = openApiDocument([numbers], '1').paths?.['/v1/numbers']?.get;
    expect(operation?.responses?.['200']).toMatchObject({
      content: { 'text/csv': { schema: { type: 'string', description: 'A line a number.' } } },
    });
    expect((await fetch(`${url}?type=text/plain`)).status).toBe(500);
  });
});
