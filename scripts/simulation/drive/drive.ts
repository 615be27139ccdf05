import { setMaxListeners } from 'node:events';
import { type Random, randomOf } from '../random.ts';
import type { World } from '../world.ts';
import type { DriveOptions } from './drive-options.ts';
import { type DriveReport, DriveTally } from './drive-report.ts';
import { Hosts } from './hosts.ts';
import { sleep } from './sleep.ts';
import { Visitors } from './visitors.ts';
import { Warehouse } from './warehouse.ts';

const driveStream = 60;
const reportEvery = 10_000;

/**
 * Sends the people of a simulated world into the live service: they ask what to show them, look
 * down the list, react by the hidden truth, and what they do is posted; the warehouse tells the
 * stock, hosts pin.
 *
 * @throws the first error of the warehouse's opening; later failures are counted
 */
export async function drive(options: DriveOptions): Promise<DriveReport> {
  const { world, client, run, seconds, signal } = options;
  const tally = new DriveTally();
  // Several changes may be told within one millisecond.
  const warehouse = new Warehouse(world, client, run * 1000);
  await warehouse.open();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const ending = new AbortController();
  const end = () => ending.abort();
  const deadline = setTimeout(end, 1000 * seconds);
  signal.addEventListener('abort', end);
  const over = ending.signal;
  // Everybody under way waits for it.
  setMaxListeners(0, over);
  const hosts = new Hosts(world, client, () => tally.failures++);
  const pinning = hosts.show(1000 * options.pinSeconds, over);
  const timer = setInterval(() => options.onReport?.(tally.report(elapsed())), reportEvery);
  try {
    await sendVisitors(options, new Visitors(options, warehouse, hosts, tally), tally, over);
    await pinning;
  } finally {
    clearInterval(timer);
    clearTimeout(deadline);
    signal.removeEventListener('abort', end);
    end();
  }
  return tally.report(elapsed());
}

/** Begins visits at random times until it is over, and waits for those under way. */
async function sendVisitors(
  { world, rate, concurrency }: DriveOptions,
  visitors: Visitors,
  tally: DriveTally,
  over: AbortSignal,
): Promise<void> {
  const random = randomOf(world.seed, driveStream);
  const underWay = new Map<number, Promise<void>>();
  while (!over.aborted) {
    await sleep((-1000 * Math.log(1 - random())) / rate, over);
    if (underWay.size >= concurrency) await Promise.race(underWay.values());
    const user = someUser(random, world);
    if (over.aborted || underWay.has(user)) continue;
    tally.visits++;
    const visit = visitors.visit(user, over).catch(() => {
      tally.failures++;
    });
    underWay.set(
      user,
      visit.finally(() => underWay.delete(user)),
    );
  }
  await Promise.all(underWay.values());
}

/** Those who come often more often. */
function someUser(random: Random, { users, attendance }: World): number {
  // The rates are log-normal: of a thousand hardly one is above this.
  const highest = 1;
  for (;;) {
    const user = Math.floor(random() * users);
    if (random() * highest < (attendance.rate[user] ?? 0)) return user;
  }
}
