import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventWeights } from '../../../models/dataset/event-weights.ts';
import { readConfig } from '../../../services/config.ts';
import { defaultRanking } from '../../../services/recommendations/ranking-settings.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      dataDir: undefined,
      logLevel: 'info',
      poolSize: 10,
      threads: undefined,
      eventWeights,
      ranking: defaultRanking,
      exposureDays: 30,
      returnDays: 14,
      timeZone: 'Asia/Shanghai',
      mostStreams: 10_000,
      segmentSeconds: 30,
      refreshSeconds: 120,
      refreshWorkers: 1,
      webhookPrivate: 'refuse',
      audienceUsers: 1_000_000,
      audienceMinutes: 60,
      mostExports: 4,
      exportMinutes: 60,
      demo: 'auto',
      underNpm: false,
    });
  });

  it('takes what is set, with the data folder made absolute', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgresql://me@db/shop',
      DATA_DIR: 'here',
      WARDROBE_THREADS: '4',
    });
    expect(config).toMatchObject({ port: 0, host: '::1', threads: 4 });
    expect(config.databaseUrl).toBe('postgresql://me@db/shop');
    expect(config.dataDir).toBe(resolve('here'));
  });

  it('takes an empty setting for one that is not set, and leaves the rest of the environment alone', () => {
    expect(readConfig({ PORT: '', HOME: '/x', PORTS: 'y' }).port).toBe(3000);
  });

  it.each(['UTC', 'America/New_York', 'Etc/GMT-8'])('takes the time zone %s', (zone) => {
    expect(readConfig({ WARDROBE_TIME_ZONE: zone }).timeZone).toBe(zone);
  });

  // Postgres would take the offset for one to the west, and the last for a zone of its own making.
  it.each(['+08:00', 'Asia/Beijing', 'Shanghai+8', 'UTC; drop', 'CHN-8'])(
    'refuses the time zone %s',
    (zone) => {
      expect(() => readConfig({ WARDROBE_TIME_ZONE: zone })).toThrow(
        'WARDROBE_TIME_ZONE: expected the name of a time zone, such as Asia/Shanghai',
      );
    },
  );

  it('changes the weights of events by a file, and names every bad field of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wardrobe-config-'));
    const file = join(folder, 'weights.json');
    const read = () => readConfig({ WARDROBE_EVENT_WEIGHTS: file }).eventWeights;
    try {
      expect(read).toThrow(/WARDROBE_EVENT_WEIGHTS: .*weights.json: .*no such file/);
      await writeFile(file, '{"types":{"cart":7}}');
      expect(read()).toEqual({ ...eventWeights, types: { ...eventWeights.types, cart: 7 } });
      await writeFile(file, '{"types":{"carts":7,"like":"x"},"views":{}}');
      expect(read).toThrow(/types.like: .*types.carts: unknown field.*views: unknown field/);
      await writeFile(file, '{"types":');
      expect(read).toThrow(/WARDROBE_EVENT_WEIGHTS: .*JSON/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('changes the ranking by a file, and names every bad field of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wardrobe-config-'));
    const file = join(folder, 'ranking.json');
    const read = () => readConfig({ WARDROBE_RANKING: file }).ranking;
    try {
      await writeFile(file, '{"variant":"bold","policy":{"explorationShare":0.2}}');
      const usual = readConfig({}).ranking;
      expect(read()).toEqual({
        ...usual,
        variant: 'bold',
        policy: { ...usual.policy, explorationShare: 0.2 },
      });
      await writeFile(file, '{"policy":{"explorationShare":2,"caps":1},"general":{"trend":"x"}}');
      expect(read).toThrow(/policy.explorationShare: .*policy.caps: unknown.*general.trend: /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names every unknown and malformed setting at once', () => {
    const read = () =>
      readConfig({ PORT: '65536', DATABASE_URL: 'mysql://x', WARDROBE_TREADS: '2' });
    expect(read).toThrow(/PORT: expected a whole number from 0 to 65535/);
    expect(read).toThrow(/DATABASE_URL: expected postgres:/);
    expect(read).toThrow(/WARDROBE_TREADS: unknown setting \(known: PORT, HOST/);
  });
});
