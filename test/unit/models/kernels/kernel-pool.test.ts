import { afterEach, describe, expect, it } from '@jest/globals';
import { dotWasm } from '../../../../models/kernels/generated/dot-wasm.ts';
import { KernelMemory, KernelMemoryError } from '../../../../models/kernels/kernel-memory.ts';
import { KernelError, KernelPool } from '../../../../models/kernels/kernel-pool.ts';

let pool: KernelPool | undefined;

function newPool(threads: number): KernelPool {
  pool = new KernelPool({ threads, kernels: { dot: dotWasm } });
  return pool;
}

afterEach(() => pool?.close());

/** A 6 × 4 matrix with row r = [r, r, r, r], a query of ones and room for 6 results. */
function stage({ memory }: KernelPool) {
  const [matrix, query, out] = [memory.allocate(96), memory.allocate(16), memory.allocate(24)];
  memory.f32(matrix, 24).set(Array.from({ length: 24 }, (_, at) => Math.floor(at / 4)));
  memory.f32(query, 4).fill(1);
  return { matrix, query, out };
}

describe('KernelPool', () => {
  it.each([1, 2, 3])('runs every task once on %i threads', async (threads) => {
    const pool = newPool(threads);
    const { matrix, query, out } = stage(pool);
    const slots = new Set<number>();
    await pool.run({
      module: 'dot',
      name: 'dotRows',
      tasks: 6,
      args: (task, slot, thread) => {
        slots.add(slot);
        expect(Math.floor(slot / 2)).toBe(thread);
        return [matrix + 16 * task, query, out + 4 * task, 1, 4];
      },
    });
    expect([...pool.memory.f32(out, 6)]).toEqual([0, 4, 8, 12, 16, 20]);
    expect(Math.max(...slots)).toBeLessThan(pool.slots);
    expect(pool.threads).toBe(threads);
  });

  it('has nothing to do for no tasks', async () => {
    const args = () => [];
    const none = newPool(1).run({ module: 'dot', name: 'dotRows', tasks: 0, args });
    await expect(none).resolves.toEqual(new Float64Array(0));
  });

  it('names the kernel, the task and the trap, and works on afterwards', async () => {
    const pool = newPool(2);
    const { matrix, query, out } = stage(pool);
    const bad = pool.run({
      module: 'dot',
      name: 'dotRows',
      tasks: 4,
      args: (task) => [task === 2 ? 0xfffffff0 : matrix, query, out, 1, 4],
    });
    await expect(bad).rejects.toThrow(KernelError);
    await expect(bad).rejects.toThrow(/^kernel dot\.dotRows, task 2, thread \d: memory access out/);
    const args = () => [matrix + 16, query, out, 1, 4];
    await pool.run({ module: 'dot', name: 'dotRows', tasks: 1, args });
    expect(pool.memory.f32(out, 1)[0]).toBe(4);
  });

  it('names a function that the kernel does not have', async () => {
    const run = newPool(1).run({ module: 'dot', name: 'nothing', tasks: 1, args: () => [] });
    await expect(run).rejects.toThrow('kernel dot.nothing, task 0, thread 0:');
  });

  it('passes on what making the arguments threw', async () => {
    const args = () => {
      throw new Error('no such block');
    };
    const run = newPool(1).run({ module: 'dot', name: 'dotRows', tasks: 1, args });
    await expect(run).rejects.toThrow('no such block');
  });

  it('starts no further task once aborted, and rejects with the reason', async () => {
    const pool = newPool(1);
    const { matrix, query, out } = stage(pool);
    const abort = new AbortController();
    const started: number[] = [];
    const run = pool.run({
      module: 'dot',
      name: 'dotRows',
      tasks: 100,
      args: (task) => {
        started.push(task);
        if (task === 3) abort.abort(new Error('stop'));
        return [matrix, query, out, 1, 4];
      },
      signal: abort.signal,
    });
    await expect(run).rejects.toThrow('stop');
    expect(started).toEqual([0, 1, 2, 3]);
    const again = {
      module: 'dot',
      name: 'dotRows',
      tasks: 1,
      args: () => [matrix, query, out, 1, 4],
    };
    await expect(pool.run({ ...again, signal: abort.signal })).rejects.toThrow('stop');
    await expect(pool.run(again)).resolves.toHaveLength(1);
  });

  it('takes one run at a time, and none when closed', async () => {
    const pool = newPool(1);
    const { matrix, query, out } = stage(pool);
    const args = () => [matrix, query, out, 6, 4];
    const run = { module: 'dot', name: 'dotRows', tasks: 1, args };
    const first = pool.run(run);
    await expect(pool.run(run)).rejects.toThrow('the kernel pool has a run under way');
    await first;
    await pool.close();
    await expect(pool.run(run)).rejects.toThrow(KernelError);
  });

  it('rejects the run under way when it is closed', async () => {
    const pool = newPool(1);
    const { matrix, query, out } = stage(pool);
    const args = () => [matrix, query, out, 6, 4];
    const run = pool.run({ module: 'dot', name: 'dotRows', tasks: 1, args });
    const failure = expect(run).rejects.toThrow('kernel thread 0 failed: the pool was closed');
    await Promise.all([pool.close(), failure]);
  });

  it('refuses a number of threads that is not one', () => {
    expect(() => newPool(0)).toThrow('threads: expected a whole number from 1, got 0');
    expect(() => newPool(1.5)).toThrow(RangeError);
  });
});

describe('KernelMemory', () => {
  it('gives aligned regions that do not overlap, and takes them back', () => {
    const memory = new KernelMemory();
    const first = memory.allocate(100);
    const mark = memory.mark();
    const second = memory.allocate(200_000);
    expect([first % 64, second % 64]).toEqual([0, 0]);
    expect(second - first).toBeGreaterThanOrEqual(100);
    memory.u32(second, 50_000).fill(7);
    memory.release(mark);
    expect(memory.allocate(4)).toBe(second);
    expect(memory.f64(first, 1).byteOffset).toBe(first);
  });

  it('says so when more than 4 GiB are asked for', () => {
    const memory = new KernelMemory();
    memory.allocate(1000);
    expect(() => memory.allocate(2 ** 32)).toThrow(KernelMemoryError);
    expect(() => memory.allocate(2 ** 32)).toThrow('the limit is 4 GiB');
  });
});
