import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import request from 'supertest';
import { createWebhooks } from '../../../services/create-services.ts';
import { createMetrics } from '../../../services/http/metrics.ts';
import { DeliveriesStore } from '../../../services/segment-webhooks/deliveries-store.ts';
import { WebhookDeliverer } from '../../../services/segment-webhooks/webhook-deliverer.ts';
import { WebhookSender } from '../../../services/segment-webhooks/webhook-sender.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { isSigned, WebhookReceiver } from '../../helpers/webhook-receiver.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;
let receiver: WebhookReceiver;
let clock = now;
const logged: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });

beforeAll(async () => {
  service = await createTestService({ now: () => clock, webhookPrivate: 'allow', logger });
  await makeSegmentShop(service.database);
});

afterAll(async () => {
  await service.close();
});

beforeEach(async () => {
  clock = now;
  await service.database.query('delete from segments');
  receiver = new WebhookReceiver();
  await receiver.start();
  logged.length = 0;
});

afterEach(async () => {
  await receiver.stop();
});

/** A process of its own that sends. */
function deliverer({
  sender = new WebhookSender({ allowPrivate: true, timeout: 5_000 }),
  ...more
} = {}) {
  return new WebhookDeliverer({
    ...{ store: new DeliveriesStore(service.database), sender, concurrency: 4, mostAttempts: 3 },
    ...{ random: () => 0.5, now: () => clock, logger, metrics: createMetrics() },
    ...more,
  });
}

const users = (...ids: string[]) => ({ field: 'userId', op: 'in', value: ['nobody', ...ids] });

async function put(rule: object, segmentId = 'some') {
  const { status, body } = await request(service.app)
    .put(`/v1/segments/${segmentId}`)
    .send({ name: segmentId, rule });
  if (status >= 300) throw new Error(JSON.stringify(body));
}

async function compute(rule: object, segmentId = 'some') {
  await put(rule, segmentId);
  await request(service.app).post(`/v1/segments/${segmentId}/refresh`).expect(200);
}

const webhookUrl = (webhookId = 'crm', segmentId = 'some') =>
  `/v1/segments/${segmentId}/webhooks/${webhookId}`;

async function hook(more: object = {}, webhookId = 'crm', segmentId = 'some') {
  const { status, body } = await request(service.app)
    .put(webhookUrl(webhookId, segmentId))
    .send({ url: `${receiver.url}/hook`, ...more });
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body;
}

async function shown(webhookId = 'crm', segmentId = 'some') {
  const { body } = await request(service.app).get(webhookUrl(webhookId, segmentId));
  return body;
}

const later = (ms: number) => {
  clock = new Date(clock.getTime() + ms);
};

