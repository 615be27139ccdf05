import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { startBuilt } from '../helpers/built-service.ts';
import { createTestService, type TestService } from '../helpers/test-service.ts';
import { makeSegmentShop } from '../integration/segments/segment-shop.ts';

let service: TestService;
let folder: string;

beforeAll(async () => {
  service = await createTestService();
  await makeSegmentShop(service.database);
  folder = await mkdtemp(join(tmpdir(), 'wardrobe-segments-'));
  await put('women', { field: 'gender', op: 'eq', value: 'female' });
  await put('tall', { field: 'heightCm', op: 'gt', value: 170 });
  await request(service.app).put('/v1/segments/list').send({ name: 'A list', kind: 'static' });
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(segmentId: string, rule: object): Promise<void> {
  await request(service.app)
    .put(`/v1/segments/${segmentId}`)
    .send({ name: `All ${segmentId}`, rule })
    .expect(201);
}

const run = (...args: string[]) =>
  startBuilt('scripts/segments.js', args, { DATABASE_URL: service.url }).ended;

describe('npm run segments', () => {
  it('lists and counts', async () => {
    const list = await run('list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/^segment\s+kind.*\nlist\s+static.*\ntall\s+dynamic.*\nwomen\s+/s);
    const counted = await run('count', 'women', '--json');
    expect(JSON.parse(counted.stdout)).toMatchObject({ segmentId: 'women', count: 3, total: 8 });
    expect((await run('count', 'women')).stdout).toContain('women: 3 of 8 users (37.50 %)');
  });

  it('shows whom a rule would hold, and every mistake in one line', async () => {
    const file = join(folder, 'rule.json');
    await writeFile(file, JSON.stringify({ field: 'cityTier', op: 'eq', value: 1 }));
    const preview = await run('preview', '--rule', file, '--json');
    expect(JSON.parse(preview.stdout)).toMatchObject({ count: 3 });
    expect((await run('preview', '--rule', file)).stdout).toContain('3 of 8 users');
    await writeFile(file, JSON.stringify({ field: 'cityTeir', op: 'eq', value: 1 }));
    const wrong = await run('preview', '--rule', file);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^rule\.field: .*cityTier.*\n$/);
    expect((await run('preview', '--rule', join(folder, 'none'))).stderr).toMatch(/^--rule: .*\n$/);
  });

  it('exports to a file, whole or not at all', async () => {
    const out = join(folder, 'women.csv');
    const csv = await run('export', 'women', '--out', out, '--columns', 'gender');
    expect(csv).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(out, 'utf8')).toBe('userId,gender\nann,female\ncat,female\neve,female\n');
    const zipped = join(folder, 'women.ndjson.gz');
    await run('export', 'women', '--out', zipped, '--format', 'ndjson', '--gzip', '--limit', '1');
    expect(gunzipSync(await readFile(zipped)).toString()).toBe('{"userId":"ann"}\n');
    expect((await run('export', 'women', '--out', '-', '--no-header')).stdout).toBe(
      'ann\ncat\neve',
    );

    const nowhere = join(folder, 'none', 'x.csv');
    const wrong = await run('export', 'women', '--out', nowhere);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/cannot be written: .*\n$/);
    const format = await run('export', 'women', '--out', out, '--format', 'xml');
    expect(format.stderr).toMatch(/^options\.format: .*\n$/);
  });

  it('freezes and computes', async () => {
    const snapshot = await run('snapshot', 'women');
    expect(snapshot.stdout).toBe('snapshot 1 of women: 3 users, 3 joined, 0 left');

    const one = await run('refresh', 'women', '--json');
    expect(JSON.parse(one.stdout)).toMatchObject([
      { segmentId: 'women', computation: 1, members: 3, entered: 3, exited: 0 },
    ]);
    const all = await run('refresh', '--all');
    expect(all.code).toBe(0);
    expect(all.stdout).toMatch(/women\s+3\s+\+0\s+−0/);
    expect(all.stdout).toMatch(/tall\s+2\s+\+2\s+−0/);
    expect(all.stdout).toMatch(/2 computed, 0 not, in /);
    expect(all.stderr).toMatch(/2 of 2: /);
  });

  it('says in one line what cannot be', async () => {
    expect(await run('refresh')).toMatchObject({
      ...{ code: 1, stderr: 'refresh: expected ids of segments, or --all\n' },
    });
    expect((await run('refresh', 'list')).stderr).toMatch(/^segment list is a list.*\n$/);
    expect((await run('count', 'nothing')).stderr).toBe('there is no segment nothing\n');
    expect((await run('colour')).code).toBe(1);
  });
});
