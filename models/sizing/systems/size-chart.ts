import type { Body } from '../size-types.ts';
import { chartPosition, type Range } from './chart-body.ts';
import { type GarmentKind, garmentKind } from './garment-kind.ts';
import { normaliseLabel } from './label-text.ts';
import { readLetters } from './letters.ts';
import type { Length } from './shape-types.ts';

export type ChartMeasure = 'heightCm' | 'weightKg' | 'bustCm' | 'waistCm' | 'hipCm' | 'footCm';

/** One size of a brand's own table: the bodies that it is made for. */
export interface ChartSize {
  readonly label: string;
  readonly length: Length;
  /** The same measurements in every size of a chart. */
  readonly body: Readonly<Partial<Record<ChartMeasure, Range>>>;
}

/** A brand's own table of sizes, for a part of what it makes. */
export interface SizeChart {
  readonly brand: string;
  /** Of the pieces whose category path begins so; empty: of all. */
  readonly categoryPath: readonly string[];
  /** Null: whomever a piece is for. */
  readonly audience: 'women' | 'men' | 'kids' | null;
  /** Smallest first within a length. */
  readonly sizes: readonly ChartSize[];
}

/** Where the brand's table puts its labels. */
export interface ChartPlaces {
  readonly scale: string;
  /** By `chartKey` of the label. */
  readonly places: ReadonlyMap<string, { readonly position: number; readonly length: Length }>;
}

/** The same for labels that differ in spelling only: `2XL` and `xxl`. */
export function chartKey(label: string): string {
  const key = normaliseLabel(label);
  const letters = readLetters(key);
  if (letters?.form === 'letters') return `letters ${letters.step} ${letters.length}`;
  return key.replace(/[\s号码]/g, '');
}

/**
 * Where a chart puts its labels on the scale of such a piece: the middle of each size's bodies, by the
 * measurements that decide on that scale.
 *
 * @returns undefined where the chart has no measurement that decides: a table of feet, for a coat
 */
export function chartPlaces(
  chart: SizeChart,
  categoryPath: readonly string[],
  gender?: 'female' | 'male' | 'other',
): ChartPlaces | undefined {
  const garment = garmentKind(categoryPath, gender);
  const scale = bodyScale(chart, garment);
  const places = new Map<string, { position: number; length: Length }>();
  for (const { label, length, body } of chart.sizes) {
    const position = chartPosition(scale, middleBody(body))?.position;
    if (position === undefined) return undefined;
    places.set(chartKey(label), { position, length });
  }
  return { scale, places };
}

/** The scale for bodies that such a piece has, whatever its labels are. */
function bodyScale(chart: SizeChart, { audience: said, kind }: GarmentKind): string {
  const audience = said === 'adult' ? (chart.audience ?? said) : said;
  if (kind === 'shoes' || kind === 'socks') return audience === 'kids' ? 'kids-shoes' : 'shoes';
  if (audience === 'kids') return 'kids';
  if (kind === 'bra') return 'bra';
  return kind === 'accessory' ? '' : `${audience}-${kind}`;
}

function middleBody(body: ChartSize['body']): Body {
  const middles = Object.entries(body).map(([measure, { from, to }]) => [measure, (from + to) / 2]);
  return Object.fromEntries(middles);
}
