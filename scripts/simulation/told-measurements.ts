import type { Person } from './people.ts';
import { normal, type Random, randomOf } from './random.ts';

/** What an account says of its holder's body: whole numbers with errors, and often nothing. */
export interface ToldMeasurements {
  readonly heightCm: number | null;
  readonly weightKg: number | null;
  readonly bustCm: number | null;
  readonly waistCm: number | null;
  readonly hipCm: number | null;
}

const toldStream = 23;
/** Who measures badly: the tape was slack, or it was years ago. */
const careless = 0.06;
/** Who gives the weight in jin, half a kilogram each. */
const inJin = 0.015;

/** The same every time. */
export function toldMeasurements(seed: number, user: number, person: Person): ToldMeasurements {
  const random = randomOf(seed, toldStream, user);
  const { body, tellsHeightAndWeight, tellsGirths } = person;
  // People make themselves a little taller and lighter than they are.
  const heightCm = Math.round(body.heightCm + 0.6 + 1.2 * normal(random));
  const unit = random() < inJin ? 2 : 1;
  const weightKg = Math.round(unit * (body.weightKg - 0.8 + 1.8 * normal(random)));
  const off = random() < careless ? 6 : 1.8;
  const [bustCm, waistCm, hipCm] = [body.bustCm, body.waistCm, body.hipCm].map((girth) =>
    taped(random, girth, off),
  ) as [number, number, number];
  return {
    ...(tellsHeightAndWeight ? { heightCm, weightKg } : { heightCm: null, weightKg: null }),
    ...(tellsGirths ? { bustCm, waistCm, hipCm } : { bustCm: null, waistCm: null, hipCm: null }),
  };
}

function taped(random: Random, girth: number, off: number): number {
  return Math.round(girth + off * normal(random));
}
