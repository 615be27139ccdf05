import { clamp, index, normal, pick, type Random, randomOf, shares, weighted } from './random.ts';
import { blockOf, drawRun, type SizeRun } from './size-runs.ts';
import {
  adultsCategories,
  brands,
  type Category,
  categories,
  colours,
  materials,
  occasions,
  type PriceBand,
  patterns,
  priceBands,
  type Style,
  styles,
} from './vocabulary.ts';

/** How fashions come and go: one turn in so many days. */
export interface Fashion {
  readonly days: number;
  /** 0 to 1. */
  readonly phase: number;
}

/** A style (SPU) with the truth about it that nobody is told. */
export interface SimulatedItem {
  readonly id: string;
  readonly category: Category;
  readonly categoryIndex: number;
  readonly brand: string;
  readonly brandIndex: number;
  readonly title: string;
  readonly price: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly launchedAt: number;
  readonly hidden: boolean;
  readonly colours: readonly string[];
  readonly sizes: SizeRun;
  readonly truth: {
    /** How well it serves each occasion, 0 to 1. */
    readonly serves: readonly number[];
    readonly look: readonly [ornate: number, trendy: number];
    /** What catches the eye, whatever one's taste; median 1. */
    readonly appeal: number;
    /** 0 to 1. */
    readonly quality: number;
    /** How many sizes larger than the standard says has to be taken: the brand's and its own. */
    readonly runsSmall: number;
    /** Of the brand: which part of its category's prices it keeps to. */
    readonly band: string;
    /** Shared by all items of a style. */
    readonly fashion: Fashion;
  };
}

export interface Period {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

const brandStream = 10;
const itemStream = 11;
const fashionStream = 12;
const childrenStream = 13;
const brandRunStream = 14;
const day = 86_400_000;
// This share of the catalogue is launched within the period.
const newShare = 0.15;
const hiddenShare = 0.02;
/** Of the catalogue, what is for children; and of the brands, those that make petite and tall. */
const childrensShare = 0.07;
const lengthsShare = 0.25;
const bandShares = priceBands.map(({ share }) => share);

export function makeItems(seed: number, count: number, period: Period): SimulatedItem[] {
  const width = Math.max(4, String(count).length);
  return Array.from({ length: count }, (_, at) => {
    const id = `item-${String(at + 1).padStart(width, '0')}`;
    return makeItem(randomOf(seed, itemStream, at), { seed, at, id, period });
  });
}

interface Place {
  readonly seed: number;
  /** In the catalogue. */
  readonly at: number;
  readonly id: string;
  readonly period: Period;
}

function makeItem(random: Random, { seed, at, id, period }: Place): SimulatedItem {
  const categoryIndex = categoryOf(random, seed, at);
  const category = categories[categoryIndex] as Category;
  const brandIndex = index(random, brands.length);
  const brand = brandTruth(seed, brandIndex);
  const block = blockOf(category.block);
  const { sizes, runsSmall } = brandRun(seed, brandIndex, block);
  const styleIndex = index(random, styles.length);
  const style = styles[styleIndex] as Style;
  const [patternChinese, pattern = ''] = pick(random, patterns).split('|');
  const material = pick(random, category.materials);
  return {
    id,
    category,
    categoryIndex,
    brand: brands[brandIndex] as string,
    brandIndex,
    title:
      `${style.chinese}${patternChinese}${materials[material]}${category.chinese} ` +
      `${style.english} ${pattern} ${material} ${category.english.toLowerCase()}`,
    price: priceOf(random, category, brand.band),
    attributes: { style: style.english.toLowerCase(), pattern, material, gender: category.gender },
    launchedAt: launchOf(random, period),
    hidden: random() < hiddenShare,
    colours: someColours(random),
    sizes,
    truth: {
      serves: servesOf(random, category),
      look: [style.look[0] + 0.25 * normal(random), style.look[1] + 0.25 * normal(random)],
      appeal: Math.exp(0.5 * normal(random)),
      quality: clamp(0.35 + 0.5 * middleOf(brand.band) + 0.2 * normal(random), 0, 1),
      runsSmall: brand.runsSmall + runsSmall + 0.35 * normal(random),
      band: brand.band.name,
      fashion: fashionOf(seed, styleIndex),
    },
  };
}

/** A brand's place between cheap and dear, and how its sizes come out. */
function brandTruth(seed: number, brand: number): { band: PriceBand; runsSmall: number } {
  const random = randomOf(seed, brandStream, brand);
  const band = priceBands[weighted(random, bandShares)] as PriceBand;
  return { band, runsSmall: 0.4 * normal(random) };
}

/** How a brand writes the sizes of a block, and how these come out beside its others. */
function brandRun(
  seed: number,
  brand: number,
  block: number,
): { sizes: SizeRun; runsSmall: number } {
  const makesLengths = randomOf(seed, brandRunStream, brand)() < lengthsShare;
  const random = randomOf(seed, brandRunStream, brand, block);
  return { sizes: drawRun(random, block, makesLengths), runsSmall: 0.2 * normal(random) };
}

/** Of adults, as it was drawn, and now and then of children in its stead. */
function categoryOf(random: Random, seed: number, at: number): number {
  const adults = index(random, adultsCategories.length);
  const other = randomOf(seed, childrenStream, at);
  if (other() >= childrensShare) return adults;
  return adultsCategories.length + index(other, categories.length - adultsCategories.length);
}

function middleOf({ from, to }: PriceBand): number {
  return (from + to) / 2;
}

/** A price point: 149, 159, 1,249. */
function priceOf(
  random: Random,
  { price: [low, high] }: Category,
  { from, to }: PriceBand,
): number {
  const raw = low * (high / low) ** (from + (to - from) * random());
  const step = raw < 500 ? 10 : 50;
  return Math.round(raw / step) * step - 1;
}

function fashionOf(seed: number, style: number): Fashion {
  const random = randomOf(seed, fashionStream, style);
  return { days: 60 + 120 * random(), phase: random() };
}

function launchOf(random: Random, { from, until }: Period): number {
  const isNew = random() < newShare;
  return Math.floor(isNew ? from + random() * (until - from) : from - random() * 400 * day);
}

function someColours(random: Random): string[] {
  const chosen = new Set<string>();
  const count = 1 + index(random, 3);
  while (chosen.size < count) chosen.add(pick(random, colours));
  return [...chosen];
}

/** The category's purpose bent by the piece's own: one is for the office, the next for the beach. */
function servesOf(random: Random, category: Category): number[] {
  const own = shares(random, occasions.length, 0.5);
  return category.serves.map((value, at) => clamp((value / 10) * 0.5 + 1.5 * (own[at] ?? 0), 0, 1));
}
