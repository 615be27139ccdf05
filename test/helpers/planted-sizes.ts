import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { Body, FitOutcome, Garment, RunSize } from '../../models/sizing/size-types.ts';
import type { SizeRow } from '../../models/sizing/training/size-row.ts';

export const plantedSizes: readonly RunSize[] = ['XS', 'S', 'M', 'L', 'XL', 'XXL'].map(
  (label, position) => ({ label, position, length: 0 as const }),
);

export interface PlantedShop {
  readonly rows: SizeRow[];
  /** Steps that an item's sizes are smaller than they say. */
  readonly runsSmall: ReadonlyMap<string, number>;
}

/** The place on the scale of a body: a step every 6 kg, half a step every 10 cm. */
export function placeOf({ heightCm = 166, weightKg = 60 }: Body): number {
  return 2.5 + (weightKg - 60) / 6 + (heightCm - 166) / 20;
}

/**
 * A shop of women's tops in which one knows why everything turns out as it does: items run small or
 * large by up to a step, some order a size that is far off, and a piece is small or large when
 * it is more than .75 of a step off.
 */
export function plantedShop(count: number, seed: number): PlantedShop {
  const random = seededRandom(seed);
  const items = Math.max(4, Math.floor(count / 60));
  const runsSmall = new Map<string, number>();
  for (let n = 0; n < items; n++) runsSmall.set(`item${n}`, (n % 3) - 1);
  const rows = Array.from({ length: count }, (_, n): SizeRow => {
    const wearer = Math.floor((random() * count) / 3);
    const body = bodyOfWearer(wearer);
    const item = `item${Math.floor(random() * items)}`;
    const runs = runsSmall.get(item) ?? 0;
    const place = placeOf(body) + (random() - 0.5) * 0.4;
    const slip = random() < 0.3 ? (random() < 0.5 ? -1.5 : 1.5) : 0;
    const ordered = Math.round(place + slip + (random() < 0.5 ? runs : 0));
    const position = Math.min(5, Math.max(0, ordered));
    return {
      wearer: `wearer${wearer}`,
      garment: plantedGarment(item),
      position,
      length: 0,
      fit: fitOf(position - place - runs),
      body: n % 10 === 0 ? {} : body,
      at: 1_700_000_000 + n * 1000,
    };
  });
  return { rows, runsSmall };
}

export function plantedGarment(itemId: string): Garment {
  const run = { scale: 'women-top', sizes: plantedSizes };
  return { itemId, category: 'shirt', brand: null, run };
}

function bodyOfWearer(wearer: number): Body {
  const random = seededRandom(wearer);
  return { heightCm: 155 + 22 * random(), weightKg: 47 + 26 * random() };
}

function fitOf(gap: number): FitOutcome {
  if (gap < -0.75) return 'small';
  return gap > 0.75 ? 'large' : 'fit';
}
