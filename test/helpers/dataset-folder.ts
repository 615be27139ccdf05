import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Makes a folder with these files for the length of `use`. A name that ends in `.gz` is packed.
 *
 * @param files text by name
 */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wardrobe-dataset-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * `train` and `test` of two blocks of taste: users u0 … u(n − 1), those with an even number take
 * items a0 … a9, the others b0 … b9. Each has a fifth of their block held out, in turn.
 */
export function blockFiles(users: number): { readonly train: string; readonly test: string } {
  const line = (user: number, isTest: boolean) => {
    const block = user % 2 === 0 ? 'a' : 'b';
    const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter(
      (item) => ((item + (user >> 1)) % 5 === 0) === isTest,
    );
    return `u${user} ${items.map((item) => block + item).join(' ')}\n`;
  };
  const all = Array.from({ length: users }, (_, user) => user);
  return {
    train: all.map((user) => line(user, false)).join(''),
    test: all.map((user) => line(user, true)).join(''),
  };
}
