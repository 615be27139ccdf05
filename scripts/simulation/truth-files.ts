import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../services/errors.ts';
import { householdOf } from './households.ts';
import { withNewFolder, writeNdjson } from './new-folder.ts';
import { makePerson } from './people.ts';
import { occasions } from './vocabulary.ts';
import type { World, WorldOptions } from './world.ts';

const parametersFile = 'parameters.json';

/**
 * Writes what nobody but the simulator knows, one row after the other: `users.ndjson`,
 * `items.ndjson`, `rooms.ndjson`, and `parameters.json`, from which the same world is made again.
 */
export async function writeTruth(
  folder: string,
  { users, items, rooms, days, seed, until, visitsADay }: WorldOptions,
  world: World,
): Promise<void> {
  const size = { users, items, rooms, days, seed, until: until.toISOString() };
  const parameters = { ...size, ...(visitsADay !== undefined && { visitsADay }), occasions };
  await writeFile(join(folder, parametersFile), `${JSON.stringify(parameters, null, 2)}\n`);
  await writeNdjson(join(folder, 'users.ndjson'), userTruths(world));
  await writeNdjson(
    join(folder, 'items.ndjson'),
    world.items.map(({ id, truth }) => ({ itemId: id, ...truth })),
  );
  await writeNdjson(
    join(folder, 'rooms.ndjson'),
    world.rooms.map(({ id, truth }) => ({ roomId: id, ...truth })),
  );
}

const parametersSchema = z.object({
  users: z.int().min(1),
  items: z.int().min(1),
  rooms: z.int().min(1),
  days: z.int().min(1),
  seed: z.int().min(0),
  visitsADay: z.number().positive().exactOptional(),
  until: z.iso.datetime().transform((text) => new Date(text)),
});

/**
 * The options of a world whose truth was written.
 *
 * @throws UsageError when the folder has no such file
 */
export async function readParameters(folder: string): Promise<WorldOptions> {
  try {
    const text = await readFile(join(folder, parametersFile), 'utf8');
    return parametersSchema.parse(JSON.parse(text));
  } catch (error) {
    const message = `${folder} holds no truth of a simulated shop: its ${parametersFile} cannot be read`;
    throw new UsageError(message, [], { cause: error });
  }
}

/** Does `work`, with the truth beside it: in `folder` when it has succeeded, else nowhere. */
export function withTruth<T>(
  folder: string | undefined,
  options: WorldOptions,
  world: World,
  work: () => Promise<T>,
): Promise<T> {
  if (folder === undefined) return work();
  return withNewFolder(folder, async (partial) => {
    await writeTruth(partial, options, world);
    return work();
  });
}

function* userTruths({ seed, users, period, attendance }: World): Generator<object> {
  const year = new Date(period.until).getUTCFullYear();
  for (let at = 0; at < users; at++) {
    const person = makePerson(seed, at, users, year);
    const { id, gender, birthYear, body, truth } = person;
    yield {
      ...{ userId: id, gender, birthYear, body, ...truth },
      wearers: householdOf(seed, at, person),
      visitsADay: attendance.rate[at],
      firstDay: attendance.firstDay[at],
      lastDay: attendance.lastDay[at],
    };
  }
}
