import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { z } from 'zod';
import { mountRoutes } from '../../services/http/mount-routes.ts';
import { openApiDocument } from '../../services/http/openapi.ts';
import { handleError, refuseInvalidUtf8 } from '../../services/http/problem.ts';
import { requestLog } from '../../services/http/request-log.ts';
import { route } from '../../services/http/route.ts';
import { idSchema, timestampSchema } from '../../services/http/schemas.ts';

const thing = route({
  method: 'put',
  path: '/v1/things/{id}',
  operationId: 'putThing',
  summary: 'Put a thing.',
  tag: 'things',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({ at: timestampSchema.optional() }),
  body: z.strictObject({ sizes: z.array(z.strictObject({ cm: z.number().positive() })) }),
  responses: { '200': { description: 'The thing.', schema: z.strictObject({ id: z.string() }) } },
  handle: ({ params, body }) => {
    if (body.sizes.length === 0) throw new Error('secret detail');
    return { status: 200, body: { id: params.id } };
  },
});

describe('a route', () => {
  let app: Express;
  beforeAll(() => {
    app = express();
    app.use(
      requestLog(pino({ level: 'silent' })),
      express.json({ limit: '1kb', verify: refuseInvalidUtf8 }),
    );
    mountRoutes(app, [thing], { checkResponses: true });
    app.use(handleError);
  });

  const put = (body: unknown, path = '/v1/things/a') =>
    request(app)
      .put(path)
      .send(body as object);

  it('gets checked input', async () => {
    await put({ sizes: [{ cm: 1 }] }, '/v1/things/a%2Fb').expect(200, { id: 'a/b' });
  });

  it('names every offending path of a body', async () => {
    const response = await put({ sizes: [{ cm: 1 }, { cm: -1, x: 1 }], y: 2 });
    expect(response.status).toBe(400);
    expect(response.body.code).toBe('invalid_input');
    const paths = response.body.errors.map((issue: { path: string }) => issue.path);
    expect(paths.sort()).toEqual(['sizes[1].cm', 'sizes[1].x', 'y']);
  });

  it('says what was expected and what came', async () => {
    const response = await put({ sizes: [{ cm: -1 }, { cm: '1' }] }, '/v1/things/a?at=noon');
    expect(response.body.errors[0].message).toContain('expected a time with a zone');
    expect(response.body.errors[0].message).toContain('got "noon"');
    const body = await put({ sizes: [{ cm: -1 }, { cm: '1' }] });
    expect(body.body.errors.map((issue: { message: string }) => issue.message)).toEqual([
      'Too small: expected number to be >0, got -1',
      'Invalid input: expected number, received string',
    ]);
  });

  it('names offending path and query parameters', async () => {
    const query = await put({ sizes: [] }, '/v1/things/a?at=2026-01-01T00:00:00&z=1');
    const paths = query.body.errors.map((issue: { path: string }) => issue.path);
    expect(paths.sort()).toEqual(['query.at', 'query.z']);
    const id = await put({ sizes: [{ cm: 1 }] }, `/v1/things/${'x'.repeat(129)}`);
    expect(id.body.errors[0].path).toBe('path.id');
  });

  it.each([
    ['malformed JSON', 400, 'malformed_json', '{"sizes": [', 'application/json'],
    ['another content type', 415, 'unsupported_media_type', 'sizes', 'text/plain'],
    ['a body over the limit', 413, 'body_too_large', `"${'x'.repeat(2000)}"`, 'application/json'],
  ])('refuses %s', async (_name, status, code, body, type) => {
    const response = await request(app).put('/v1/things/a').set('Content-Type', type).send(body);
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(response.type).toBe('application/problem+json');
  });

  it('refuses a body that is not UTF-8, or not as compressed as it says', async () => {
    const send = (body: Buffer, encoding = 'identity') =>
      request(app)
        .put('/v1/things/a')
        .set({ 'Content-Type': 'application/json', 'Content-Encoding': encoding })
        .serialize((bytes: Buffer) => bytes as unknown as string)
        .send(body);
    const text = await send(Buffer.from('{"sizes":["\xff"]}', 'latin1'));
    expect([text.status, text.body.code]).toEqual([400, 'malformed_json']);
    const zipped = gzipSync('{"sizes":[]}').subarray(0, 12);
    const cut = await send(zipped, 'gzip');
    expect([cut.status, cut.body.code]).toEqual([400, 'malformed_body']);
  });

  it('refuses a path that is not valid percent-encoding', async () => {
    const response = await put({ sizes: [] }, '/v1/things/%E0%A4%A');
    expect([response.status, response.body.code]).toEqual([400, 'invalid_input']);
  });

  it('says which methods a path has', async () => {
    const response = await request(app).get('/v1/things/a');
    expect([response.status, response.headers.allow]).toEqual([405, 'PUT']);
    expect(response.body.code).toBe('method_not_allowed');
  });

  it('tells nothing of an unforeseen error', async () => {
    const response = await put({ sizes: [] });
    expect([response.status, response.body.code]).toEqual([500, 'internal']);
    expect(response.text).not.toContain('secret detail');
  });

  it('is documented by the schemas that check it', () => {
    const operation = openApiDocument([thing], '1').paths?.['/v1/things/{id}']?.put;
    expect(operation?.parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
      { name: 'at', in: 'query' },
    ]);
    expect(Object.keys(operation?.responses ?? {})).toEqual(['200', 'default']);
  });
});
