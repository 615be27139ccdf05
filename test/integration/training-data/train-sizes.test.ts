import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeArtifact } from '../../../models/artifact/artifact.ts';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { sizeModelOf } from '../../../models/sizing/size-artifact.ts';
import { defaultSizeConfig } from '../../../models/sizing/training/size-model-config.ts';
import { trainedRows } from '../../../scripts/sizes/size-rows.ts';
import { type TrainedSizes, trainSizes } from '../../../scripts/sizes/train-sizes.ts';
import { ChartBook } from '../../../services/size-charts/chart-book.ts';
import { measureSizesOnSplit } from '../../../services/training-data/measure-sizes-on-split.ts';
import {
  type DecidedPieces,
  readDecidedPieces,
} from '../../../services/training-data/size-rows-reader.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

const day = 86_400;
const returnWindow = 14 * day;
const labels = ['XS', 'S', 'M', 'L', 'XL'];
const users = 300;
const items = 12;

/** Whose place on the scale is their height's; a taste of its own does not come in. */
const heightOf = (user: number): number => 150 + ((user * 7) % 41);
const sizeOf = (user: number): number => (heightOf(user) - 150) / 10;
/** Every third item runs a size small. */
const offsetOf = (item: number): number => (item % 3 === 0 ? 1 : 0);

/**
 * Four pieces a user in four months: mostly the size of their height whatever the item, now and then a
 * larger one. What runs small comes back as too small and is bought again one up.
 */
function shop(): TestEvent[] {
  const random = seededRandom(7);
  const events: TestEvent[] = [];
  for (let user = 0; user < users; user++) {
    for (let n = 0; n < 4; n++) {
      const item = Math.floor(random() * items);
      const at = Date.UTC(2020, 0, 1) + Math.floor(random() * 110 * day) * 1000;
      const wanted = sizeOf(user) + (random() - 0.5);
      const best = wanted + offsetOf(item);
      const order = (size: number, when: number): void => {
        const place = Math.min(4, Math.max(0, Math.round(size)));
        const line = { user: `u${user}`, item: `i${item}`, sku: `i${item}-${labels[place]}` };
        events.push({ ...line, type: 'purchase', at: new Date(when).toISOString() });
        const gap = place - best;
        if (Math.abs(gap) <= 0.75) return;
        const reason = gap < 0 ? 'too_small' : 'too_large';
        const later = new Date(when + 3 * day * 1000).toISOString();
        events.push({ ...line, type: 'return', reason, at: later });
      };
      order(wanted + (random() < 0.15 ? 1.5 : 0), at);
      if (offsetOf(item) > 0) order(best, at + 5 * day * 1000);
    }
  }
  events.push({
    user: 'u0',
    item: 'i1',
    sku: 'i1-M',
    type: 'purchase',
    at: '2020-05-14T00:00:00Z',
  });
  return events;
}

async function insertShop(test: TestDatabase): Promise<void> {
  await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-05-31T00:00:00Z');
  await test.database.query(
    `insert into items (item_id, category_path) select 'i' || n, '{women,tops}'
     from generate_series(0, $1::integer - 1) n`,
    [items],
  );
  await test.database.query(
    `insert into skus (sku_id, item_id, size_label, size_order)
     select 'i' || n || '-' || label, 'i' || n, label, place
     from generate_series(0, $1::integer - 1) n,
       unnest($2::text[]) with ordinality as size (label, place)`,
    [items, labels],
  );
  await test.database.query(
    `insert into users (user_id, gender, height_cm)
     select 'u' || n, 'female', height from unnest($1::real[]) with ordinality as h (height, place),
       lateral (select place - 1 as n) p`,
    [Array.from({ length: users }, (_, user) => heightOf(user))],
  );
  await insertEvents(test.database, shop());
}

const options = {
  config: {
    ...defaultSizeConfig,
    leastRows: 100,
    fit: { ...defaultSizeConfig.fit, rounds: 40, minRows: 15 },
    choice: { ...defaultSizeConfig.choice, rounds: 60, minRows: 15 },
    body: { ...defaultSizeConfig.body, minRows: 15 },
  },
  returnWindow,
  testDays: 30,
  most: 100_000,
  seed: 3,
  created: '2020-06-01T00:00:00.000Z',
};

