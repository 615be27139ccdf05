import type { Attributes, AttributeValue, ItemContent, UserContent } from './content.ts';
import { FeatureSet } from './feature-set.ts';

/** How content becomes features; the same in training and in serving. */
export interface FeatureSpec {
  /** Hash buckets of each side; a power of two. */
  readonly buckets: number;
}

/** What training uses; an artifact says what its features were made with. */
export const usualSpec: FeatureSpec = { buckets: 2 ** 15 };

/** Deeper than this, an attribute is not looked into. */
const deepestAttribute = 4;
/** Of a title or another text; the rest says nothing new. */
const longestText = 200;
/** A text attribute is one value up to this length, and free text beyond. */
const longestValue = 40;

/** An item: its category and all those above it, brand, price, colours, attributes and title. */
export function itemFeatures(content: ItemContent, { buckets }: FeatureSpec): FeatureSet {
  const features = new FeatureSet(buckets);
  const path = content.categoryPath.map(normalised);
  features.addAll(path.map((_, level) => `category:${path.slice(0, level + 1).join('>')}`));
  const leaf = path.at(-1);
  // Shops file the same kind of garment under several branches.
  if (leaf !== undefined) features.add(`leaf:${leaf}`);
  if (content.brand) features.add(`brand:${normalised(content.brand)}`);
  const { price } = content;
  // Half an octave: 100 and 140 are neighbours, as are 1,000 and 1,400.
  if (price !== null && price !== undefined && price > 0) {
    features.addBinned('price', Math.log2(price), 0.5);
  }
  features.addAll(content.colours.map((colour) => `colour:${normalised(colour)}`));
  // How its labels are written says nothing of the item itself.
  const { sizeSystem: _, ...attributes } = content.attributes;
  addAttributes(features, attributes);
  addText(features, 'title', content.title);
  return features;
}

/** A user: the profile, every attribute of it, and the build that height and weight make. */
export function userFeatures(content: UserContent, { buckets }: FeatureSpec): FeatureSet {
  const features = new FeatureSet(buckets);
  const { gender, channel, bodyType, cityTier, heightCm, weightKg } = content;
  for (const [name, value] of Object.entries({ gender, channel, bodyType, cityTier })) {
    if (value !== null && value !== undefined && value !== '') {
      features.add(`${name}:${normalised(String(value))}`);
    }
  }
  const binned = [
    ['birthYear', content.birthYear, 5],
    ['heightCm', heightCm, 5],
    ['weightKg', weightKg, 6],
    ['bustCm', content.bustCm, 5],
    ['waistCm', content.waistCm, 5],
    ['hipCm', content.hipCm, 5],
    ['bmi', heightCm && weightKg ? weightKg / (heightCm / 100) ** 2 : null, 2],
  ] as const;
  for (const [name, value, width] of binned) {
    if (value !== null && value !== undefined) features.addBinned(name, value, width);
  }
  addAttributes(features, content.attributes);
  return features;
}

function addAttributes(features: FeatureSet, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    addAttribute(features, normalised(key), value, 1);
  }
}

function addAttribute(
  features: FeatureSet,
  name: string,
  value: AttributeValue,
  depth: number,
): void {
  if (value === null || value === '' || depth > deepestAttribute) return;
  if (Array.isArray(value)) {
    const plain = value.filter((part) => typeof part !== 'object').map(String);
    features.addAll(plain.map((part) => `${name}=${normalised(part)}`));
  } else if (typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) {
      addAttribute(features, `${name}.${normalised(key)}`, part, depth + 1);
    }
  } else if (typeof value === 'number') {
    features.addAll(scalesOf(value).map((scale) => `${name}=${scale}`));
  } else if (typeof value === 'string' && value.length > longestValue) {
    addText(features, name, value);
  } else {
    features.add(`${name}=${normalised(String(value))}`);
  }
}

/**
 * A number of unknown meaning, cut after two, three and four significant digits, so that near ones
 * have something in common: 1995 as 1900, 1990 and 1995.
 */
function scalesOf(value: number): string[] {
  if (value === 0) return ['0'];
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return [2, 3, 4].map((digits) => {
    const unit = 10 ** (magnitude - digits + 1);
    return `${Math.floor(value / unit + 1e-9)}e${magnitude - digits + 1}`;
  });
}

/**
 * A text as its pairs and triples of characters, with the ends of words marked. Chinese words are
 * mostly of two characters, so that no segmenter is needed; in other scripts triples tell stems.
 */
function addText(features: FeatureSet, name: string, text: string): void {
  const letters = Array.from(normalised(text.slice(0, longestText)));
  if (letters.length === 0) return;
  const marked = [' ', ...letters, ' '];
  const grams: string[] = [];
  for (const size of [2, 3]) {
    for (let from = 0; from + size <= marked.length; from++) {
      grams.push(`${name}#${marked.slice(from, from + size).join('')}`);
    }
  }
  features.addAll(grams);
}

/** One form for texts that a reader takes for the same (full-width letters, case, blanks). */
function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ');
}
