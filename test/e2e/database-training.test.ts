import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readArtifactFolder } from '../../services/model-registry/artifact-folder.ts';
import { startBuilt } from '../helpers/built-service.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

describe('from an empty database to a trained model', () => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-e2e-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test.drop();
  });

  const run = (program: string, ...args: string[]) =>
    startBuilt(`scripts/${program}.js`, args, { DATABASE_URL: test.url }).ended;

  it('simulates, builds features, trains and evaluates', async () => {
    const nothing = await run('train', '--model', 'als', '--out', join(folder, 'none'));
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      'the database has no events to train on; import or simulate some first\n',
    ]);

    const shop = ['--users', '300', '--items', '60', '--days', '30', '--seed', '2'];
    const until = ['--until', '2026-05-01T00:00:00Z'];
    const simulated = await run('simulate', ...shop, ...until);
    expect(simulated.stdout).toMatch(/300 users, 60 items, 6 rooms, [\d,]+ events, [\d,]+ skus/);
    const again = await run('simulate', ...shop, ...until);
    expect([again.code, again.stderr]).toEqual([
      1,
      'the database has 300 users and 60 items; --force adds the simulated shop to them\n',
    ]);

    const built = await run('build-features');
    expect(built.stdout).toContain('building everything anew: nothing has been built yet');
    expect(built.stdout).toMatch(/features of \d+ users, \d+ items and \d+ SKUs with new events/);
    const rebuilt = await run('build-features');
    expect(rebuilt.stdout).toContain('features of 0 users, 0 items and 0 SKUs');

    const out = join(folder, 'model');
    const trained = await run('train', '--tune', 'none', '--test-days', '5', '--out', out);
    expect([trained.code, trained.stdout]).toEqual([0, expect.stringContaining(`wrote ${out}`)]);
    const { manifest } = await readArtifactFolder(out);
    expect(manifest).toMatchObject({
      kind: 'hybrid',
      metrics: { split: { kind: 'time', testDays: 5 } },
    });

    const evaluated = await run(
      'evaluate',
      ...['--from-database', '--test-days', '5', '--model', 'popularity'],
      ...['--report', join(folder, 'evaluated.html')],
    );
    expect(evaluated.code).toBe(0);
    expect(evaluated.stdout).toContain(`(time, from ${manifest.metrics?.split.cutoff})`);
    expect(evaluated.stdout).toMatch(/Recall@20, warm users {2}0\.\d{4}/);
    const page = await readFile(join(folder, 'evaluated.html'), 'utf8');
    expect(page).toContain('No version is active yet');

    const inactive = await run('train', '--warm-start', 'active', '--out', join(folder, 'none'));
    expect([inactive.code, inactive.stderr]).toEqual([
      1,
      '--warm-start active: no version is active\n',
    ]);
    expect((await run('publish', out)).code).toBe(0);
    const next = join(folder, 'next');
    const warm = await run('train', '--warm-start', 'active', '--test-days', '5', '--out', next);
    expect(warm.stdout).toContain(`als of ${manifest.version}`);
    expect((await readArtifactFolder(next)).manifest.parent?.version).toBe(manifest.version);
  });

  it.each([
    ['simulate', ['--users', 'many'], /expected a whole number from 1 to 10000000/],
    ['simulate', ['--until', '2026-05-01'], /expected a time with a zone/],
    ['evaluate', ['--from-database', '--model', 'als', '--test-days', '-1'], /number of days/],
    ['evaluate', ['--from-database', '--dataset', '.', '--model', 'als'], /cannot be used with/],
    ['build-features', ['--everything'], /unknown option '--everything'/],
  ])('%s %j says what is wrong', async (program, args, message) => {
    const { code, stderr } = await run(program, ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
