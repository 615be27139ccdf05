import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gowallaItems, gowallaUsers, partFile } from './gowalla.ts';
import type { IterationTimes } from './iteration.ts';

export interface ImplicitSettings {
  readonly factors: number;
  readonly threads: number;
  readonly iterations: number;
  readonly alpha: number;
  readonly regularization: number;
}

export interface ImplicitFit extends IterationTimes {
  /** Of the whole call of `fit`. */
  readonly fitSeconds: number;
  readonly version: string;
}

/** The source is not compiled, so it is found from the working directory, the checkout's root. */
const script = join('bench', 'train', 'implicit_fit.py');

/** Fits the Python package `implicit` to a part of gowalla, in a process of its own. */
export async function fitImplicit(
  python: string,
  folder: string,
  part: string,
  settings: ImplicitSettings,
  out?: string,
): Promise<ImplicitFit> {
  const shape = { train: partFile(folder, part), users: gowallaUsers, items: gowallaItems };
  const options = { ...shape, ...settings, ...(out !== undefined && { out }) };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(python, [script, ...args]);
  return JSON.parse(stdout) as ImplicitFit;
}

/** The lists of every user after such a fit: users × 20. */
export async function implicitLists(
  python: string,
  folder: string,
  part: string,
  settings: ImplicitSettings,
): Promise<Uint32Array> {
  const temporary = await mkdtemp(join(tmpdir(), 'train-bench-'));
  try {
    const out = join(temporary, 'lists.u32');
    await fitImplicit(python, folder, part, settings, out);
    const bytes = await readFile(out);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  } finally {
    await rm(temporary, { recursive: true });
  }
}
