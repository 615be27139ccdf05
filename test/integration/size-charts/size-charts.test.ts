import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

describe("brands' size charts", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
  });
  afterAll(() => service.close());

  const put = (...charts: object[]) => request(service.app).put('/v1/size-charts').send({ charts });
  const get = (query: string) => request(service.app).get(`/v1/size-charts${query}`);
  const sizes = [
    { label: 'S', bustCm: { min: 82, max: 86 }, waistIn: { min: 25, max: 27 } },
    { label: 'M', bustCm: { min: 86, max: 90 }, waistIn: { min: 27, max: 29 } },
  ];

  it('are stored in centimetres and come back', async () => {
    const chart = { brand: 'Linden', categoryPath: ['women', 'tops'], audience: 'women', sizes };
    const { body } = await put(chart).expect(200);
    expect(body).toEqual({ created: 1, updated: 0, unchanged: 0, chartIds: [expect.any(String)] });
    const list = await get('?brand=Linden').expect(200);
    expect(list.body).toEqual({
      charts: [
        {
          chartId: body.chartIds[0],
          brand: 'Linden',
          categoryPath: ['women', 'tops'],
          audience: 'women',
          sizes: [
            {
              label: 'S',
              length: 'regular',
              bustCm: { min: 82, max: 86 },
              waistCm: { min: 63.5, max: 68.58 },
            },
            {
              label: 'M',
              length: 'regular',
              bustCm: { min: 86, max: 90 },
              waistCm: { min: 68.58, max: 73.66 },
            },
          ],
          updatedAt: expect.any(String),
        },
      ],
      more: false,
    });
  });

  it('are replaced by brand, category and audience, and written only when they differ', async () => {
    const first = await put({ brand: 'Elm', sizes }, { brand: 'Elm', audience: 'men', sizes });
    expect(first.body).toMatchObject({ created: 2 });
    const other = [{ ...sizes[0], label: 'One' }];
    const second = await put(
      { brand: 'Elm', audience: 'men', sizes: other },
      { brand: 'Elm', sizes },
    );
    expect(second.body).toEqual({
      ...{ created: 0, updated: 1, unchanged: 1 },
      chartIds: [...first.body.chartIds].reverse(),
    });
  });

  it('are deleted by id', async () => {
    const { body } = await put({ brand: 'Oak', sizes });
    const [chartId] = body.chartIds;
    const remove = () => request(service.app).delete(`/v1/size-charts/${chartId}`);
    await remove().expect(200, { chartId, brand: 'Oak' });
    await remove().expect(404);
    expect((await get('?brand=Oak')).body).toEqual({ charts: [], more: false });
  });

  it('come by pages', async () => {
    const brand = 'Larch';
    const charts = Array.from({ length: 100 }, (_, n) => ({
      brand,
      categoryPath: [`c${n}`],
      sizes,
    }));
    await put(...charts).expect(200);
    await put({ brand, sizes }).expect(200);
    const first = await get(`?brand=${brand}`);
    expect(first.body).toMatchObject({ more: true });
    const second = await get(`?brand=${brand}&after=${first.body.charts[99].chartId}`);
    expect(second.body).toMatchObject({ more: false, charts: [{ categoryPath: [] }] });
  });

  it('are refused as a whole, with everything that is wrong at its place', async () => {
    const wrong = [
      { label: 'S', bustCm: { min: 82, max: 88 } },
      { label: 's', bustIn: { min: 34, max: 33 } },
      { label: 'L', bustCm: { min: 84, max: 87 }, bustIn: { min: 33, max: 34 } },
    ];
    const { body } = await put(
      { brand: 'Ash', sizes },
      { brand: 'Beech', sizes: wrong },
      { brand: 'Ash', sizes },
    ).expect(400);
    expect(body.errors.map(({ path, code }: Record<string, string>) => `${path} ${code}`)).toEqual([
      'charts[2] repeated_chart',
      'charts[1].sizes[2].bustIn both_units',
      'charts[1].sizes[1].label repeated_label',
      'charts[1].sizes[1].bustIn min_above_max',
    ]);
    expect((await get('?brand=Ash')).body.charts).toEqual([]);
  });

  it('name the unit that a range is in by mistake', async () => {
    const inches = [{ label: 'S', bustCm: { min: 33, max: 34 } }];
    const { body } = await put({ brand: 'Ash', sizes: inches }).expect(400);
    expect(body.errors[0]).toEqual({
      path: 'charts[0].sizes[0].bustCm.min',
      code: 'out_of_range',
      message: 'expected 45 to 200, got 33: is it in inches?',
    });
  });
});
