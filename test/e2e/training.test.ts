import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readArtifactFolder } from '../../services/model-registry/artifact-folder.ts';
import { startBuilt } from '../helpers/built-service.ts';
import { blockFiles, withFolder } from '../helpers/dataset-folder.ts';
import { randomInteractions } from '../helpers/random-interactions.ts';

const { train, test } = blockFiles(40);
const files = { 'train.txt.gz': train, 'test.txt': test };

const run = (program: string, ...args: string[]) =>
  startBuilt(`scripts/${program}.js`, args, {}).ended;

describe('npm run evaluate', () => {
  it('prints the metrics and writes lists from which they can be made again', async () => {
    await withFolder(files, async (folder) => {
      const [lists, json] = [join(folder, 'out.tsv'), join(folder, 'out.json')];
      const page = join(folder, 'out.html');
      const { code, stdout } = await run(
        'evaluate',
        ...['--dataset', folder, '--model', 'item-neighbours', '--k', '1'],
        ...['--recommendations', lists, '--report', page],
      );
      expect(code).toBe(0);
      const report = JSON.parse(await readFile(json, 'utf8'));
      const wanted = new Map(
        test
          .trim()
          .split('\n')
          .map((line) => {
            const [user = '', ...items] = line.split(' ');
            return [user, new Set(items)] as const;
          }),
      );
      const lines = (await readFile(lists, 'utf8')).trimEnd().split('\n');
      expect(lines.length).toBe(40);
      const recalls = lines.map((line) => {
        const [user = '', list = ''] = line.split('\t');
        const items = wanted.get(user) ?? new Set();
        return list.split(',').filter((item) => items.has(item)).length / items.size;
      });
      const recall = recalls.reduce((sum, value) => sum + value, 0) / 40;
      expect(report.metrics.recall.mean).toBeCloseTo(recall, 12);
      expect(stdout).toContain(`Recall@1              ${recall.toFixed(4)}`);

      const { low, high } = report.metrics.recall;
      const range = `${low.toFixed(4)} to ${high.toFixed(4)}`;
      expect(stdout).toContain(`| item-neighbours | ${recall.toFixed(4)} (${range}) `);
      expect(stdout).toMatch(/^\| popularity {6}\| 0\.\d{4} \(/m);
      expect(stdout).toContain(`report: ${page}`);
      const html = await readFile(page, 'utf8');
      expect(html).toContain(`<b>${recall.toFixed(4)}</b><small>${range}</small>`);
      expect(html).not.toMatch(/<script|<link|<img|https?:/);
    });
  });

  it('puts several models into one table and says what the report is about', async () => {
    await withFolder(files, async (folder) => {
      const json = join(folder, 'out.json');
      const { code, stdout } = await run(
        'evaluate',
        ...['--dataset', folder, '--model', 'popularity,als,item-neighbours', '--k', '2'],
        ...['--tune', 'none', '--report', 'none', '--json', json],
      );
      expect(code).toBe(0);
      const rows = stdout.split('\n').filter((line) => line.startsWith('| '));
      expect(rows.map((row) => row.split(' ')[1])).toEqual([
        ...['model', '---------------'],
        ...['item-neighbours', 'popularity', 'als'],
      ]);
      const report = JSON.parse(await readFile(json, 'utf8'));
      expect(report.model).toBe('item-neighbours');
      expect(report.models.map(({ name }: { name: string }) => name)).toEqual([
        'item-neighbours',
        'popularity',
        'als',
      ]);
      expect((await readdir(folder)).sort()).toEqual(['out.json', 'test.txt', 'train.txt.gz']);
    });
  });

  it.each(['item-neighbours', 'hybrid'])(
    'gives the same lists of %s on two threads',
    async (model) => {
      const many = blockFiles(1100);
      const folderFiles = { 'train.txt': many.train, 'test.txt': many.test };
      await withFolder(folderFiles, async (folder) => {
        const [first, second] = await Promise.all(
          ['1', '2'].map(async (threads) => {
            const lists = join(folder, `${threads}.tsv`);
            const { code } = await run(
              'evaluate',
              ...['--dataset', folder, '--model', model, '--tune', 'none'],
              ...['--threads', threads, '--recommendations', lists, '--report', 'none'],
            );
            expect(code).toBe(0);
            return readFile(lists, 'utf8');
          }),
        );
        expect(first?.split('\n').length).toBe(1101);
        expect(second).toBe(first);
      });
    },
  );

  it.each([
    [['--model', 'als'], /^give --dataset <folder> or --from-database$/m],
    [['--dataset', '/nowhere', '--model', 'als'], /^\/nowhere is not a folder\n$/],
    [['--dataset', '/nowhere', '--model', 'guess'], /Allowed choices are popularity/],
    [['--dataset', '/nowhere', '--model', 'als,als'], /several of them, each once/],
    [['--dataset', '/nowhere', '--model', 'als', '--k', '0'], /whole number from 1 to 1000/],
    [['--dataset', '/nowhere', '--model', 'als', '--report', '/no/a.html'], /\/no is not a folder/],
    [
      ['--dataset', '/nowhere', '--model', 'als,hybrid', '--settings', 'a.json'],
      /^--settings are those of one model/,
    ],
  ])('says in one line what is wrong with %j', async (args, message) => {
    const { code, stderr } = await run('evaluate', ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });

  it('takes settings that are given and says which of them it does not know', async () => {
    await withFolder(
      { ...files, 'good.json': '{"neighbours": 7}', 'bad.json': '{"k": 7}' },
      async (folder) => {
        const args = ['--dataset', folder, '--model', 'item-neighbours'];
        args.push('--report', 'none', '--settings');
        const good = await run('evaluate', ...args, join(folder, 'good.json'));
        expect(good.stdout).toContain('"neighbours":7');
        const bad = await run('evaluate', ...args, join(folder, 'bad.json'));
        expect(bad.code).toBe(1);
        expect(bad.stderr).toContain('settings of item-neighbours: Unrecognized key: "k"');
        const both = await run('evaluate', ...args, join(folder, 'good.json'), '--tune', 'all');
        expect(both.stderr).toBe('--tune all chooses what --settings gives; use one\n');
      },
    );
  });

  it('refuses a folder without a test', async () => {
    await withFolder({ 'train.txt': train }, async (folder) => {
      const { code, stderr } = await run('evaluate', '--dataset', folder, '--model', 'popularity');
      expect([code, stderr]).toEqual([1, `${folder} has no test.txt and no test.txt.gz\n`]);
    });
  });
});

describe('npm run train', () => {
  it('writes an artifact that can be read, and never over another one', async () => {
    await withFolder(files, async (folder) => {
      const out = join(folder, 'model');
      const args = ['--dataset', folder, '--out', out, '--created', '2026-01-31T12:00:00Z'];
      const first = await run('train', ...args);
      expect(first.code).toBe(0);
      const { manifest } = await readArtifactFolder(out);
      expect(manifest).toMatchObject({ kind: 'hybrid', created: '2026-01-31T12:00:00.000Z' });
      expect(first.stdout).toContain(`version ${manifest.version}`);
      const page = await readFile(`${out}.report.html`, 'utf8');
      expect(page).toContain(`version <b>${manifest.version}</b>`);
      const report = JSON.parse(await readFile(`${out}.report.json`, 'utf8'));
      expect(report).toMatchObject({ version: manifest.version, settings: manifest.configuration });
      expect(report.metrics.ndcg).toEqual(manifest.metrics?.ndcg);
      const again = await run('train', ...args);
      expect([again.code, again.stderr]).toEqual([
        1,
        `${out} is there already; an artifact is never overwritten\n`,
      ]);
    });
  });

  it('keeps a model whose report is stopped, and says so', async () => {
    const many = blockFiles(4000);
    await withFolder({ 'train.txt': many.train, 'test.txt': many.test }, async (folder) => {
      const out = join(folder, 'model');
      const args = ['--dataset', folder, '--out', out, '--model', 'popularity'];
      const started = startBuilt('scripts/train.js', args, {});
      await started.line(/^wrote /);
      started.process.kill('SIGINT');
      const { code, stderr } = await started.ended;
      expect(code).toBe(130);
      expect(stderr).toContain(`stopped; ${out}, and no more, was written\n`);
      expect((await readArtifactFolder(out)).manifest.kind).toBe('popularity');
      expect((await readdir(folder)).sort()).toEqual(['model', 'test.txt', 'train.txt']);
    });
  });

  it('leaves nothing behind when it is stopped, and exits with 130', async () => {
    const { indptr, indices } = randomInteractions({
      rows: 3000,
      columns: 2000,
      longest: 60,
      seed: 1,
    });
    const lines = Array.from({ length: 3000 }, (_, user) => {
      return [user, ...indices.subarray(indptr[user], indptr[user + 1])].join(' ');
    });
    await withFolder({ 'train.txt': lines.join('\n') }, async (folder) => {
      const args = ['--dataset', folder, '--out', join(folder, 'model'), '--tune', 'all'];
      const started = startBuilt('scripts/train.js', args, {});
      await started.line(/^validation/);
      started.process.kill('SIGINT');
      const { code, stderr } = await started.ended;
      expect(code).toBe(130);
      expect(stderr).toContain('stopped; nothing was written');
      expect(await readdir(folder)).toEqual(['train.txt']);
      await expect(access(join(folder, 'model'))).rejects.toThrow();
    });
  });
});
