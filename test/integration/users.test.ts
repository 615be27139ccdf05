import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestService, type TestService } from '../helpers/test-service.ts';

describe('users', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
  });
  afterAll(() => service.close());

  const put = (...users: object[]) => request(service.app).put('/v1/users').send({ users });
  const row = async (id: string) => {
    const [found] = await service.database.query<Record<string, unknown>>(
      'select * from users where user_id = $1::text',
      [id],
    );
    return found;
  };

  const ann = {
    userId: 'ann',
    birthYear: 1990,
    gender: 'female',
    cityTier: 2,
    channel: 'live',
    heightCm: 172.72,
    weightKg: 61.2,
    bustCm: 88,
    waistCm: 68,
    hipCm: 95.5,
    bodyType: 'hourglass',
    attributes: { vip: true },
    personalised: false,
    marketingConsent: true,
  };

  it('are stored with every field', async () => {
    await put(ann).expect(200, { created: 1, updated: 0, unchanged: 0 });
    expect(await row('ann')).toMatchObject({
      birth_year: 1990,
      gender: 'female',
      city_tier: 2,
      channel: 'live',
      height_cm: 172.72,
      weight_kg: 61.2,
      bust_cm: 88,
      waist_cm: 68,
      hip_cm: 95.5,
      body_type: 'hourglass',
      attributes: { vip: true },
      personalised: false,
      marketing_consent: true,
    });
    await put(ann).expect(200, { created: 0, updated: 0, unchanged: 1 });
  });

  it('lose what is left out, but keep their switches', async () => {
    await put({ ...ann, userId: 'bea' });
    await put({ userId: 'bea' }).expect(200, { created: 0, updated: 1, unchanged: 0 });
    expect(await row('bea')).toMatchObject({
      birth_year: null,
      height_cm: null,
      attributes: {},
      personalised: false,
      marketing_consent: true,
    });
    await put({ userId: 'bea' }).expect(200, { created: 0, updated: 0, unchanged: 1 });
    await put({ userId: 'bea', personalised: true, marketingConsent: false }).expect(200, {
      created: 0,
      updated: 1,
      unchanged: 0,
    });
    expect(await row('bea')).toMatchObject({ personalised: true, marketing_consent: false });
  });

  it('are personalised and without marketing consent until they say otherwise', async () => {
    await put({ userId: 'cem' }, { userId: '__proto__', personalised: false }).expect(200);
    expect(await row('cem')).toMatchObject({ personalised: true, marketing_consent: false });
    expect(await row('__proto__')).toMatchObject({ personalised: false });
    await put({ userId: '__proto__', personalised: true }).expect(200);
    expect(await row('__proto__')).toMatchObject({ personalised: true });
  });

  it('are refused with every offending path, all of a call', async () => {
    const response = await put(
      { userId: 'dee' },
      { userId: 'eve', heightCm: 1.75, gender: 'f', shoe: 38 },
    );
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({
      path: 'users[1].heightCm',
      code: 'out_of_range',
      message: 'expected 40 to 250, got 1.75: is it in metres?',
    });
    const paths = response.body.errors.map((issue: { path: string }) => issue.path);
    expect(paths.sort()).toEqual(['users[1].gender', 'users[1].heightCm', 'users[1].shoe']);
    expect(await row('dee')).toBeUndefined();
  });

  it('are refused when one is named twice', async () => {
    const response = await put({ userId: 'fay' }, { userId: 'fay' });
    expect(response.status).toBe(400);
    expect(response.body.errors[0]).toMatchObject({
      path: 'users[1].userId',
      message: 'the same id as users[0].userId',
    });
  });

  it('turn one switch and keep the other, known before or not', async () => {
    const patch = (id: string, body: object) =>
      request(service.app).patch(`/v1/users/${id}`).send(body);
    const created = { userId: 'gus', personalised: false, marketingConsent: false };
    await patch('gus', { personalised: false }).expect(200, created);
    await patch('gus', { marketingConsent: true }).expect(200, {
      ...created,
      marketingConsent: true,
    });
    await put({ userId: 'gus', birthYear: 1980 }).expect(200);
    expect(await row('gus')).toMatchObject({ personalised: false, marketing_consent: true });
    await patch('gus', { personalised: true }).expect(200, {
      ...{ userId: 'gus', personalised: true, marketingConsent: true },
    });
    expect(await row('gus')).toMatchObject({ birth_year: 1980 });
    await patch('gus', {}).expect(400);
    await patch('gus', { birthYear: 1990 }).expect(400);
  });
});
