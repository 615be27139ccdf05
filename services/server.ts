import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { UsageError } from './errors.ts';

export interface RunningServer {
  readonly url: string;
  /** Stops accepting, and waits for what is under way for at most `within` milliseconds. */
  stop(within: number): Promise<void>;
}

/**
 * Listens.
 *
 * @throws UsageError when the address is taken, not allowed or not this machine's
 */
export async function listen(app: Express, host: string, port: number): Promise<RunningServer> {
  const server = createServer(app);
  // Longer than the idle time of usual load balancers (60 s), which then never meet a closed
  // connection.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, stop: (within) => stop(server, within) };
}

/**
 * Makes sure that an address can be listened on, without keeping it.
 *
 * @throws UsageError as `listen` does
 */
export async function ensureFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenError(error, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

async function stop(server: Server, within: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  // A connection that was busy at that moment becomes idle when its answer is out.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), within);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT: ${port} on ${host} is taken by another process; choose another PORT`,
    EACCES: `PORT: no permission to listen on ${port}; choose a PORT above 1023`,
    EADDRNOTAVAIL: `HOST: ${host} is not an address of this machine`,
    ENOTFOUND: `HOST: ${host} is not known`,
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? error : new UsageError(reason);
}
