import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestService, type TestService } from '../helpers/test-service.ts';

describe('the app', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
  });
  afterAll(() => service.close());

  it('is healthy, and ready while its database answers', async () => {
    await request(service.app).get('/healthz').expect(200, { status: 'ok' });
    await request(service.app)
      .get('/readyz')
      .expect(200, {
        ready: true,
        database: 'up',
        model: { version: null },
        sizeModel: { version: null },
      });
  });

  it('answers an unknown path with a problem that carries the request id', async () => {
    const response = await request(service.app).get('/nowhere').set('X-Request-Id', 'abc-1');
    expect(response.status).toBe(404);
    expect(response.type).toBe('application/problem+json');
    expect(response.headers['x-request-id']).toBe('abc-1');
    expect(response.body).toMatchObject({ code: 'no_such_route', requestId: 'abc-1' });
  });

  it('gives a request whose id is not a plain one an id of its own', async () => {
    const response = await request(service.app).get('/healthz').set('X-Request-Id', 'a b"c');
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('serves the OpenAPI 3.1 document, the page and the metrics', async () => {
    const document = await request(service.app).get('/openapi.json').expect(200);
    expect(document.body.openapi).toBe('3.1.0');
    const page = await request(service.app).get('/docs/').expect(200);
    expect(page.text).toContain('/docs/start.js');
    await request(service.app).get('/docs/assets/swagger-ui-bundle.js').expect(200);
    const metrics = await request(service.app).get('/metrics').expect(200);
    expect(metrics.text).toContain('http_request_duration_seconds');
  });
});
