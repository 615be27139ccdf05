import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { rowOf, type SparseMatrix } from '../../../../models/dataset/sparse-matrix.ts';
import { folderSource } from '../../../../scripts/training/folder-source.ts';
import type { TrainingData } from '../../../../scripts/training/training-source.ts';
import { withFolder } from '../../../helpers/dataset-folder.ts';

const { signal } = new AbortController();

function load(files: Readonly<Record<string, string>>, seed = 1): Promise<TrainingData> {
  return withFolder(files, (folder) => folderSource(folder).load(seed, signal));
}

const row = (matrix: SparseMatrix, at: number) => [...rowOf(matrix, at).indices];

describe('folderSource', () => {
  it('reads train, test, fit and valid, packed or not, with one set of indices', async () => {
    const { dataset, heldOut, validation, window } = await load({
      'train.txt.gz': 'ann hat cap\nbob cap tie\n',
      'test.txt': 'bob hat\n\nann tie\n',
      'fit.txt': 'ann hat\nbob cap\n',
      'valid.txt.gz': 'ann cap\n',
    });
    expect(dataset.users.ids()).toEqual(['ann', 'bob']);
    expect(dataset.items.ids()).toEqual(['hat', 'cap', 'tie']);
    expect([row(dataset.interactions, 0), row(dataset.interactions, 1)]).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect([...(heldOut?.test.users ?? [])]).toEqual([0, 1]);
    expect(heldOut && row(heldOut.test.relevant, 1)).toEqual([0]);
    expect(heldOut?.split).toMatchObject({ kind: 'given', users: 2, interactions: 2 });
    expect(validation?.kind).toBe('given');
    expect(validation && row(validation.dataset.interactions, 0)).toEqual([0]);
    expect([...(validation?.test.users ?? [])]).toEqual([0]);
    expect(validation && row(validation.test.relevant, 0)).toEqual([1]);
    expect(window).toEqual({ from: null, to: null });
  });

  it('keeps users and items of the test that train does not know, outside of the catalogue', async () => {
    const { dataset, heldOut } = await load({
      'train.txt': 'ann hat cap\n',
      'test.txt': 'ann sock\nzoe hat\n',
    });
    expect(dataset.items.ids()).toEqual(['hat', 'cap']);
    expect(dataset.interactions.columns).toBe(2);
    expect([...(heldOut?.test.users ?? [])]).toEqual([0, 1]);
    expect(heldOut && row(heldOut.test.relevant, 0)).toEqual([2]);
  });

  it('counts an item twice on a line as one interaction with twice the weight', async () => {
    const { dataset } = await load({ 'train.txt': 'ann hat hat cap\nbob cap tie\n' });
    expect(rowOf(dataset.interactions, 0)).toEqual({
      indices: Uint32Array.of(0, 1),
      values: Float32Array.of(2, 1),
    });
  });

  it('cuts a tenth of train out for validation where no cut is given, by the seed', async () => {
    const line = (user: number) =>
      `u${user} ${Array.from({ length: 20 }, (_, n) => `i${n}`).join(' ')}`;
    const files = { 'train.txt': Array.from({ length: 30 }, (_, user) => line(user)).join('\n') };
    const { validation, heldOut } = await load(files, 1);
    expect(heldOut).toBeUndefined();
    expect(validation?.kind).toBe('random');
    expect(validation?.dataset.interactions.indices.length).toBe(30 * 18);
    expect(validation?.test.relevant.indices.length).toBe(30 * 2);
    expect((await load(files, 1)).validation).toEqual(validation);
    expect((await load(files, 2)).validation).not.toEqual(validation);
  });

  it('has no validation part where nothing is to be chosen', async () => {
    const files = {
      'train.txt': 'ann hat cap\n',
      'fit.txt': 'ann hat\n',
      'valid.txt': 'ann cap\n',
    };
    await withFolder(files, async (folder) => {
      const { validation, dataset } = await folderSource(folder).load(1, signal, false);
      expect(validation).toBeUndefined();
      expect(dataset.interactions.indices).toHaveLength(2);
    });
  });

  it.each([
    [{}, 'has no train.txt and no train.txt.gz'],
    [{ 'train.txt': '\n \n' }, 'has no interactions'],
    [{ 'train.txt': 'ann hat\n', 'test.txt': 'ann\n' }, 'test.txt has no interactions'],
    [{ 'train.txt': 'ann hat cap\n', 'fit.txt': 'ann hat\n' }, 'fit and valid go together'],
    [
      { 'train.txt': 'ann hat cap\n', 'fit.txt': 'ann hat\nann tie\n', 'valid.txt': 'ann cap\n' },
      'fit.txt, line 2: item tie is not in train',
    ],
    [{ 'train.txt': `ann hat\n\nbob ${'x'.repeat(129)}\n` }, 'train.txt, line 3: item id of 129'],
  ])('refuses %j', async (files, message) => {
    await expect(load(files)).rejects.toThrow(message);
  });

  it('refuses a file that is not packed although it says so, and one that is cut off', async () => {
    await withFolder({ 'train.txt.gz': 'ann hat cap\n'.repeat(1000) }, async (folder) => {
      const path = `${folder}/train.txt.gz`;
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, -10));
      const reading = () => folderSource(folder).load(1, signal);
      await expect(reading()).rejects.toThrow(/train\.txt\.gz, line \d+: .*unexpected end of file/);
      await writeFile(path, 'ann hat\n');
      await expect(reading()).rejects.toThrow(/train\.txt\.gz, line 0: .*incorrect header check/);
    });
  });

  it('refuses a folder that is not there', async () => {
    await expect(folderSource('/nowhere/at-all').load(1, signal)).rejects.toThrow(
      'is not a folder',
    );
  });

  it('stops with the reason of its signal', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    await withFolder({ 'train.txt': 'ann hat\n' }, async (folder) => {
      await expect(folderSource(folder).load(1, stopped)).rejects.toThrow('enough');
    });
  });
});
