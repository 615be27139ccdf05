import { type Random, weighted } from './random.ts';

/** Who a category is made for. */
export type Wears = 'female' | 'male' | 'child';

export interface Body {
  readonly heightCm: number;
  readonly weightKg: number;
  readonly bustCm: number;
  readonly waistCm: number;
  readonly hipCm: number;
  readonly footCm: number;
}

/** Which measurements decide about a size. */
export type Measure = 'heightCm' | 'bustCm' | 'waistCm' | 'hipCm' | 'footCm';

/**
 * What garments of a kind are cut for. A body has a place on a block: 0 for the body that is given
 * here, 1 for one that is larger by what is felt as a size.
 */
export interface Block {
  readonly name: string;
  readonly at: Partial<Readonly<Record<Measure, number>>>;
  /** What each measurement counts; the sum is 1. */
  readonly counts: Partial<Readonly<Record<Measure, number>>>;
  /** Centimetres that are felt as one size. */
  readonly step: number;
  /** Body heights that petite, regular and tall are cut for, where a brand makes them. */
  readonly heights?: readonly [petite: number, regular: number, tall: number];
  /** How labels are written, and how many brands write so. */
  readonly systems: readonly SizeSystem[];
}

interface SizeSystem {
  readonly name: string;
  readonly share: number;
  readonly labels: readonly string[];
  /** The place on the block of each label, by the standard; what is sewn deviates. */
  readonly places: readonly number[];
  /** Brands that make petite and tall write so. */
  readonly hasLengths: boolean;
}

/** The sizes that an item comes in, smallest first; of one girth petite, regular, tall. */
export interface SizeRun {
  readonly block: number;
  readonly system: string;
  readonly labels: readonly string[];
  readonly places: readonly number[];
  readonly lengths: readonly (-1 | 0 | 1)[];
  /** Counts girths, so that a size's neighbours are known where there are lengths. */
  readonly girths: readonly number[];
}

/** @param at centimetres that the standard gives for the first label, and what each next one adds */
const system = (
  [name, share, labels]: readonly [string, number, string],
  [zero, step]: readonly [number, number],
  [first, rise]: readonly [number, number],
  hasLengths = false,
): SizeSystem => {
  const list = labels.split(' ');
  // Inches are not evenly spaced: their labels are the measurement.
  const cm = (label: string, at: number) =>
    name === 'inches' ? Number(label) * 2.54 : first + rise * at;
  const places = list.map((label, at) => (cm(label, at) - zero) / step);
  return { name, share, labels: list, places, hasLengths };
};

const bust = [84, 4] as const;
const waist = [68, 3] as const;
const chest = [96, 4] as const;
const girth = [81, 3] as const;
const women = 'XS S M L XL XXL 3XL';
const womenNumbers: readonly SizeSystem[] = [
  system(['cn', 0.25, '150/76A 155/80A 160/84A 165/88A 170/92A 175/96A 180/100A'], bust, [76, 4]),
  system(['eu', 0.15, '32 34 36 38 40 42 44'], bust, [76, 4], true),
  system(['us', 0.1, '0 2 4 6 8 10 12'], bust, [76, 4]),
  system(['jp', 0.1, '5 7 9 11 13 15 17'], bust, [77, 3]),
];
const womenHeights = [153, 161, 170] as const;
const menHeights = [165, 173, 182] as const;

