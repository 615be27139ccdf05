import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writingRows } from '../../../../scripts/rfm/past-file.ts';
import { TierTally } from '../../../../scripts/rfm/tier-table.ts';
import type { PastRow } from '../../../../services/rfm/rfm-past-store.ts';

const prospect: PastRow = {
  ...{ userId: 'u,1 "x"', tier: 'prospect', group: 'prospect', frequency: 0, monetary: 0 },
  ...{ firstOrderAt: null, lastOrderAt: null },
  ...{ recencyScore: null, frequencyScore: null, monetaryScore: null },
};
const customer: PastRow = {
  ...{ userId: 'u2', tier: 'new', group: 'recent', frequency: 1, monetary: 12.5 },
  ...{ firstOrderAt: new Date(0), lastOrderAt: new Date(1000) },
  ...{ recencyScore: 5, frequencyScore: 1, monetaryScore: 2 },
};

describe('a file of past tiers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-past-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has a line a user, and passes the rows on', async () => {
    const path = join(folder, 'past.csv');
    async function* rows() {
      yield prospect;
      yield customer;
    }
    const seen: PastRow[] = [];
    for await (const row of writingRows(path, rows())) seen.push(row);
    expect(seen).toEqual([prospect, customer]);
    expect(await readFile(path, 'utf8')).toBe(
      'userId,tier,group,frequency,monetary,firstOrderAt,lastOrderAt,recencyScore,frequencyScore,monetaryScore\n' +
        '"u,1 ""x""",prospect,prospect,0,0,,,,,\n' +
        'u2,new,recent,1,12.5,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,5,1,2\n',
    );
  });

  it('is not there when the rows break off', async () => {
    async function* rows() {
      yield customer;
      throw new Error('the database has gone');
    }
    const read = async () => {
      for await (const _ of writingRows(join(folder, 'past.csv'), rows()));
    };
    await expect(read()).rejects.toThrow('the database has gone');
    expect(await readdir(folder)).toEqual([]);
  });
});

it('a table of tiers has shares of users and money', () => {
  const tally = new TierTally();
  tally.add('new', 1, 25);
  tally.add('lost', 2, 75);
  tally.add('lost', 1, 0);
  expect(tally.text().split('\n')).toEqual([
    'tier                users                      money',
    'high_value              0   0.0 %                  0   0.0 %',
    'promising               0   0.0 %                  0   0.0 %',
    'new                     1  25.0 %                 25  25.0 %',
    'dormant                 0   0.0 %                  0   0.0 %',
    'lost                    3  75.0 %                 75  75.0 %',
    'low_value               0   0.0 %                  0   0.0 %',
    'prospect                0   0.0 %                  0   0.0 %',
    '',
  ]);
});
