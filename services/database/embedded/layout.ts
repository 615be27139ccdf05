import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the embedded server keeps what, under the data folder. */
export interface EmbeddedLayout {
  readonly folder: string;
  readonly data: string;
  readonly credentials: string;
  readonly log: string;
  readonly guardianLog: string;
  readonly guardianPid: string;
  /** A Unix socket or a Windows pipe. */
  readonly socket: string;
}

// sockaddr_un holds 104 bytes on macOS and 108 on Linux.
const longestSocketPath = 100;

export function embeddedLayout(dataDir: string): EmbeddedLayout {
  const folder = join(dataDir, 'postgres');
  return {
    folder,
    data: join(folder, 'data'),
    credentials: join(folder, 'credentials.json'),
    log: join(folder, 'server.log'),
    guardianLog: join(folder, 'guardian.log'),
    guardianPid: join(folder, 'guardian.pid'),
    socket: socketPath(folder),
  };
}

function socketPath(folder: string): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\wardrobe-${key}`;
  const near = join(folder, 'guardian.sock');
  if (Buffer.byteLength(near) <= longestSocketPath) return near;
  return join(tmpdir(), `wardrobe-${key}.sock`);
}