export const blocks = [
  {
    name: 'women-tops',
    at: { bustCm: 84, waistCm: 68 },
    counts: { bustCm: 0.75, waistCm: 0.25 },
    step: 4,
    systems: [system(['alpha', 0.4, women], bust, [76, 4]), ...womenNumbers],
  },
  {
    name: 'women-dresses',
    at: { bustCm: 84, waistCm: 68, hipCm: 92 },
    counts: { bustCm: 0.45, waistCm: 0.35, hipCm: 0.2 },
    step: 4,
    heights: womenHeights,
    systems: [system(['alpha', 0.4, women], bust, [76, 4], true), ...womenNumbers],
  },
  {
    name: 'women-bottoms',
    at: { waistCm: 68, hipCm: 92 },
    counts: { waistCm: 0.6, hipCm: 0.4 },
    step: 3,
    heights: womenHeights,
    systems: [
      system(['inches', 0.4, '23 24 25 26 27 28 29 30 31 32 33'], waist, [0, 0]),
      system(['alpha', 0.25, women], waist, [60, 4], true),
      system(
        ['cn', 0.2, '150/60A 155/64A 160/68A 165/72A 170/76A 175/80A 180/84A'],
        waist,
        [60, 4],
      ),
      system(['eu', 0.15, '32 34 36 38 40 42 44'], waist, [60, 4], true),
    ],
  },
  {
    name: 'women-shoes',
    at: { footCm: 24 },
    counts: { footCm: 1 },
    step: 0.5,
    systems: [
      system(['eu', 0.75, '34 35 36 37 38 39 40 41 42'], [24, 0.5], [22, 0.5]),
      system(['mm', 0.25, '220 225 230 235 240 245 250 255 260'], [24, 0.5], [22, 0.5]),
    ],
  },
  {
    name: 'men-tops',
    at: { bustCm: 96, waistCm: 81 },
    counts: { bustCm: 0.8, waistCm: 0.2 },
    step: 4,
    systems: [
      system(['alpha', 0.5, 'S M L XL XXL 3XL 4XL'], chest, [84, 4]),
      system(
        ['cn', 0.35, '165/84A 170/88A 175/92A 180/96A 185/100A 190/104A 195/108A'],
        chest,
        [84, 4],
      ),
      system(['eu', 0.15, '42 44 46 48 50 52 54'], chest, [84, 4]),
    ],
  },
  {
    name: 'men-bottoms',
    at: { waistCm: 81, hipCm: 95 },
    counts: { waistCm: 0.7, hipCm: 0.3 },
    step: 3,
    heights: menHeights,
    systems: [
      system(['inches', 0.5, '27 28 29 30 31 32 33 34 36 38 40'], girth, [0, 0]),
      system(['alpha', 0.25, 'S M L XL XXL 3XL 4XL'], girth, [70, 4], true),
      system(
        ['cn', 0.25, '165/70A 170/74A 175/78A 180/82A 185/86A 190/90A 195/94A'],
        girth,
        [70, 4],
      ),
    ],
  },
  {
    name: 'men-shoes',
    at: { footCm: 26 },
    counts: { footCm: 1 },
    step: 0.5,
    systems: [
      system(['eu', 0.75, '38 39 40 41 42 43 44 45 46 47'], [26, 0.5], [24, 0.5]),
      system(['mm', 0.25, '240 245 250 255 260 265 270 275 280 285'], [26, 0.5], [24, 0.5]),
    ],
  },
  {
    name: 'kids',
    at: { heightCm: 120 },
    counts: { heightCm: 1 },
    step: 10,
    systems: [system(['height', 1, '90 100 110 120 130 140 150 160 170'], [120, 10], [90, 10])],
  },
] as const satisfies readonly Block[];

export type BlockName = (typeof blocks)[number]['name'];

export const blockOf = (name: BlockName): number =>
  blocks.findIndex((block) => block.name === name);

export const blockAt = (at: number): Block => blocks[at] as Block;

const lengthWords = { [-1]: ' Petite', 0: '', 1: ' Tall' } as const;
const lengths = [-1, 0, 1] as const;

/** How a brand writes the sizes of a block. */
export function drawRun(random: Random, block: number, makesLengths: boolean): SizeRun {
  const { systems, heights } = blockAt(block);
  const shares = systems.map(({ share }) => share);
  const chosen = systems[weighted(random, shares)] as SizeSystem;
  const made =
    makesLengths && chosen.hasLengths && heights !== undefined ? lengths : ([0] as const);
  const sizes = chosen.labels.flatMap((label, girth) =>
    made.map((length) => ({
      girth,
      length,
      label: `${label}${lengthWords[length]}`,
      place: chosen.places[girth] ?? 0,
    })),
  );
  return {
    block,
    system: chosen.name,
    labels: sizes.map(({ label }) => label),
    places: sizes.map(({ place }) => place),
    lengths: sizes.map(({ length }) => length),
    girths: sizes.map(({ girth }) => girth),
  };
}

/** The place of a body on a block: what a size chart says, were it read with a perfect tape. */
export function placeOn(block: number, body: Partial<Record<Measure, number>>): number {
  const { at, counts, step } = blockAt(block);
  let place = 0;
  for (const [measure, share] of Object.entries(counts) as [Measure, number][]) {
    place += (share * ((body[measure] ?? 0) - (at[measure] ?? 0))) / step;
  }
  return place;
}

/** The size of the same length that is `by` girths larger, where there is one. */
export function neighbourOf(run: SizeRun, size: number, by: number): number | undefined {
  const girth = (run.girths[size] ?? 0) + by;
  const found = run.labels.findIndex(
    (_, at) => run.girths[at] === girth && run.lengths[at] === run.lengths[size],
  );
  return found < 0 ? undefined : found;
}

/** How far two sizes of a run are apart: a girth and a length count one each. */
export function sizesApart(run: SizeRun, a: number, b: number): number {
  const girths = Math.abs((run.girths[a] ?? 0) - (run.girths[b] ?? 0));
  return girths + Math.abs((run.lengths[a] ?? 0) - (run.lengths[b] ?? 0));
}
