import { transpose } from '../../models/dataset/sparse-matrix.ts';
import { AlsKernels } from '../../models/kernels/als-kernels.ts';
import { AlsReference } from '../../models/kernels/als-reference.ts';
import {
  type AlsConfig,
  alsConfigSchema,
  directLimitOf,
  fitAls,
} from '../../models/recommenders/als.ts';
import { readPart } from './gowalla.ts';

/** Of each iteration (epoch) of a fit but the first one, in which kernels are still compiled. */
export interface IterationTimes {
  readonly seconds: number[];
  /** Of all threads together: comparable on a machine that is also busy with other things. */
  readonly cpuSeconds: number[];
}

/** A fit to gowalla's train part by the kernels. */
export async function kernelTimes(folder: string, dimensions: number, threads: number) {
  const config = alsConfigSchema.parse({ dimensions, epochs: 5, tolerance: 0 });
  return epochTimes(folder, config, (problem) => new AlsKernels(problem, threads));
}

/** The same by the plain TypeScript reference, every row by steps: exactly takes far longer. */
export async function referenceTimes(folder: string, dimensions: number) {
  const config = alsConfigSchema.parse({ dimensions, epochs: 2, directLimit: 0, tolerance: 0 });
  return epochTimes(folder, config, (problem) => new AlsReference(problem));
}

type Problem = ConstructorParameters<typeof AlsReference>[0];

async function epochTimes(
  folder: string,
  config: AlsConfig,
  backendOf: (problem: Problem) => AlsKernels | AlsReference,
): Promise<IterationTimes> {
  const users = readPart(folder, 'train');
  const sides = { users, items: transpose(users) };
  const { dimensions } = config;
  const backend = backendOf({ ...sides, dimensions, directLimit: directLimitOf(config) });
  const ends: number[] = [];
  const cpuEnds: number[] = [];
  try {
    const onProgress = ({ done }: { done: number }) => {
      if (done % 2 === 1) return;
      const { user, system } = process.cpuUsage();
      ends.push(performance.now() / 1e3);
      cpuEnds.push((user + system) / 1e6);
    };
    await fitAls(config, sides, backend, { seed: 1, onProgress });
  } finally {
    await backend.close();
  }
  return { seconds: differences(ends), cpuSeconds: differences(cpuEnds) };
}

function differences(ends: number[]): number[] {
  return ends.slice(1).map((end, at) => end - (ends[at] ?? end));
}
