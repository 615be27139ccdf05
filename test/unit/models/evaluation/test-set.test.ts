import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { fingerprintOf, testSetOf } from '../../../../models/evaluation/test-set.ts';

describe('testSetOf', () => {
  it('keeps the users who have something held out, each with their own row', () => {
    const heldOut = buildInteractions([
      [1, 0],
      [1, 4],
      [3, 2],
    ]);
    const { users, relevant } = testSetOf(heldOut);
    expect([...users]).toEqual([1, 3]);
    expect(relevant.rows).toBe(2);
    expect([...relevant.indptr]).toEqual([0, 2, 3]);
    expect([...relevant.indices]).toEqual([0, 4, 2]);
  });
});

describe('fingerprintOf', () => {
  const expected = createHash('sha256').update('ann\tcap\nann\that\nbob\ttie\n').digest('hex');

  it('is the hash of the sorted lines of external ids', () => {
    const dataset = { users: new IdMap(['bob', 'ann']), items: new IdMap(['hat', 'cap']) };
    const test = testSetOf(
      buildInteractions([
        [0, 2],
        [1, 0],
        [1, 1],
      ]),
    );
    expect(fingerprintOf(test, dataset, new IdMap(['tie']))).toBe(expected);
  });

  it('does not depend on the dense indices and does on the pairs', () => {
    const dataset = { users: new IdMap(['zoe', 'ann', 'bob']), items: new IdMap(['tie', 'hat']) };
    const fingerprint = (pairs: [number, number][]) =>
      fingerprintOf(testSetOf(buildInteractions(pairs)), dataset, new IdMap(['cap']));
    const pairs: [number, number][] = [
      [1, 1],
      [1, 2],
      [2, 0],
    ];
    expect(fingerprint(pairs)).toBe(expected);
    expect(fingerprint(pairs.slice(1))).not.toBe(expected);
  });
});
