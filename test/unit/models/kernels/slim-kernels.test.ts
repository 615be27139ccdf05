import { describe, expect, it } from '@jest/globals';
import { rowOf, selectRows, transpose } from '../../../../models/dataset/sparse-matrix.ts';
import type { SlimProblem, SlimWeights } from '../../../../models/kernels/slim-backend.ts';
import { slimKernels } from '../../../../models/kernels/slim-kernels.ts';
import { solveSlimReference } from '../../../../models/kernels/slim-reference.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';

interface Shape {
  users: number;
  items: number;
  /** Most users of an item. */
  longest: number;
  neighbours: number;
  regularisation: number;
  kept: number;
}

/** Items by falling number of users, as the trainer makes them. */
function problemOf({ users, items, longest, ...rest }: Shape): SlimProblem {
  const drawn = randomInteractions({ rows: items, columns: users, longest, seed: 3 });
  const order = Uint32Array.from({ length: items }, (_, item) => item).sort(
    (a, b) => rowOf(drawn, b).indices.length - rowOf(drawn, a).indices.length,
  );
  const sorted = selectRows(drawn, order);
  return { items: sorted, users: transpose(sorted), ...rest };
}

function largestError(actual: SlimWeights, expected: SlimWeights): number {
  let scale = 0;
  let difference = 0;
  for (const [at, value] of expected.values.entries()) {
    scale = Math.max(scale, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - (actual.values[at] ?? Number.NaN)));
  }
  return difference / scale;
}

const shapes: [string, Shape][] = [
  [
    'one neighbour',
    { users: 30, items: 12, longest: 9, neighbours: 1, regularisation: 2, kept: 1000 },
  ],
  [
    'fewer co-occurring items than neighbours, items without users',
    { users: 90, items: 60, longest: 4, neighbours: 40, regularisation: 5, kept: 1000 },
  ],
  [
    'neighbours to be padded',
    { users: 200, items: 90, longest: 60, neighbours: 30, regularisation: 20, kept: 1000 },
  ],
  [
    'long histories and few users of an item: over the users of the neighbours',
    { users: 14, items: 300, longest: 5, neighbours: 25, regularisation: 8, kept: 60 },
  ],
  [
    'rows of G cut short',
    { users: 200, items: 90, longest: 60, neighbours: 31, regularisation: 200, kept: 35 },
  ],
  [
    'rows of G cut to the neighbours',
    { users: 60, items: 50, longest: 40, neighbours: 20, regularisation: 300, kept: 20 },
  ],
  [
    'little regularisation',
    { users: 300, items: 40, longest: 90, neighbours: 39, regularisation: 0.1, kept: 39 },
  ],
];

describe('slimKernels', () => {
  it.each(shapes)('agree with the reference to 1e-4: %s', async (_, shape) => {
    const problem = problemOf(shape);
    const expected = await solveSlimReference(problem, {});
    const actual = await slimKernels(2)(problem, {});
    expect(actual.counts).toEqual(expected.counts);
    expect(actual.items).toEqual(expected.items);
    expect(largestError(actual, expected)).toBeLessThan(1e-4);
  });

  it('give finite weights where rows cut short make no positive definite matrix', async () => {
    const shape = { users: 60, items: 50, longest: 40, neighbours: 20, kept: 20 };
    const problem = problemOf({ ...shape, regularisation: 9 });
    await expect(solveSlimReference(problem, {})).rejects.toThrow('positive definite');
    const { values } = await slimKernels(1)(problem, {});
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(10);
  });

  it('give the same bytes on 1, 2 and 3 threads', async () => {
    const shape = { users: 900, items: 300, longest: 80, neighbours: 50, regularisation: 30 };
    const problem = problemOf({ ...shape, kept: 80 });
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((threads) => slimKernels(threads)(problem, {})),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('stop when aborted on the way, and report what was started until then', async () => {
    const shape = { users: 300, items: 200, longest: 20, neighbours: 10, regularisation: 3 };
    const problem = problemOf({ ...shape, kept: 1000 });
    const abort = new AbortController();
    const steps: number[] = [];
    const run = slimKernels(1)(problem, {
      signal: abort.signal,
      onProgress: ({ done }) => {
        steps.push(done);
        if (done >= 64) abort.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(steps).toEqual([0, 16, 32, 48, 64]);
  });
});
