import { dayLength } from './calendar.ts';

/** Whose body, and which garments: of one brand, or of all. */
export interface Subject {
  readonly user: number;
  /** The place in the household. */
  readonly wearer: number;
  readonly block: number;
  /** Undefined: of every brand. */
  readonly brand?: number;
}

interface Lesson {
  readonly key: number;
  readonly by: number;
}

/** By how many sizes people have corrected themselves after what they were sent. */
export class Experience {
  readonly #shifts = new Map<number, number>();
  /** What will be known from a day on; days since 1970. */
  readonly #coming = new Map<number, Lesson[]>();

  /** @param time when the piece is tried on, or goes back; it is known from the next day on */
  learn(subject: Subject, by: number, time: number): void {
    const day = dayOf(time) + 1;
    const lessons = this.#coming.get(day) ?? [];
    lessons.push({ key: keyOf(subject), by });
    this.#coming.set(day, lessons);
  }

  /** Sizes to take larger than one's first idea. Days have to be asked in order. */
  shiftOf(subject: Subject, time: number): number {
    const today = dayOf(time);
    for (const [day, lessons] of this.#coming) {
      if (day > today) continue;
      this.#coming.delete(day);
      for (const { key, by } of lessons) this.#shifts.set(key, (this.#shifts.get(key) ?? 0) + by);
    }
    return this.#shifts.get(keyOf(subject)) ?? 0;
  }
}

const dayOf = (time: number) => Math.floor(time / dayLength);

const keyOf = ({ user, wearer, block, brand = -1 }: Subject) =>
  ((user * 4 + wearer) * 8 + block) * 64 + brand + 1;
