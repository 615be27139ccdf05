import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeArtifactFolder } from '../../services/model-registry/artifact-folder.ts';
import { startBuilt, startBuiltService } from '../helpers/built-service.ts';
import { eventually } from '../helpers/eventually.ts';
import { encodeTwoBlocks } from '../helpers/published-model.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

describe('publish and rollback', () => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-publish-'));
    for (const version of ['one', 'two']) {
      await writeArtifactFolder(join(folder, version), await encodeTwoBlocks({ version }));
    }
  });
  afterAll(async () => {
    await test.drop();
    await rm(folder, { recursive: true });
  });

  const run = async (script: string, ...args: string[]) => {
    const environment = { DATABASE_URL: test.url };
    const { code, stdout, stderr } = await startBuilt(`scripts/${script}.js`, args, environment)
      .ended;
    return { code, stdout, stderr };
  };
  const publish = (version: string, ...args: string[]) =>
    run('publish', join(folder, version), ...args);

  it('go forth and back, and end as they should', async () => {
    expect(await publish('one')).toEqual({ code: 0, stdout: 'one is active', stderr: '' });
    expect(await publish('one')).toMatchObject({ code: 0, stdout: 'one is active already' });
    expect(await publish('two')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'two is not activated: two has not been measured (--tolerance 0.01 allows a loss of 1 %, --force any)\n',
    });
    expect(await publish('two', '--force')).toMatchObject({
      code: 0,
      stdout: 'two is active; in place of one; forced, although two has not been measured',
    });
    expect(await run('rollback')).toMatchObject({
      code: 0,
      stdout: 'one is active; in place of two',
    });
    expect(await run('rollback')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'nothing to roll back to: no model was active before one\n',
    });
  });

  it('reach a running service', async () => {
    const service = await startBuiltService({ DATABASE_URL: test.url, DATA_DIR: folder });
    const serving = async () => {
      const answer = await fetch(`${service.url}/v1/users/u/recommendations`);
      return ((await answer.json()) as { modelVersion: string }).modelVersion;
    };
    try {
      expect(await serving()).toBe('one');
      expect((await publish('two', '--force')).code).toBe(0);
      await eventually(async () => (await serving()) === 'two');
    } finally {
      service.process.kill('SIGTERM');
      expect((await service.ended).code).toBe(0);
    }
  });

  it('name what is wrong with an artifact or an option in one line', async () => {
    await truncate(join(folder, 'two', 'ids.safetensors'), 100);
    const broken = await publish('two');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(
      /^\S+\/two: ids\.safetensors is truncated: 100 bytes, not \d+\n$/,
    );
    const nothing = await publish('three');
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/^\S+\/three is not an artifact: it has no manifest\.json\n$/);
    const option = await publish('one', '--tolerance', 'much');
    expect(option.code).toBe(1);
    expect(option.stderr).toMatch(/expected a number from 0 to 1\n$/);
  });
});
