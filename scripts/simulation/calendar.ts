import type { Random } from './random.ts';

export const dayLength = 86_400_000;
const hour = 3_600_000;
/** China's clock. */
const zone = 8 * hour;

// How often people come at each hour of the day, at the most 1: lunch, and above all the evening.
const hours = [
  0.25, 0.12, 0.05, 0.03, 0.03, 0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.55, 0.5, 0.35, 0.35, 0.35,
  0.4, 0.5, 0.75, 1, 1, 0.85, 0.5,
];

/** Sales festivals, month and day: 18 June, 11 November, 12 December. */
const festivals = ['06-18', '11-11', '12-12'];

export function isWeekend(time: number): boolean {
  return [0, 6].includes(new Date(time + zone).getUTCDay());
}

/** The day of a sales festival, or one of the two before it. */
export function isFestival(time: number): boolean {
  return [0, 1, 2].some((ahead) =>
    festivals.includes(new Date(time + zone + ahead * dayLength).toISOString().slice(5, 10)),
  );
}

/** By how much more people come on a day than on an average one. */
export function busynessOf(start: number): number {
  return (isWeekend(start) ? 1.3 : 0.9) * (isFestival(start) ? 1.8 : 1);
}

/** Milliseconds after `start`, by the hours at which people come. */
export function timeOfDay(random: Random, start: number): number {
  for (;;) {
    const offset = random() * dayLength;
    const local = Math.floor(((start + offset + zone) % dayLength) / hour);
    if (random() < (hours[local] ?? 0)) return offset;
  }
}
