import { Matrix, solve } from 'ml-matrix';
import { makePerson } from '../people.ts';
import { type ToldMeasurements, toldMeasurements } from '../told-measurements.ts';
import type { World } from '../world.ts';

interface Told {
  readonly heightCm?: number;
  readonly bustCm: number;
  readonly waistCm: number;
  readonly hipCm: number;
}

type Gender = 'female' | 'male';
const girths = ['bustCm', 'waistCm', 'hipCm'] as const;
/** Body mass that nobody has: it was given in another unit. */
const [leastMass, mostMass] = [13, 45];

/** What shops print beside a size chart: girths by height and weight, from those who told both. */
export class Girths {
  /** For each gender three columns: constant, height and weight. */
  readonly #lines: ReadonlyMap<Gender, Matrix>;

  private constructor(lines: ReadonlyMap<Gender, Matrix>) {
    this.#lines = lines;
  }

  /** @throws Error when a gender has nobody who told all */
  static of({ seed, users, period }: World): Girths {
    const year = new Date(period.until).getUTCFullYear();
    const rows: Record<Gender, { x: number[][]; y: number[][] }> = {
      female: { x: [], y: [] },
      male: { x: [], y: [] },
    };
    for (let user = 0; user < users; user++) {
      const person = makePerson(seed, user, users, year);
      const told = toldMeasurements(seed, user, person);
      const body = massOf(told);
      if (body === undefined || told.bustCm === null) continue;
      rows[person.gender].x.push(body);
      rows[person.gender].y.push(girths.map((girth) => told[girth] ?? 0));
    }
    const fit = ({ x, y }: { x: number[][]; y: number[][] }) => solve(new Matrix(x), new Matrix(y));
    return new Girths(
      new Map([
        ['female', fit(rows.female)],
        ['male', fit(rows.male)],
      ]),
    );
  }

  /** What is told, else what is usual; undefined when nothing is told. */
  guess(gender: Gender, told: ToldMeasurements): Told | undefined {
    const { bustCm, waistCm, hipCm, heightCm } = told;
    const height = heightCm === null ? {} : { heightCm };
    if (bustCm !== null && waistCm !== null && hipCm !== null) {
      return { ...height, bustCm, waistCm, hipCm };
    }
    const body = massOf(told);
    const line = this.#lines.get(gender);
    if (body === undefined || line === undefined) return undefined;
    const [bust = 0, waist = 0, hip = 0] = new Matrix([body]).mmul(line).to1DArray();
    return { ...height, bustCm: bust, waistCm: waist, hipCm: hip };
  }
}

function massOf({ heightCm, weightKg }: ToldMeasurements): number[] | undefined {
  if (heightCm === null || weightKg === null) return undefined;
  const mass = weightKg / (heightCm / 100) ** 2;
  return mass < leastMass || mass > mostMass ? undefined : [1, heightCm, weightKg];
}
