import type { Database } from '../../services/database/database.ts';
import { UsageError } from '../../services/errors.ts';
import {
  countShop,
  type EventRow,
  type ShopSize,
  writeShop,
} from '../../services/simulation/shop-store.ts';
import { Behaviour } from './behaviour.ts';
import { Journal } from './journal.ts';
import { shopRows } from './shop-rows.ts';
import { makeWorld, type World, type WorldOptions } from './world.ts';

export interface SimulationOptions extends WorldOptions {
  /** Writes into a shop that has users or items. */
  readonly force?: boolean;
}

/** What `npm start` shows. */
export const demoShop = { users: 2000, items: 300, rooms: 6, days: 75, seed: 1 };

export interface SimulationProgress {
  /** Days done. */
  readonly day: number;
  readonly days: number;
  readonly events: number;
}

const uniqueViolation = '23505';

/**
 * Writes a simulated shop: the same for the same options, all of it or nothing.
 *
 * @throws UsageError when the database has users or items and `force` is not set, or has rows with
 *   the simulator's ids
 */
export async function simulateShop(
  database: Database,
  options: SimulationOptions,
  onProgress?: (progress: SimulationProgress) => void,
): Promise<ShopSize> {
  await refuseFullShop(database, options);
  const world = makeWorld(options);
  return writeWorld(database, world, eventsOf(world, onProgress));
}

/** What happens in a world that has no recommender. */
export function eventsOf(
  world: World,
  onProgress?: (progress: SimulationProgress) => void,
): Iterable<EventRow> {
  const { days, seed } = world;
  const journal = new Journal(`sim-${seed}`);
  const onDay = (day: number, events: number) => onProgress?.({ day, days, events });
  return new Behaviour({ world, journal, onDay }).events();
}

/**
 * Writes what the shop is told of a world.
 *
 * @param events which change the world's stock as they are read
 * @throws UsageError when the database has rows with the simulator's ids
 */
export async function writeWorld(
  database: Database,
  world: World,
  events: Iterable<EventRow>,
): Promise<ShopSize> {
  try {
    return await writeShop(database, shopRows(world, events), world.period);
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    throw new UsageError('the database has rows of a simulated shop already', [], { cause: error });
  }
}

/** @throws UsageError when the database has users or items and `force` is not set */
export async function refuseFullShop(
  database: Database,
  { force }: SimulationOptions,
): Promise<void> {
  const { users, items } = await countShop(database);
  if (force || (users === 0 && items === 0)) return;
  throw new UsageError(
    `the database has ${users} users and ${items} items; --force adds the simulated shop to them`,
  );
}
