import { UsageError } from '../../../services/errors.ts';
import { untilStopped } from '../../../services/run-process.ts';
import { ServiceClient } from '../client/service-client.ts';
import { readParameters } from '../truth-files.ts';
import { makeWorld, type World, type WorldOptions } from '../world.ts';
import { drive } from './drive.ts';
import { type DriveReport, describeDrive } from './drive-report.ts';

/** As they stand on the command line. */
export interface DriveSettings extends Omit<WorldOptions, 'until'> {
  readonly until?: Date;
  /** The folder with the parameters of the shop, in place of those above. */
  readonly truth?: string;
  readonly rate: number;
  readonly duration: number;
  readonly concurrency: number;
  readonly speed: number;
  readonly pinEvery: number;
}

/**
 * Drives a service until the time is over or the process is asked to stop, and prints what
 * happened. The exit code says whether all was as it should be.
 *
 * @throws UsageError when the service does not answer, or has another shop
 */
export async function driveService(settings: DriveSettings, url: URL): Promise<void> {
  const { truth, until = new Date(), duration, pinEvery, concurrency } = settings;
  const world = makeWorld(
    truth === undefined ? { ...settings, until } : await readParameters(truth),
  );
  const client = new ServiceClient(url.href, concurrency);
  const stopping = new AbortController();
  untilStopped().then(() => stopping.abort());
  try {
    await checkShop(client, world, url);
    const report = await drive({
      ...settings,
      ...{ world, client, seconds: duration, pinSeconds: pinEvery, run: Date.now() },
      signal: stopping.signal,
      onReport: (so) => process.stdout.write(describeProgress(so)),
    });
    process.stdout.write(describeDrive(report));
    if (report.failures + report.soldOutShown > 0) process.exitCode = 1;
  } finally {
    client.close();
  }
}

async function checkShop(client: ServiceClient, { items }: World, url: URL): Promise<void> {
  // The last one: a smaller shop has the first ones too.
  const known = await client.knows(items.at(-1)?.id ?? '').catch((error) => {
    throw new UsageError(`${url.href} does not answer`, [], { cause: error });
  });
  if (known) return;
  const how = 'write it first with `npm run simulate` and the same options';
  throw new UsageError(`${url.href} does not have the simulated shop; ${how}`);
}

function describeProgress({ seconds, visits, events }: DriveReport): string {
  const { impression = 0, click = 0, purchase = 0 } = events;
  const happened = `${impression} shown, ${click} clicked, ${purchase} bought`;
  return `${seconds.toFixed(0)} s: ${visits} visits, ${happened}\n`;
}
