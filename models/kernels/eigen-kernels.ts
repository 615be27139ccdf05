import type { Eigenbasis } from './als-backend.ts';
import { sortedEigenbasis } from './eigenbasis-reference.ts';
import { KernelError, type KernelPool } from './kernel-pool.ts';

/** Components of the eigenvectors that a task makes. */
const componentsOfTask = 8;
/** Rotations that there is room for, over n²; about one is usual. */
const roomFactor = 4;

/**
 * Eigen-decomposition of symmetric matrices over the threads of a pool that has the module
 * `eigen`. In one run of the ALS it took 150 ms with ml-matrix at 256 dimensions, a third of an
 * epoch, and 15 ms here on two threads.
 */
export class EigenKernels {
  readonly #pool: KernelPool;
  readonly #n: number;
  readonly #stride: number;
  readonly #matrix: number;
  readonly #diagonal: number;
  readonly #off: number;
  readonly #betas: number;
  readonly #work: number;
  readonly #rotations: number;
  readonly #blocks: number;

  /** Takes the memory for n × n matrices from the pool's, until that is released. */
  constructor(pool: KernelPool, n: number) {
    this.#pool = pool;
    this.#n = n;
    this.#stride = Math.ceil(n / 2) * 2;
    const { memory } = pool;
    const rowBytes = 8 * this.#stride;
    this.#matrix = memory.allocate(n * rowBytes);
    this.#diagonal = memory.allocate(rowBytes);
    this.#off = memory.allocate(rowBytes);
    this.#betas = memory.allocate(rowBytes);
    this.#work = memory.allocate(2 * rowBytes);
    this.#rotations = memory.allocate(24 * roomFactor * n * n);
    this.#blocks = memory.allocate(this.#tasks * this.#blockBytes);
  }

  /** @throws KernelError when it does not converge: a matrix with NaN, say */
  async decompose(matrix: Float64Array, signal?: AbortSignal): Promise<Eigenbasis> {
    const rotations = await this.#eigenvalues(matrix, signal);
    await this.#pool.run({
      module: 'eigen',
      name: 'eigenvectorBlock',
      tasks: this.#tasks,
      args: (task) => [
        this.#blocks + task * this.#blockBytes,
        this.#matrix,
        this.#betas,
        this.#rotations,
        rotations,
        task * componentsOfTask,
        this.#n,
        this.#stride,
      ],
      signal,
    });
    const blocks = this.#pool.memory.f64(this.#blocks, (this.#tasks * this.#blockBytes) / 8);
    const component = (row: number, vector: number) => {
      const block = Math.floor(row / componentsOfTask) * this.#n * componentsOfTask;
      return blocks[block + vector * componentsOfTask + (row % componentsOfTask)]!;
    };
    return sortedEigenbasis(this.#pool.memory.f64(this.#diagonal, this.#n), component);
  }

  get #tasks(): number {
    return Math.ceil(this.#n / componentsOfTask);
  }

  get #blockBytes(): number {
    return 8 * componentsOfTask * this.#n;
  }

  /** @returns the number of plane rotations that the eigenvectors take */
  async #eigenvalues(matrix: Float64Array, signal?: AbortSignal): Promise<number> {
    const n = this.#n;
    const padded = this.#pool.memory.f64(this.#matrix, n * this.#stride);
    padded.fill(0);
    for (let row = 0; row < n; row++) {
      padded.set(matrix.subarray(row * n, (row + 1) * n), row * this.#stride);
    }
    const once = (name: string, args: number[]) =>
      this.#pool.run({ module: 'eigen', name, tasks: 1, args: () => args, signal });
    const shape = [n, this.#stride];
    const tridiagonal = [this.#diagonal, this.#off];
    await once('tridiagonalise', [this.#matrix, ...tridiagonal, this.#betas, this.#work, ...shape]);
    const room = roomFactor * n * n;
    const [count = -1] = await once('tridiagonalEigenvalues', [
      ...tridiagonal,
      this.#rotations,
      n,
      room,
    ]);
    if (count < 0) throw new KernelError(`no eigenvalues of a ${n} × ${n} matrix: not converging`);
    return count;
  }
}
