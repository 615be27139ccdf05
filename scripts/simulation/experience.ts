/** What somebody has learnt of a kind of garment, and what is still on its way to them. */
interface Lessons {
  shift: number;
  readonly coming: { readonly time: number; readonly by: number }[];
}

/** Whose body, and which garments: of one brand, or of all. */
export interface Subject {
  readonly user: number;
  /** The place in the household. */
  readonly wearer: number;
  readonly block: number;
  /** Undefined: of every brand. */
  readonly brand?: number;
}

/** By how many sizes people have corrected themselves after what they were sent. */
export class Experience {
  readonly #lessons = new Map<number, Lessons>();

  /** @param time when the piece is tried on, or goes back; it is known from then on */
  learn(subject: Subject, by: number, time: number): void {
    const key = keyOf(subject);
    const lessons = this.#lessons.get(key) ?? { shift: 0, coming: [] };
    lessons.coming.push({ time, by });
    this.#lessons.set(key, lessons);
  }

  /** Sizes to take larger than one's first idea. Times have to be asked in order. */
  shiftOf(subject: Subject, time: number): number {
    const lessons = this.#lessons.get(keyOf(subject));
    if (lessons === undefined) return 0;
    const { coming } = lessons;
    for (let at = coming.length - 1; at >= 0; at--) {
      const lesson = coming[at];
      if (lesson === undefined || lesson.time > time) continue;
      lessons.shift += lesson.by;
      coming.splice(at, 1);
    }
    return lessons.shift;
  }
}

const keyOf = ({ user, wearer, block, brand = -1 }: Subject) =>
  ((user * 4 + wearer) * 8 + block) * 64 + brand + 1;
