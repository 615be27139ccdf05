import { afterEach, describe, expect, it } from '@jest/globals';
import { transpose } from '../../../../models/dataset/sparse-matrix.ts';
import type { AlsBackend, AlsProblem, Side } from '../../../../models/kernels/als-backend.ts';
import { AlsKernels, scratchBytes } from '../../../../models/kernels/als-kernels.ts';
import { AlsReference } from '../../../../models/kernels/als-reference.ts';
import { eigenbasis } from '../../../../models/kernels/eigenbasis-reference.ts';
import { alsWasm } from '../../../../models/kernels/generated/als-wasm.ts';
import { KernelMemory } from '../../../../models/kernels/kernel-memory.ts';
import { compileKernel, instantiateKernel } from '../../../../models/kernels/kernel-module.ts';
import { splitRows } from '../../../../models/kernels/row-blocks.ts';
import { normalFactors } from '../../../../models/recommenders/als-start.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';

const open: AlsBackend[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});

interface Shape {
  users: number;
  items: number;
  dimensions: number;
  directLimit: number;
  /** Longest row. */
  longest: number;
}

function problemOf({ users, items, dimensions, directLimit, longest }: Shape): AlsProblem {
  const interactions = randomInteractions({ rows: users, columns: items, longest, seed: 5 });
  return { users: interactions, items: transpose(interactions), dimensions, directLimit };
}

function start<T extends AlsBackend>(backend: T, problem: AlsProblem): T {
  open.push(backend);
  const { users, items, dimensions } = problem;
  backend.load('users', normalFactors(users.rows, dimensions, 1, 1));
  backend.load('items', normalFactors(items.rows, dimensions, 1, 2));
  return backend;
}

/** Largest difference over the largest value of `expected`. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let difference = 0;
  let scale = 0;
  for (const [at, value] of Array.from(expected).entries()) {
    difference = Math.max(difference, Math.abs((actual[at] ?? Number.NaN) - value));
    scale = Math.max(scale, Math.abs(value));
  }
  return difference / scale;
}

function ratio(actual = Number.NaN, expected = Number.NaN): number {
  return actual / expected;
}

/** Half an epoch on each backend, in the eigenbasis that the first one gives. */
async function half(problem: AlsProblem, backends: AlsBackend[], side: Side) {
  const fixed = side === 'users' ? 'items' : 'users';
  const gram = await backends[0]?.gram(fixed);
  const { values, vectors } = eigenbasis(gram ?? new Float64Array(), problem.dimensions);
  const results = [];
  for (const backend of backends) {
    await backend.rotate(fixed, vectors);
    const result = await backend.solve(side, {
      diagonal: values.map((value) => 0.1 * value),
      perPair: 10 / problem[fixed].rows,
      regularisation: Float32Array.from({ length: problem[side].rows }, (_, row) => 0.5 + row / 50),
      basis: vectors,
      steps: 3,
    });
    results.push(result);
  }
  return results;
}

const shapes: [string, Shape][] = [
  ['one dimension', { users: 9, items: 7, dimensions: 1, directLimit: 4, longest: 7 }],
  [
    'dimensions to be padded',
    { users: 70, items: 45, dimensions: 13, directLimit: 6, longest: 30 },
  ],
  [
    'long rows only by steps',
    { users: 60, items: 90, dimensions: 32, directLimit: 0, longest: 80 },
  ],
  ['all rows exactly', { users: 50, items: 40, dimensions: 24, directLimit: 50, longest: 40 }],
  ['64 dimensions', { users: 300, items: 200, dimensions: 64, directLimit: 24, longest: 120 }],
];

describe('AlsKernels', () => {
  it.each(shapes)('agrees with the reference to 1e-4: %s', async (_, shape) => {
    const problem = problemOf(shape);
    const backend = start(new AlsKernels(problem, 2), problem);
    const reference = start(new AlsReference(problem), problem);
    for (const side of ['users', 'items'] as const) {
      expect(relativeError(backend.factors(side), reference.factors(side))).toBe(0);
      expect(relativeError(await backend.gram(side), await reference.gram(side))).toBeLessThan(
        1e-5,
      );
    }
    for (const side of ['users', 'items'] as const) {
      const [expected, actual] = await half(problem, [reference, backend], side);
      for (const solved of ['users', 'items'] as const) {
        expect(relativeError(backend.factors(solved), reference.factors(solved))).toBeLessThan(
          1e-4,
        );
      }
      expect(ratio(actual?.objective, expected?.objective)).toBeCloseTo(1, 4);
      expect(ratio(actual?.penalty, expected?.penalty)).toBeCloseTo(1, 4);
    }
  });

  it('solves an empty row to zero and a one-item row by its closed form', async () => {
    const row = { rows: 2, indptr: Uint32Array.of(0, 0, 1) };
    const users = { ...row, indices: Uint32Array.of(1), values: Float32Array.of(3) };
    const items = { ...users, indptr: Uint32Array.of(0, 0, 1) };
    const problem = { users, items, dimensions: 2, directLimit: 4 };
    for (const directLimit of [4, 0]) {
      const backend = start(new AlsKernels({ ...problem, directLimit }, 1), problem);
      backend.load('items', Float32Array.of(9, 9, 1, 2));
      await backend.solve('users', {
        diagonal: Float32Array.of(0.5, 0.25),
        perPair: 1,
        regularisation: Float32Array.of(1, 0.75),
        basis: Float32Array.of(1, 0, 0, 1),
        steps: 2,
      });
      // (diag(1.25, 1) + 3 h hᵀ) x = 3 h with h = (1, 2): x = 3 D⁻¹h / (1 + 3 hᵀD⁻¹h)
      const scale = 3 / (1 + 3 * (1 / 1.25 + 4));
      const [a, b, c, d] = backend.factors('users');
      expect([a, b]).toEqual([0, 0]);
      expect(c).toBeCloseTo(scale / 1.25, 6);
      expect(d).toBeCloseTo(2 * scale, 6);
    }
  });

  it('gives the same bytes on 1, 2 and 3 threads', async () => {
    const shape = { users: 5000, items: 900, dimensions: 20, directLimit: 8, longest: 40 };
    const problem = problemOf(shape);
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 3]) {
      const backend = start(new AlsKernels(problem, threads), problem);
      await half(problem, [backend], 'users');
      await half(problem, [backend], 'items');
      results.push(backend.factors('items'));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('has as much scratch memory as the kernel asks for', () => {
    const { scratchBytes: asked } = instantiateKernel(compileKernel(alsWasm), new KernelMemory());
    for (const [stride, limit] of [
      [8, 0],
      [64, 24],
      [256, 63],
    ] as const) {
      expect(scratchBytes(stride, limit)).toBe(asked?.(stride, limit));
    }
  });
});

describe('splitRows', () => {
  it('fills blocks up to the number of pairs and lets a long row stand alone', () => {
    expect(splitRows(Uint32Array.of(0, 6, 12, 40, 40, 41), 12)).toEqual([
      { from: 0, to: 2, pairs: 12 },
      { from: 2, to: 3, pairs: 28 },
      { from: 3, to: 5, pairs: 1 },
    ]);
    expect(splitRows(Uint32Array.of(0), 12)).toEqual([]);
  });
});