describe('training sizes on a planted shop', () => {
  let test: TestDatabase;
  let decided: DecidedPieces;
  let trained: TrainedSizes;

  const read = async (): Promise<DecidedPieces> => {
    const found = await test.database.transaction(
      (transaction) =>
        readDecidedPieces(transaction, {
          returnWindow,
          charts: new ChartBook(),
          most: options.most,
        }),
      'repeatable read',
    );
    if (!found) throw new Error('nothing was read');
    return found;
  };

  beforeAll(async () => {
    test = await createTestDatabase();
    await insertShop(test);
    decided = await read();
    trained = trainSizes(decided, options);
  }, 60_000);
  afterAll(() => test.drop());

  it('names most kept sizes of the test, and tells which pieces come back', () => {
    const metrics = trained.manifest.sizeMetrics;
    expect(metrics?.choice.pieces).toBeGreaterThan(150);
    expect(metrics?.choice.exact).toBeGreaterThan(0.65);
    expect(metrics?.choice.withinOne).toBeGreaterThan(0.97);
    expect(metrics?.fit.auc ?? 0).toBeGreaterThan(0.75);
  });

  it('suggests one size up of what runs small, to one who is new', () => {
    const manifest = trained.files.get('manifest.json') ?? new Uint8Array();
    const model = sizeModelOf(decodeArtifact(manifest, trained.files));
    const now = decided.to;
    const likeliest = (itemId: string): number => {
      const ofItem = decided.pieces.filter(({ garment }) => garment.itemId === itemId);
      const garment = ofItem[0]?.garment;
      if (!garment) throw new Error(`${itemId} was not read`);
      const outcomes = ofItem.map((piece) => ({ ...piece, scale: garment.run.scale }));
      const wearer = model.wearerEvidence({ heightCm: 170, gender: 'female' }, [], now);
      const chosen = model.choose(wearer, model.itemEvidence(garment, outcomes, now));
      return chosen.indexOf(Math.max(...chosen));
    };
    expect([likeliest('i1'), likeliest('i2'), likeliest('i3'), likeliest('i6')]).toEqual([
      2, 2, 3, 3,
    ]);
  });

  it('writes into the manifest what was learnt from and what was left out', () => {
    const { manifest } = trained;
    expect(manifest.kind).toBe('sizes');
    expect(manifest.metrics).toBeNull();
    expect(manifest.configuration).toMatchObject({
      returnDays: 14,
      mostPurchases: options.most,
      usersShare: 1,
      decidedPieces: decided.pieces.length,
    });
    // The test begins 30 days before the last piece that was decided, training ended 14 before that.
    expect(manifest.sizeMetrics?.split).toMatchObject({
      kind: 'time',
      cutoff: '2020-03-31T00:00:00.000Z',
      testDays: 30,
    });
    expect(Date.parse(manifest.data.to ?? '')).toBeLessThanOrEqual(Date.UTC(2020, 2, 17));
    const table = trainedRows(trained).map(([label]) => label);
    expect(table).toContain('choice: exact');
  });

  it('gives the same bytes again, whatever users with the switch off did meanwhile', async () => {
    await test.database.query(`insert into users (user_id, personalised) values ('off', false)`);
    await insertEvents(
      test.database,
      Array.from({ length: 50 }, (_, n) => ({
        ...{ user: 'off', item: 'i1', sku: 'i1-XL', type: 'purchase' },
        at: new Date(Date.UTC(2020, 1, 1, n)).toISOString(),
      })),
    );
    const again = trainSizes(await read(), options);
    expect(again.manifest).toEqual(trained.manifest);
    expect(again.files).toEqual(trained.files);
  }, 60_000);

  it('is measured anew by whoever publishes, with the same figures', async () => {
    const manifest = trained.files.get('manifest.json') ?? new Uint8Array();
    const model = sizeModelOf(decodeArtifact(manifest, trained.files));
    const cutoff = trained.manifest.sizeMetrics?.split.cutoff ?? '';
    const charts = () => Promise.resolve(new ChartBook());
    const split = { cutoff, testDays: options.testDays };
    const anew = await measureSizesOnSplit(test.database, model, split, { returnWindow, charts });
    expect(anew).toEqual(trained.manifest.sizeMetrics);
  });

  it('measures nothing without a test', () => {
    const { manifest, tested } = trainSizes(decided, { ...options, testDays: 0 });
    expect(tested).toBeUndefined();
    expect(manifest.sizeMetrics).toBeUndefined();
    expect(manifest.data.interactions).toBe(decided.pieces.length);
  }, 60_000);

  it('says what it takes where nothing was decided before the test', () => {
    expect(() => trainSizes(decided, { ...options, testDays: 300 })).toThrow(
      'no purchase of a SKU with a size was decided before the test',
    );
  });
});
