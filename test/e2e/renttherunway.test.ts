import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type BuiltService, startBuilt, startBuiltService } from '../helpers/built-service.ts';
import { eventually } from '../helpers/eventually.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const file = sharedData('renttherunway', 'renttherunway.csv.gz');
const testDays = '90';

// Minutes on a busy machine.
jest.setTimeout(600_000);

/** The main job on real data, with the built scripts as an engineer would run them. */
(file ? describe : describe.skip)('from RentTheRunway to an answer', () => {
  let test: TestDatabase;
  let folder: string;
  let service: BuiltService | undefined;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-e2e-'));
  });
  afterAll(async () => {
    service?.process.kill('SIGTERM');
    await service?.ended;
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (script: string, ...args: string[]) => {
    const environment = { DATABASE_URL: test.url, DATA_DIR: folder };
    const end = await startBuilt(`scripts/${script}.js`, args, environment).ended;
    if (end.code !== 0) throw new Error(`${script}: ${end.stdout}\n${end.stderr}`);
    return `${end.stdout}\n${end.stderr}`;
  };
  const count = async (table: string) => {
    const [row] = await test.database.query<{ n: number }>(`select count(*) as n from ${table}`);
    return row?.n;
  };

  it('imports every row, and nothing the second time', async () => {
    await run('import', 'renttherunway', file ?? '');
    const counts = async () => Promise.all(['users', 'items', 'events'].map(count));
    const first = await counts();
    expect(first).toEqual([105_571, 5_850, 192_544]);
    await run('import', 'renttherunway', file ?? '');
    expect(await counts()).toEqual(first);
  });

  it('builds features', async () => {
    await run('build-features');
    const [row] = await test.database.query<{ purchases: number }>(
      'select sum(purchases)::bigint as purchases from item_features',
    );
    expect(row?.purchases).toBe(192_544);
  });

  it('evaluates with a time split, and does no worse than popularity', async () => {
    const evaluate = async (model: string, ...options: string[]) => {
      const json = join(folder, `${model}.json`);
      const split = ['--from-database', '--test-days', testDays, '--report', 'none'];
      await run('evaluate', ...split, '--model', model, '--json', json, ...options);
      return JSON.parse(await readFile(json, 'utf8'));
    };
    const popularity = await evaluate('popularity');
    const hybrid = await evaluate('hybrid', '--tune', 'none');
    expect(hybrid.split).toMatchObject({ kind: 'time', testDays: Number(testDays) });
    expect(hybrid.split.fingerprint).toBe(popularity.split.fingerprint);
    // Most of these users have rented once or twice: nothing personal beats popularity by much.
    expect(hybrid.metrics.ndcg.high).toBeGreaterThan(popularity.metrics.ndcg.mean);
    expect(hybrid.metrics.coverage).toBeGreaterThan(10 * popularity.metrics.coverage);
  });

  it('trains, publishes, and answers a real user', async () => {
    const artifact = join(folder, 'artifact');
    // What is chosen is tested on small data: here it would take minutes.
    const quickly = ['--tune', 'none', '--report', 'none'];
    await run('train', '--test-days', testDays, '--out', artifact, ...quickly);
    await run('publish', artifact);
    const manifest = JSON.parse(await readFile(join(artifact, 'manifest.json'), 'utf8'));

    const [user] = await test.database.query<{ id: string; bought: string[] }>(
      `select user_id as id, array_agg(distinct item_id) as bought
       from events where type = 'purchase'
       group by user_id order by count(distinct item_id) desc, user_id limit 1`,
    );
    service = await startBuiltService({ DATABASE_URL: test.url, DATA_DIR: folder });
    const response = await fetch(`${service.url}/v1/users/${user?.id}/recommendations?limit=20`);
    const answer = (await response.json()) as { items: { itemId: string }[] };
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({
      modelVersion: manifest.version,
      personalised: true,
      degraded: false,
    });
    expect(answer.items).toHaveLength(20);
    const items: string[] = answer.items.map((item) => item.itemId);
    expect(items.filter((item) => user?.bought.includes(item))).toEqual([]);
  });

  it('trains a model of sizes, publishes it beside the other, and advises the same user', async () => {
    const artifact = join(folder, 'sizes');
    const some = ['--test-days', testDays, '--most', '60000', '--reliability', 'none'];
    await run('train-sizes', ...some, '--out', artifact);
    const { version, sizeMetrics } = JSON.parse(
      await readFile(join(artifact, 'manifest.json'), 'utf8'),
    );
    expect(sizeMetrics.fit.auc).toBeGreaterThan(0.7);
    expect(sizeMetrics.choice.exact).toBeGreaterThan(0.5);
    expect(await run('publish', artifact)).toContain(`${version} is active`);
    const url = service?.url;
    await eventually(async () => {
      const ready = await fetch(`${url}/readyz`);
      const { sizeModel } = (await ready.json()) as { sizeModel: { version: string | null } };
      return sizeModel.version === version;
    });
    const [kept] = await test.database.query<{ user: string; item: string }>(
      `select user_id as user, item_id as item from events
       where type = 'purchase' and properties ->> 'fit' = 'fit'
       group by user_id, item_id order by count(*) desc, user_id, item_id limit 1`,
    );
    const response = await fetch(`${url}/v1/users/${kept?.user}/items/${kept?.item}/size`);
    const answer = (await response.json()) as { distribution: { pChosen: number }[] };
    expect(answer).toMatchObject({ modelVersion: version, personalised: true });
    expect(answer.distribution.reduce((sum, { pChosen }) => sum + pChosen, 0)).toBeCloseTo(1, 6);
  });
});
