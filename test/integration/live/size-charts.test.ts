import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { SizeChart } from '../../../models/sizing/systems/size-chart.ts';
import { ChangeFeedStore } from '../../../services/live/change-feed-store.ts';
import type { ViewerRow } from '../../../services/live/live-rows.ts';
import { LiveState } from '../../../services/live/live-state.ts';
import { SizeChartsStore } from '../../../services/size-charts/size-charts-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const chart = (brand: string, label: string): SizeChart => ({
  ...{ brand, categoryPath: ['women'], audience: null },
  sizes: [{ label, length: 0, body: { bustCm: { from: 86, to: 90 } } }],
});

describe('the size charts that a process serves by', () => {
  let test: TestDatabase;
  let live: LiveState<ViewerRow>;
  let store: SizeChartsStore;
  beforeEach(async () => {
    test = await createTestDatabase();
    store = new SizeChartsStore(test.database);
    live = new LiveState<ViewerRow>({
      store: new ChangeFeedStore(test.database),
      logger: pino({ level: 'silent' }),
      now: () => new Date(),
      prepare: (row) => row,
    });
    await store.upsert([chart('Linden', 'M'), chart('Elm', 'M')]);
  });
  afterEach(async () => {
    await live.close();
    await test.drop();
  });
  const labelOf = (brand: string) => live.charts.of(brand, ['women', 'tops'])?.sizes[0]?.label;

  it('are all there after the first look', async () => {
    await live.bring({ items: ['a'] });
    expect(live.charts.of('Linden', ['women', 'tops'])).toEqual(chart('Linden', 'M'));
    expect(live.charts.of('Linden', ['men'])).toBeUndefined();
  });

  it('are as the database has them after the next look, and others stay what they were', async () => {
    await live.bring({});
    const elm = live.charts.of('Elm', ['women']);
    await store.upsert([chart('Linden', 'Medium')]);
    await live.bring({ items: ['a'] });
    expect(labelOf('Linden')).toBe('Medium');
    expect(live.charts.of('Elm', ['women'])).toBe(elm);
    await test.database.query(`delete from size_charts where brand = 'Linden'`);
    await live.bring({});
    expect([labelOf('Linden'), labelOf('Elm')]).toEqual([undefined, 'M']);
  });

  it('are read anew when everything of them has changed', async () => {
    await live.bring({});
    await test.database.query('truncate size_charts');
    await store.upsert([chart('Oak', 'M')]);
    await live.bring({});
    expect([labelOf('Linden'), labelOf('Oak')]).toEqual([undefined, 'M']);
  });

  it('are told to nobody when nothing of them changes', async () => {
    await live.bring({});
    const { charts } = await new ChangeFeedStore(test.database).look(
      { xmax: '9223372036854775807', running: [], server: '' },
      { viewers: [], items: [], rooms: [] },
      new Date(),
    );
    expect(charts).toEqual([]);
  });
});
