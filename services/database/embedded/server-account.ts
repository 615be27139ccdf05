import { readFileSync } from 'node:fs';

export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

// Postgres refuses to run as root. The account of a system Postgres is the natural one; `nobody`
// is there on every system. No account is made: that would change more than this project's folder.
const candidates = ['postgres', 'nobody'];

/**
 * The account that the server has to run as, or undefined when it can run as the current user.
 *
 * @throws Error when the current user is root and no candidate exists
 */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  for (const name of candidates) {
    const account = accounts.get(name);
    if (account !== undefined) return account;
  }
  throw new Error(
    `the embedded Postgres cannot run as root, and there is no user ${candidates.join(' or ')}`,
  );
}
