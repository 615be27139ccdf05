import type { ServiceClient } from '../client/service-client.ts';
import type { World } from '../world.ts';
import type { DriveReport } from './drive-report.ts';

export interface DriveOptions {
  readonly world: World;
  readonly client: Pick<ServiceClient, 'recommend' | 'post' | 'stock' | 'pin'>;
  /** Visits that begin a second, on average. */
  readonly rate: number;
  readonly seconds: number;
  /** Visits at once, at most. */
  readonly concurrency: number;
  /** Seconds of the visitors that pass in one second of the clock. */
  readonly speed: number;
  /** Of the clock, between two items that a host shows. */
  readonly pinSeconds: number;
  /** Distinguishes this run's sessions and events from those of others; milliseconds since 1970. */
  readonly run: number;
  readonly signal: AbortSignal;
  readonly onReport?: (report: DriveReport) => void;
}
