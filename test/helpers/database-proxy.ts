import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to the database of the tests that can be cut. */
export interface DatabaseProxy {
  /** The URL of the same database through the proxy. */
  url(direct: string): string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps connections open and passes nothing on, as a lost network does. */
  silence(): void;
  /** Works again; connections that were silenced are ended. */
  restore(): Promise<void>;
}

export async function createDatabaseProxy(): Promise<DatabaseProxy> {
  const target = new URL(process.env.TEST_DATABASE_URL ?? '');
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((incoming) => {
    const outgoing = connect(Number(target.port || 5432), target.hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!silent) to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: (direct) => {
      const url = new URL(direct);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    cut: async () => {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      end();
      await closed;
    },
    silence: () => {
      silent = true;
    },
    restore: async () => {
      silent = false;
      end();
      if (!server.listening) await listen(server, port);
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
