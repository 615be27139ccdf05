import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const descriptionSchema = z.strictObject({
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** As of the model cache: the version that answers, the one before it, and one more. */
const keptIndexes = 3;

/**
 * Indexes on this machine's disk, each beside a description that is written last. The native code
 * does not survive a file that is cut off or altered, so that nothing is given to it unchecked.
 */
export class IndexFiles {
  readonly #folder: string;

  /** @param folder absolute path; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file of an index as it was written; undefined where there is none, or it is not whole. */
  async find(name: string): Promise<string | undefined> {
    const file = this.#path(name);
    const text = await readFile(`${file}.json`, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const described = descriptionSchema.safeParse(parsed(text));
    if (!described.success) return undefined;
    const found = await describe(file).catch(() => undefined);
    const { bytes, sha256 } = described.data;
    return found?.bytes === bytes && found.sha256 === sha256 ? file : undefined;
  }

  /** Has `write` make an index under another name, and gives it its own when it is whole. */
  async add(name: string, write: (file: string) => Promise<void>): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const file = this.#path(name);
    const draft = `${file}.${process.pid}.draft`;
    try {
      await write(draft);
      const described = JSON.stringify(await describe(draft));
      await writeFile(`${draft}.json`, described);
      await rename(draft, file);
      await rename(`${draft}.json`, `${file}.json`);
    } finally {
      for (const left of [draft, `${draft}.json`]) await rm(left, { force: true });
    }
    await this.#prune(name);
    return file;
  }

  /** Removes all but the last written. */
  async #prune(keep: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.usearch'));
    const written = await Promise.all(
      names.map(async (name) => {
        // One that has gone meanwhile is removed once more.
        const found = await stat(join(this.#folder, name)).catch(() => undefined);
        return { name, at: found?.mtimeMs ?? 0 };
      }),
    );
    written.sort((a, b) => b.at - a.at);
    const others = written.filter(({ name }) => name !== `${keep}.usearch`);
    for (const { name } of others.slice(keptIndexes - 1)) {
      for (const file of [`${name}.json`, name])
        await rm(join(this.#folder, file), { force: true });
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.usearch`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function describe(file: string): Promise<z.infer<typeof descriptionSchema>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