describe('a webhook', () => {
  it('shows the secret that it was given by the service once, and never one that it was told', async () => {
    await put(users('ann'));
    const made = await hook();
    expect(made.secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(await hook({ batchSize: 5 })).toMatchObject({
      batchSize: 5,
      events: ['entered', 'exited'],
    });
    expect((await hook()).secret).toBeUndefined();
    expect((await hook({ secret: 'a-secret-of-our-own' }, 'own')).secret).toBeUndefined();
    const { body } = await request(service.app).get('/v1/segments/some/webhooks');
    expect(body.webhooks.map(({ webhookId }: { webhookId: string }) => webhookId)).toEqual([
      'crm',
      'own',
    ]);
    expect(JSON.stringify(body)).not.toContain('secret');
    await request(service.app).delete(webhookUrl()).expect(204);
    await request(service.app).get(webhookUrl()).expect(404);
    await request(service.app).delete(webhookUrl()).expect(404);
  });

  it.each([
    [{ url: 'ftp://example.com/' }, 'url'],
    [{ url: 'https://user:password@example.com/' }, 'url'],
    [{ url: 'https://example.com/#part' }, 'url'],
    [{ url: 'example.com' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['entered', 'entered'] }, 'events'],
    [{ batchSize: 0 }, 'batchSize'],
    [{ secret: 'short' }, 'secret'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j', async (given, path) => {
    await put(users('ann'));
    const { status, body } = await request(service.app)
      .put(webhookUrl())
      .send({ url: 'https://example.com', ...given });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('is of a segment that is computed', async () => {
    await request(service.app).put('/v1/segments/list').send({ name: 'list', kind: 'static' });
    const body = { url: receiver.url };
    await request(service.app).put(webhookUrl('crm', 'list')).send(body).expect(409);
    await request(service.app).put(webhookUrl('crm', 'nothing')).send(body).expect(404);
    await request(service.app).get('/v1/segments/nothing/webhooks').expect(404);
  });
});

describe('what is sent', () => {
  it('is who entered and who exited, signed, in batches, in order', async () => {
    await put(users());
    const { secret } = await hook({ batchSize: 2 });
    await compute(users('ann', 'ben', 'cat'));
    await compute(users('cat', 'dan'));
    await deliverer().deliverDue();

    expect(
      receiver.received.map(({ body }) => [body.computation, body.exited, body.entered]),
    ).toEqual([
      [1, [], ['ann', 'ben']],
      [1, [], ['cat']],
      [2, ['ann', 'ben'], []],
      [2, [], ['dan']],
    ]);
    for (const received of receiver.received) {
      expect(isSigned(received, secret)).toBe(true);
      expect(isSigned(received, 'another secret')).toBe(false);
      expect(isSigned({ ...received, text: `${received.text} ` }, secret)).toBe(false);
      expect(received.path).toBe('/hook');
      const { headers, body } = received;
      expect(headers['wardrobe-webhook-id']).toBe('crm');
      expect(headers['wardrobe-delivery-id']).toBe(body.deliveryId);
      expect(headers['wardrobe-signature']).toContain(`t=${now.getTime() / 1000},`);
      expect(body).toMatchObject({
        webhookId: 'crm',
        segmentId: 'some',
        evaluatedAt: now.toISOString(),
      });
    }
    const ids = receiver.received.map(({ body }) => body.deliveryId);
    expect(new Set(ids).size).toBe(4);
    expect(await shown()).toMatchObject({
      ...{ waiting: 0, deadLetters: 0, lastError: null, lastDeliveredAt: now.toISOString() },
    });
  });

  it('is what a webhook asks for, and nothing while it is inactive', async () => {
    await put(users());
    await hook({ events: ['exited'] }, 'exits');
    await hook({ active: false }, 'off');
    await compute(users('ann', 'ben'));
    await compute(users('ann'));
    await deliverer().deliverDue();
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      { webhookId: 'exits', computation: 2, entered: [], exited: ['ben'] },
    ]);
    await hook({}, 'off');
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(1);
  });

  it('does not name who may not be named any more', async () => {
    const clicked = { events: ['click'], measure: 'count', op: 'gte', value: 1 };
    await put(clicked);
    await hook();
    await compute(clicked);
    await service.database.query(`update users set personalised = false where user_id = 'ann'`);
    await request(service.app).delete('/v1/users/fay/behaviour').expect(202);
    await deliverer().deliverDue();
    await service.database.query(`update users set personalised = true where user_id = 'ann'`);
    await service.database.query(`update users set forget_before = null where user_id = 'fay'`);
    const told = receiver.received.map(({ body }) => [body.computation, body.entered, body.exited]);
    expect(told).toEqual([
      [1, ['ben', 'hal'], []],
      [1, [], ['fay']],
    ]);
  });

  it('tells who is forgotten as exited, at once', async () => {
    const clicked = { events: ['click'], measure: 'count', op: 'gte', value: 1 };
    await put(clicked);
    await hook();
    await compute(clicked);
    await deliverer().deliverDue();
    receiver.received.length = 0;
    await request(service.app).delete('/v1/users/fay/behaviour').expect(202);
    await deliverer().deliverDue();
    await service.database.query(`update users set forget_before = null where user_id = 'fay'`);
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      { computation: 1, entered: [], exited: ['fay'] },
    ]);
  });
});

