import { transpose } from '../../models/dataset/sparse-matrix.ts';
import { AlsKernels } from '../../models/kernels/als-kernels.ts';
import { AlsReference } from '../../models/kernels/als-reference.ts';
import { type AlsConfig, alsConfigSchema, fitAls } from '../../models/recommenders/als.ts';
import { readPart } from './gowalla.ts';

/**
 * Seconds of each epoch of a fit to gowalla's train part, but for the first one, in which the
 * kernels are still being compiled.
 */
export async function kernelSeconds(folder: string, dimensions: number, threads: number) {
  const config = alsConfigSchema.parse({ dimensions, epochs: 5 });
  const seconds = await epochSeconds(folder, config, (problem) => new AlsKernels(problem, threads));
  return seconds.slice(1);
}

/** The same of the plain TypeScript reference, every row by steps: exactly would take far longer. */
export async function referenceSeconds(folder: string, dimensions: number) {
  const config = alsConfigSchema.parse({ dimensions, epochs: 2, directLimit: 0 });
  const seconds = await epochSeconds(folder, config, (problem) => new AlsReference(problem));
  return seconds.slice(1);
}

type Problem = ConstructorParameters<typeof AlsReference>[0];

async function epochSeconds(
  folder: string,
  config: AlsConfig,
  backendOf: (problem: Problem) => AlsKernels | AlsReference,
): Promise<number[]> {
  const users = readPart(folder, 'train');
  const sides = { users, items: transpose(users) };
  const { dimensions, directLimit } = config;
  const backend = backendOf({ ...sides, dimensions, directLimit });
  const ends = [performance.now()];
  try {
    const onProgress = ({ done }: { done: number }) => {
      if (done % 2 === 0) ends.push(performance.now());
    };
    await fitAls(config, sides, backend, { seed: 1, onProgress });
  } finally {
    await backend.close();
  }
  return ends.slice(1).map((end, at) => (end - (ends[at] ?? end)) / 1000);
}
