import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { SizeReport, Suggestion } from '../../../services/sizes/sizes-schema.ts';
import { insertEvents, insertItems, type ShopEvent } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-31T12:00:00Z');
const labels = ['S', 'M', 'L', 'XL'];
const women = ['women', 'dresses'];

function dress(itemId: string, stock: Record<string, number> = {}) {
  const skus = labels.map((size, order) => {
    return { skuId: `${itemId}-${size}`, size, order, stock: stock[size] ?? 5 };
  });
  return { itemId, title: itemId, category: women, brand: 'B', skus };
}

let days = 0;
function bought(userId: string, itemId: string, size: string, day = 60): ShopEvent {
  const at = now.getTime() - day * 86_400_000 + days++;
  const occurredAt = new Date(at).toISOString();
  return { userId, itemId, skuId: `${itemId}-${size}`, type: 'purchase', occurredAt };
}

function sentBack(purchase: ShopEvent, reason: string): ShopEvent {
  const occurredAt = new Date(Date.parse(purchase.occurredAt) + 1000).toISOString();
  return { ...purchase, type: 'return', reason, occurredAt };
}

describe('which size to take', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(service.database, [
      ...['a', 'b', 'c', 'd'].map((itemId) => dress(itemId)),
      dress('worn', {}),
      { itemId: 'bare', category: women, skus: [{ skuId: 'bare-1', stock: 3 }] },
      { itemId: 'scarf', category: women, skus: [{ skuId: 'scarf-1', size: '均码', stock: 3 }] },
      { ...dress('secret'), hidden: true },
    ]);
    // Ann keeps M.
    await insertEvents(
      service.database,
      ['a', 'b', 'c', 'd'].map((itemId) => bought('ann', itemId, 'M')),
    );
  });
  afterEach(() => service.close());

  const size = async (userId: string, itemId: string, query = ''): Promise<Suggestion> => {
    const answer = await request(service.app).get(
      `/v1/users/${userId}/items/${itemId}/size${query}`,
    );
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const put = (path: string, body: object) => request(service.app).put(path).send(body).expect(200);
  const post = (events: object[]) =>
    request(service.app).post('/v1/events').send({ events }).expect(202);

  it('names the size that was kept, with its chances and the reason', async () => {
    const found = await size('ann', 'worn');
    expect(found).toMatchObject({
      suggested: { skuId: 'worn-M', label: 'M' },
      confidence: 'high',
      abstained: null,
      soldOut: null,
      modelVersion: null,
      personalised: true,
    });
    const { distribution, probability, alternatives } = found;
    expect(distribution.map(({ label }) => label)).toEqual(labels);
    expect(distribution.reduce((sum, { pChosen }) => sum + pChosen, 0)).toBeCloseTo(1, 9);
    for (const { pSmall, pFit, pLarge } of distribution) {
      expect(pSmall + pFit + pLarge).toBeCloseTo(1, 9);
    }
    expect(probability).toBe(distribution[1]?.pChosen);
    expect(alternatives.map(({ label }) => label).sort()).toEqual(['L', 'S', 'XL']);
    expect(found.evidence).toContainEqual({
      code: 'kept',
      zh: '您留下过 4 件 M',
      en: 'you kept 4 in M',
    });
  });

  it('learns from a return with the next request, of the wearer and of the item', async () => {
    await size('ann', 'worn');
    const skuId = 'worn-M';
    const order = { userId: 'ann', sessionId: 's', itemId: 'worn', skuId };
    await post([
      { ...order, eventId: 'p', type: 'purchase', occurredAt: '2026-03-31T11:00:00Z' },
      {
        ...order,
        ...{ eventId: 'r', type: 'return', reason: 'too_small' },
        occurredAt: '2026-03-31T11:30:00Z',
      },
    ]);
    const after = await size('ann', 'worn');
    expect(after.runs).toMatchObject({ outcomes: 1, small: 1 });
    expect(after.evidence.map(({ code }) => code)).toContain('too_small');
    const others = await size('bea', 'worn');
    expect(others.runs).toMatchObject({ outcomes: 1, small: 1 });
  });

  it('takes a size more of an item that many sent back as too small', async () => {
    const many = Array.from({ length: 40 }, (_, n) => {
      const purchase = bought(`buyer-${n}`, 'worn', 'M');
      return [purchase, sentBack(purchase, 'too_small')];
    });
    await insertEvents(service.database, many.flat());
    const found = await size('ann', 'worn');
    expect(found.suggested).toEqual({ skuId: 'worn-L', label: 'L' });
    expect(found.runs).toEqual({ direction: 'small', outcomes: 40, small: 40, large: 0 });
    expect(found.evidence).toContainEqual({
      code: 'runs_small',
      zh: '这款偏小，建议选大一码：40 位买家中 40 位说偏小',
      en: 'runs small, take one up: 40 of 40 buyers found it small',
    });
  });

  it('takes a purchase as kept only when the return window is over', async () => {
    await insertEvents(service.database, [
      bought('eve', 'worn', 'XL', 13),
      bought('kim', 'worn', 'XL', 15),
    ]);
    expect((await size('eve', 'worn')).runs.outcomes).toBe(1);
    expect((await size('eve', 'worn')).abstained?.reason).toBe('not_sure');
    expect((await size('kim', 'worn')).suggested?.label).toBe('XL');
  });

  it('believes at once what a buyer says of the fit', async () => {
    const event = { eventId: 'p', userId: 'eve', itemId: 'worn', skuId: 'worn-L' };
    const occurredAt = '2026-03-31T11:00:00Z';
    await post([{ ...event, type: 'purchase', properties: { fit: 'fit' }, occurredAt }]);
    expect((await size('eve', 'a')).suggested?.label).toBe('L');
  });

  it('says that the size to take is sold out, and gives the next best where it is likely', async () => {
    await insertItems(service.database, [
      dress('gone', { M: 0 }),
      dress('all-gone', { M: 0, S: 0, L: 0 }),
    ]);
    const found = await size('ann', 'gone');
    expect(found.soldOut).toMatchObject({ label: 'M' });
    expect(found.suggested).toBeNull();
    expect(found.abstained?.reason).toBe('sold_out');
    expect(found.alternatives.map(({ label }) => label)).not.toContain('M');
    const none = await size('ann', 'all-gone');
    expect(none).toMatchObject({ suggested: null, soldOut: { label: 'M' } });
    // Between M and L: the next best is nearly as likely.
    await insertEvents(
      service.database,
      ['a', 'b', 'c', 'd'].map((id) => bought('mid', id, 'M')),
    );
    await insertEvents(
      service.database,
      ['a', 'b', 'c', 'd'].map((id) => bought('mid', id, 'L')),
    );
    const between = await size('mid', 'gone');
    expect(between.suggested).toEqual({ skuId: 'gone-L', label: 'L' });
  });

  it('asks for what is missing where nothing is known', async () => {
    const found = await size('nobody', 'worn');
    expect(found).toMatchObject({ suggested: null, personalised: false, confidence: 'low' });
    expect(found.abstained).toMatchObject({ reason: 'not_sure' });
    expect(found.abstained?.wouldHelp[0]).toEqual({
      field: 'bustCm',
      zh: '缺少胸围',
      en: 'bust is missing',
    });
    expect(found.evidence.map(({ code }) => code)).toEqual(['nothing_known']);
  });

  it('goes by measurements where nothing was bought', async () => {
    await put('/v1/users', {
      users: [{ userId: 'mia', bustCm: 96, waistCm: 80, hipCm: 103, gender: 'female' }],
    });
    const found = await size('mia', 'worn');
    // By the chart alone: a hint.
    expect(found.confidence).toBe('medium');
    expect(found.suggested).not.toBeNull();
    expect(found.evidence[0]?.code).toBe('measurements');
    expect(found.evidence[0]?.en).toMatch(/^bust 96 cm, waist 80 cm, hip 103 cm: usually /);
  });

  it('goes by the measurements of a guest, and names mistakes in them', async () => {
    const ask = (measurements: object) =>
      request(service.app)
        .post('/v1/size-suggestions')
        .send({ queries: [{ itemId: 'worn', measurements }] });
    const inCm = { bustCm: 96.52, waistCm: 81.28, hipCm: 104.14 };
    const metric = await ask(inCm).expect(200);
    const inInches = await ask({ bustIn: 38, waistIn: 32, hipIn: 41 }).expect(200);
    expect(metric.body.suggestions[0].suggested).not.toBeNull();
    expect(inInches.body.suggestions[0].distribution).toEqual(
      metric.body.suggestions[0].distribution,
    );
    const wrong = await ask({ heightCm: 17 }).expect(400);
    expect(wrong.body.errors[0]).toMatchObject({
      path: 'queries[0].measurements.heightCm',
      code: 'out_of_range',
    });
    expect((await ask({ heightCm: 1700 }).expect(400)).body.errors[0].message).toMatch(
      /is it in millimetres\?/,
    );
  });

  it('goes by the brand’s own table as soon as there is one', async () => {
    const guest = { itemId: 'worn', measurements: { bustCm: 100, waistCm: 84, hipCm: 108 } };
    const suggested = async () => {
      const path = '/v1/size-suggestions';
      const { body } = await request(service.app)
        .post(path)
        .send({ queries: [guest] })
        .expect(200);
      return body.suggestions[0];
    };
    const before = await suggested();
    const sizes = ['S', 'M', 'L'].map((label, n) => ({
      label,
      bustCm: { min: 96 + 4 * n, max: 100 + 4 * n },
      waistCm: { min: 80 + 4 * n, max: 84 + 4 * n },
      hipCm: { min: 104 + 4 * n, max: 108 + 4 * n },
    }));
    const chart = { brand: 'B', categoryPath: women, audience: 'women', sizes };
    const answer = await request(service.app)
      .put('/v1/size-charts')
      .send({ charts: [chart] });
    expect([answer.status, answer.body]).toMatchObject([200, {}]);
    const after = await suggested();
    const place = ({ distribution }: Suggestion) =>
      distribution.reduce((sum, { pChosen }, n) => sum + n * pChosen, 0);
    expect(place(after)).toBeLessThan(place(before) - 0.5);
    expect(after.warnings).toMatchObject([{ code: 'outside_chart', label: 'XL' }]);
  });

  it('answers for the child or for the mother, and never for somebody in between', async () => {
    const kids = (itemId: string) => ({
      itemId,
      category: ['kids', 'tops'],
      skus: ['110', '120', '130', '140'].map((size, order) => {
        return { skuId: `${itemId}-${size}`, size, order, stock: 5 };
      }),
    });
    await insertItems(service.database, ['k1', 'k2', 'k3', 'k4'].map(kids));
    await insertEvents(service.database, [
      ...['a', 'b', 'c'].map((itemId) => bought('mum', itemId, 'M')),
      ...['k1', 'k2', 'k3'].map((itemId) => bought('mum', itemId, '120')),
    ]);
    expect((await size('mum', 'worn')).suggested?.label).toBe('M');
    expect((await size('mum', 'k4')).suggested?.label).toBe('120');
    // What only a grown-up was bought for tells nothing of a child.
    const stranger = await size('ann', 'k4');
    expect(stranger).toMatchObject({ suggested: null, abstained: { reason: 'not_sure' } });
  });

  it('names each of two women who buy from one account', async () => {
    await insertItems(
      service.database,
      Array.from({ length: 8 }, (_, n) => ({ ...dress(`s${n}`), brand: `B${n}` })),
    );
    const lines = Array.from({ length: 8 }, (_, n) =>
      bought('two', `s${n}`, n % 2 === 0 ? 'S' : 'XL', 30 + 20 * n),
    );
    await insertEvents(service.database, lines);
    const found = await size('two', 'worn');
    expect(found.persons.map(({ label }) => label).sort()).toEqual(['S', 'XL']);
    expect(found.persons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(found.evidence.map(({ code }) => code)).toContain('several_people');
    expect(['S', 'XL', undefined]).toContain(found.suggested?.label);
  });

  it('uses nothing of a user whose switch is off', async () => {
    await size('ann', 'worn');
    await request(service.app).patch('/v1/users/ann').send({ personalised: false }).expect(200);
    const found = await size('ann', 'worn');
    expect(found).toMatchObject({ suggested: null, personalised: false });
    expect(found.abstained?.reason).toBe('not_personalised');
    expect(found.evidence.map(({ code }) => code)).not.toContain('kept');
  });

  it('has a clear answer for an item without sizes, and one in one size', async () => {
    expect(await size('ann', 'bare')).toMatchObject({
      suggested: null,
      abstained: { reason: 'no_sizes', en: 'the item has no sizes' },
    });
    expect(await size('ann', 'scarf')).toMatchObject({
      suggested: { skuId: 'scarf-1', label: '均码' },
      probability: 1,
      evidence: [{ code: 'one_size', en: 'comes in one size: 均码' }],
    });
  });

  it('speaks of the size that is asked about, and knows those that there are not', async () => {
    const found = await size('ann', 'worn', '?label=XL');
    expect(found.asked).toEqual(found.distribution[3]);
    const answer = await request(service.app).get('/v1/users/ann/items/worn/size?label=38');
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      {
        path: 'query.label',
        code: 'unknown_label',
        message: 'the item does not come in 38: its sizes are S, M, L, XL',
      },
    ]);
  });

  it('does not know items that are hidden or not there', async () => {
    for (const itemId of ['secret', 'none']) {
      await request(service.app).get(`/v1/users/ann/items/${itemId}/size`).expect(404);
    }
  });

  it('answers many at once, each by itself', async () => {
    const queries = [
      { userId: 'ann', itemId: 'worn' },
      { userId: 'ann', itemId: 'none' },
      { userId: 'ann', itemId: 'worn', label: 'XXS' },
      { itemId: 'worn' },
    ];
    const { body } = await request(service.app)
      .post('/v1/size-suggestions')
      .send({ queries })
      .expect(200);
    expect(body.suggestions).toMatchObject([
      { userId: 'ann', itemId: 'worn', suggested: { label: 'M' } },
      { userId: 'ann', itemId: 'none', error: { code: 'unknown_item' } },
      { userId: 'ann', itemId: 'worn', error: { code: 'unknown_label' } },
      { userId: null, itemId: 'worn', suggested: null },
    ]);
    const tooMany = Array.from({ length: 201 }, () => ({ itemId: 'worn' }));
    await request(service.app).post('/v1/size-suggestions').send({ queries: tooMany }).expect(400);
    await request(service.app).post('/v1/size-suggestions').send({ queries: [] }).expect(400);
  });

  it('reports how sizes turn out, sell and are stocked', async () => {
    const lines = Array.from({ length: 20 }, (_, n) =>
      bought(`u${n}`, 'worn', n < 15 ? 'M' : 'L', 30),
    );
    const back = lines.slice(0, 5).map((line) => sentBack(line, 'too_small'));
    const other = sentBack(lines[19] as ShopEvent, 'quality');
    const old = bought('old', 'worn', 'S', 200);
    await insertEvents(service.database, [...lines, ...back, other, old]);
    const { body } = await request(service.app).get('/v1/items/worn/size-report').expect(200);
    const report: SizeReport = body;
    expect(report).toMatchObject({ bought: 20, returned: { share: 0.3 } });
    expect(report.returnedForSize?.share).toBe(0.25);
    expect(report.runs).toMatchObject({ outcomes: 20, small: 5, large: 0 });
    const [s, m, l] = report.sizes;
    expect(s).toMatchObject({ label: 'S', bought: 0, returned: null, daysLeft: null });
    expect(m?.tooSmall?.share).toBeCloseTo(5 / 15, 12);
    // Of 15 pieces that were not too small, 10 were M; 5 pieces at 15 in 90 days last 30 days.
    expect(m?.demand?.share).toBeCloseTo(10 / 15, 12);
    expect(m).toMatchObject({ stock: 5, stockShare: 0.25, daysLeft: 30, supply: 'short' });
    expect(l).toMatchObject({ bought: 5, returned: { share: 0.2 } });
    const all = await request(service.app).get('/v1/items/worn/size-report?days=365').expect(200);
    expect(all.body.bought).toBe(21);
    await request(service.app).get('/v1/items/none/size-report').expect(404);
    await request(service.app).get('/v1/items/worn/size-report?days=0').expect(400);
  });

  it('is the size of what is recommended', async () => {
    const body = { userId: 'ann', include: { itemIds: ['worn'] } };
    const recommended = async () =>
      (await request(service.app).post('/v1/recommendations').send(body).expect(200)).body.items[0];
    const { distribution } = await size('ann', 'worn');
    expect(await recommended()).toMatchObject({
      skuId: 'worn-M',
      size: { label: 'M', probability: distribution[1]?.pChosen, confidence: 'high' },
    });
    const many = Array.from({ length: 40 }, (_, n) => {
      const purchase = bought(`buyer-${n}`, 'worn', 'M');
      return [purchase, sentBack(purchase, 'too_small')];
    });
    await insertEvents(service.database, many.flat());
    expect(await recommended()).toMatchObject({ skuId: 'worn-L', size: { label: 'L' } });
  });
});