describe('a receiver that fails', () => {
  it('is asked again later, with the same delivery, and the next ones wait', async () => {
    await put(users());
    await hook();
    await compute(users('ann'));
    await compute(users('ben'));
    receiver.answer = () => 500;
    await deliverer().deliverDue();
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect(await shown()).toMatchObject({ waiting: 2, lastError: 'answered 500' });

    later(7_499); // 10 s, of which three quarters
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(1);
    receiver.answer = () => 'drop';
    later(1);
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(2);
    expect((await shown()).lastError).toBe('no connection: ECONNRESET');

    receiver.answer = () => 200;
    later(15_000);
    await deliverer().deliverDue();
    const ids = receiver.received.map(({ body }) => body.deliveryId);
    expect(ids).toHaveLength(4);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(receiver.received.map(({ body }) => body.computation)).toEqual([1, 1, 1, 2]);
    expect(await shown()).toMatchObject({ waiting: 0, lastError: null });
  });

  it('loses nothing for good: what was given up can be sent again, as far as it is so still', async () => {
    await put(users());
    await hook();
    await compute(users('ann', 'ben'));
    receiver.answer = () => 302; // is not followed
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await deliverer().deliverDue();
      later(3_600_000);
    }
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    const { body } = await request(service.app).get(`${webhookUrl()}/dead-letters`);
    expect(body.deadLetters).toMatchObject([
      { computation: 1, entered: 2, exited: 0, attempts: 3, lastError: 'answered 302' },
    ]);
    expect(await shown()).toMatchObject({ waiting: 0, deadLetters: 1, active: true });

    receiver.answer = () => 200;
    await compute(users('ben', 'cat'));
    const [{ deliveryId }] = body.deadLetters;
    const again = `${webhookUrl()}/dead-letters/${deliveryId}/resend`;
    await request(service.app).post(again).expect(202);
    await request(service.app).post(again).expect(404);
    await deliverer().deliverDue();
    expect(receiver.received.slice(3).map((one) => one.body)).toMatchObject([
      { computation: 2, entered: ['cat'], exited: ['ann'] },
      { deliveryId, computation: 1, entered: ['ben'], exited: [] },
    ]);
    expect(await shown()).toMatchObject({ waiting: 0, deadLetters: 0 });
  });

  it('is sent to no more when it says that it is gone', async () => {
    await put(users());
    await hook();
    await compute(users('ann'));
    await compute(users('ben'));
    receiver.answer = () => 410;
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect(await shown()).toMatchObject({
      ...{ active: false, inactiveReason: 'answered 410', waiting: 1, deadLetters: 1 },
    });
    receiver.answer = () => 200;
    expect(await hook()).toMatchObject({ active: true, inactiveReason: null });
    await deliverer().deliverDue();
    expect(receiver.received.map(({ body }) => body.computation)).toEqual([1, 2]);
  });

  it('that is slow does not keep others waiting', async () => {
    await put(users());
    const slow = new WebhookReceiver();
    await slow.start();
    slow.answer = () => 'wait';
    await hook({ url: slow.url }, 'a-slow');
    await hook({}, 'b-fast');
    await compute(users('ann'));
    const process = deliverer();
    const sending = process.deliverDue();
    receiver.answer = () => {
      // The slow one is being sent to while this one is.
      expect(slow.received.length).toBeLessThanOrEqual(1);
      return 200;
    };
    while ((await shown('b-fast')).waiting > 0) await new Promise(setImmediate);
    expect((await shown('a-slow')).waiting).toBe(1);
    // Stopped in the middle, it has not been tried.
    await process.close();
    await sending;
    expect(await shown('a-slow')).toMatchObject({ waiting: 1, lastError: null });
    slow.answer = () => 200;
    await deliverer().deliverDue();
    expect((await shown('a-slow')).waiting).toBe(0);
    expect(slow.received.map(({ body }) => body.deliveryId)).toEqual([
      ...[slow.received[0]?.body.deliveryId, slow.received[0]?.body.deliveryId],
    ]);
    await slow.stop();
  });

  it('that does not answer in time is given up for now', async () => {
    await put(users());
    await hook();
    await compute(users('ann'));
    receiver.answer = () => 'wait';
    await deliverer({
      sender: new WebhookSender({ allowPrivate: true, timeout: 50 }),
    }).deliverDue();
    expect((await shown()).lastError).toBe('no answer within 50 ms');
  });
});

describe('several processes', () => {
  it('send each delivery once, in order', async () => {
    await put(users());
    const ids = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'];
    for (const webhookId of ['a', 'b', 'c']) await hook({ batchSize: 1 }, webhookId);
    await compute(users(...ids));
    await Promise.all([deliverer(), deliverer(), deliverer()].map((one) => one.deliverDue()));
    for (const webhookId of ['a', 'b', 'c']) {
      const got = receiver.received.filter(({ body }) => body.webhookId === webhookId);
      expect(got.flatMap(({ body }) => body.entered)).toEqual(ids);
    }
  });

  it('send again what one of them had sent when it died', async () => {
    await put(users());
    await hook();
    await compute(users('ann'));
    class DiesAfterSending extends DeliveriesStore {
      override async done(): Promise<void> {
        throw new Error('killed');
      }
      override async release(): Promise<void> {
        throw new Error('killed');
      }
    }
    await deliverer({ store: new DiesAfterSending(service.database) } as object).deliverDue();
    expect(receiver.received).toHaveLength(1);
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(1); // the other one's claim lasts a minute
    later(60_000);
    await deliverer().deliverDue();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.body).toEqual(receiver.received[0]?.body);
    expect((await shown()).waiting).toBe(0);
  });
});

describe('addresses that are not of the public internet', () => {
  it('are refused when they are written down, and when a name turns out to be one', async () => {
    const { service: refusing } = createWebhooks(service.database, createMetrics(), { logger });
    await put(users());
    const given = { events: ['entered' as const], active: true, batchSize: 10 };
    for (const url of [
      'http://127.0.0.1/',
      'http://[::1]/',
      'http://0x7f.1/',
      'http://169.254.169.254/',
    ]) {
      await expect(refusing.put('some', 'crm', { ...given, url })).rejects.toThrow(
        /public internet/,
      );
    }
    const { port } = receiver;
    await refusing.put('some', 'crm', { ...given, url: `http://receiver.example:${port}/` });
    await compute(users('ann'));
    const sender = new WebhookSender({
      ...{ allowPrivate: false, timeout: 1_000 },
      resolve: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    await deliverer({ sender }).deliverDue();
    expect(receiver.received).toEqual([]);
    expect((await shown()).lastError).toBe('127.0.0.1 is not an address of the public internet');
  });
});

describe('the log', () => {
  it('tells of what failed, without users, bodies and secrets', async () => {
    await put(users());
    const { secret } = await hook();
    await compute(users('ann'));
    receiver.answer = () => 500;
    await deliverer().deliverDue();
    const text = logged.join('');
    expect(text).toContain('a webhook did not take a delivery');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('"ann"');
  });
});
