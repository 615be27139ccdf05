import type { Server } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import { mountRoutes } from '../../services/http/mount-routes.ts';
import { openApiDocument } from '../../services/http/openapi.ts';
import { handleError } from '../../services/http/problem.ts';
import { requestLog } from '../../services/http/request-log.ts';
import { route } from '../../services/http/route.ts';
import { listenOnPort } from '../helpers/event-source.ts';
import { eventually } from '../helpers/eventually.ts';

const most = 1_000_000;

describe('a route with an upload', () => {
  let server: Server;
  let url: string;
  let begun: boolean;
  let failure: unknown;

  const put = route({
    method: 'put',
    path: '/v1/words',
    operationId: 'putWords',
    summary: 'Words.',
    tag: 'words',
    query: z.strictObject({ refuse: z.literal('yes').optional() }),
    body: z.strictObject({ words: z.array(z.string()) }),
    upload: { contentTypes: ['text/csv'], most, description: 'A word a line.' },
    responses: { '200': { description: 'How many.' } },
    handle: async ({ body, upload, query }) => {
      if (query.refuse) return { status: 200, body: { refused: true } };
      if (upload === undefined) return { status: 200, body: { words: body.words.length } };
      let bytes = 0;
      begun = true;
      try {
        for await (const chunk of upload.bytes) bytes += chunk.length;
      } catch (error) {
        failure = error;
        throw error;
      }
      return { status: 200, body: { bytes } };
    },
  });

  beforeEach(async () => {
    begun = false;
    failure = undefined;
    const app = express();
    app.use(requestLog(pino({ level: 'silent' })), express.json({ limit: '1kb' }));
    mountRoutes(app, [put], { checkResponses: true });
    app.use(handleError);
    ({ server, url } = await listenOnPort(app));
    url = `${url}/v1/words`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = async (
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
    query = '',
  ) => {
    const answer = await fetch(url + query, {
      method: 'PUT',
      headers: { 'Content-Type': 'text/csv', ...headers },
      body: body as string,
    });
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
  };

  it('reads it as it comes, packed or not, and JSON as before', async () => {
    const text = 'a\n'.repeat(400_000);
    expect(await send(text)).toEqual({ status: 200, bytes: 800_000 });
    expect(await send(text, { 'Content-Type': 'text/csv; charset=UTF-8' })).toMatchObject({
      bytes: 800_000,
    });
    expect(await send(gzipSync(text), { 'Content-Encoding': 'gzip' })).toEqual({
      status: 200,
      bytes: 800_000,
    });
    const json = { 'Content-Type': 'application/json' };
    expect(await send('{"words":["a","b"]}', json)).toEqual({ status: 200, words: 2 });
  });

  it.each<[string, number, string, string | Buffer, Record<string, string>]>([
    ['another type', 415, 'unsupported_media_type', 'a', { 'Content-Type': 'text/plain' }],
    [
      'another charset',
      415,
      'unsupported_charset',
      'a',
      { 'Content-Type': 'text/csv; charset=gbk' },
    ],
    ['an unknown packing', 415, 'unsupported_encoding', 'a', { 'Content-Encoding': 'zip' }],
    ['too much', 413, 'body_too_large', 'x'.repeat(most + 1), {}],
    [
      'too much when unpacked',
      413,
      'body_too_large',
      gzipSync('x'.repeat(most + 1)),
      { 'Content-Encoding': 'gzip' },
    ],
    ['what is not UTF-8', 400, 'malformed_body', Buffer.from('\xd6\xd0\n', 'latin1'), {}],
    ['what ends in half a character', 400, 'malformed_body', Buffer.from('中').subarray(0, 2), {}],
    ['what is not packed', 400, 'malformed_body', 'a', { 'Content-Encoding': 'gzip' }],
    [
      'what is cut off',
      400,
      'malformed_body',
      gzipSync('a').subarray(0, 12),
      { 'Content-Encoding': 'gzip' },
    ],
  ])('refuses %s, and the connection goes on', async (_name, status, code, body, headers) => {
    expect(await send(body, headers)).toMatchObject({ status, code });
    expect(await send('a')).toEqual({ status: 200, bytes: 1 });
  });

  it('answers without reading it where the handler refuses', async () => {
    const body = 'a'.repeat(most);
    expect(await send(body, {}, '?refuse=yes')).toEqual({ status: 200, refused: true });
    expect(await send(body)).toEqual({ status: 200, bytes: most });
  });

  it('fails when the client goes in the middle', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'PUT /v1/words HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 9\r\n\r\nabc',
    );
    socket.on('error', () => undefined);
    await eventually(() => begun);
    socket.destroy();
    await eventually(() => failure !== undefined);
    expect(String(failure)).toContain('ended by the client');
  });

  it('is documented beside the JSON body', () => {
    const operation = openApiDocument([put], '1').paths?.['/v1/words']?.put;
    expect(operation?.requestBody).toMatchObject({
      content: {
        'application/json': {},
        'text/csv': { schema: { type: 'string', description: 'A word a line.' } },
      },
    });
  });
});
