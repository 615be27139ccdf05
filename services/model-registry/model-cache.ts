import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError } from '../errors.ts';
import { readArtifactFiles, writeArtifactFolder } from './artifact-folder.ts';

// The one that answers, the one a rollback goes to, and one more.
const keptVersions = 3;

const abandonedAfter = 3_600_000;

/**
 * The files of published models on this machine's disk, a folder a version, so that a restart need
 * not fetch them again. Several processes may share it: a folder appears at once and whole.
 */
export class ModelCache {
  readonly #folder: string;

  /** @param folder absolute path; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The files of a version as they lie there, their content not checked; undefined when it is not
   * kept.
   *
   * @throws ArtifactError naming a file that is missing or of another length
   */
  async read(version: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    try {
      return (await readArtifactFiles(join(this.#folder, version))).files;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Replaces what is kept of a version. */
  async write(version: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const folder = join(this.#folder, version);
    await rm(folder, { recursive: true, force: true });
    await writeArtifactFolder(folder, { files });
  }

  /** Removes all but the versions last written, and what writers that were killed left behind. */
  async prune(keep: string): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const folders = await Promise.all(
      names.map(async (name) => {
        // One that has gone meanwhile is removed once more.
        const found = await stat(join(this.#folder, name)).catch(() => undefined);
        return { name, written: found?.mtimeMs ?? 0 };
      }),
    );
    folders.sort((a, b) => b.written - a.written);
    const newest = folders[0]?.written ?? 0;
    const versions = folders.filter(({ name }) => !name.startsWith('.') && name !== keep);
    const abandoned = folders.filter(
      ({ name, written }) => name.startsWith('.') && newest - written > abandonedAfter,
    );
    for (const { name } of [...versions.slice(keptVersions - 1), ...abandoned]) {
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }
}
