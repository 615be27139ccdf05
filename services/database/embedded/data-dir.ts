import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';

/**
 * The data folder when none is set: `.data` in the project. Under root the server runs as another
 * user; where that user cannot reach the project (a clone in /root), it is a folder of this
 * project's own in /var/lib/wardrobe.
 */
export function defaultDataDir(): string {
  const root = projectRoot();
  const account = serverAccount();
  if (account === undefined || canReach(account, root)) return join(root, '.data');
  const key = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return join('/var/lib/wardrobe', key);
}

/** Whether an account other than root may enter every folder down to `path`. */
export function canReach(account: ServerAccount, path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && !mayEnter(account, folder)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayEnter(account: ServerAccount, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** Whether this process may write into the nearest existing folder of `path`. */
export function canWrite(path: string): boolean {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
