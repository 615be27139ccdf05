import type { BrandEffect } from '../brand-table.ts';
import type { FitShares } from '../effects.ts';
import { shrunk } from '../effects.ts';
import type { Garment } from '../size-types.ts';
import { slotOf } from '../slots.ts';
import { type ItemSums, slotField } from './item-sums.ts';

/** What the slow tables say of a garment, in the order of its run. */
export interface GarmentPriors {
  readonly rates: readonly FitShares[];
  readonly popularity: readonly number[];
  readonly categoryRates: FitShares;
  readonly brand: BrandEffect;
}

/** Pieces of no effect that an item's, an item's size's … effects are shrunk by. */
export const itemStrength = 15;
const sizeStrength = 10;
const offsetStrength = 5;
const freshStrength = 10;
const nearStrength = 6;
/** Steps within which sizes tell of each other: e^(−distance / nearSteps). */
const nearSteps = 0.7;

/** A size of an item, as far as its outcomes tell, whoever asks. */
export interface ItemSize {
  readonly position: number;
  readonly length: number;
  readonly slot: number;
  readonly usualSmall: number;
  readonly usualLarge: number;
  readonly popularity: number;
  readonly count: number;
  readonly kept: number;
  /** Effects on the shares of small and large: of this size; of this and near sizes of late. */
  readonly small: number;
  readonly large: number;
  readonly nearSmall: number;
  readonly nearLarge: number;
  /** Small less large among its outcomes. */
  readonly lean: number;
  /** Shares of the sizes among what was kept, and of late. */
  readonly share: number;
  readonly freshShare: number;
  /** Steps to the sizes below and above of the run; 9 where there is none. */
  readonly below: number;
  readonly above: number;
}

/** An item's evidence as the features read it. */
export class ItemState {
  readonly garment: Garment;
  readonly priors: GarmentPriors;
  readonly sums: ItemSums;
  /** See `slotField`. */
  readonly total: Float64Array;
  readonly small: number;
  readonly large: number;
  readonly freshSmall: number;
  readonly freshLarge: number;
  /** Steps of its positions above those expected for the bodies that they fit. */
  readonly offset: number;
  readonly sizes: readonly ItemSize[];
  /** Place in the run by slot. */
  readonly places: ReadonlyMap<number, number>;

  constructor(garment: Garment, priors: GarmentPriors, sums: ItemSums) {
    this.garment = garment;
    this.priors = priors;
    this.sums = sums;
    const total = sums.total();
    this.total = total;
    const count = total[slotField.count]!;
    this.small = shrunk(total[slotField.small]!, count, priors.brand.small, itemStrength);
    this.large = shrunk(total[slotField.large]!, count, priors.brand.large, itemStrength);
    const fresh = total[slotField.freshCount]!;
    this.freshSmall = shrunk(total[slotField.freshSmall]!, fresh, this.small, freshStrength);
    this.freshLarge = shrunk(total[slotField.freshLarge]!, fresh, this.large, freshStrength);
    const { gapSum, scoreSum, gapCount } = sums;
    this.offset = shrunk(gapSum - scoreSum, gapCount, priors.brand.offset, offsetStrength);
    this.sizes = this.#sizes();
    this.places = new Map(this.sizes.map(({ slot }, place) => [slot, place]));
  }

  #sizes(): ItemSize[] {
    const { run } = this.garment;
    const { rates, popularity } = this.priors;
    const { total, sums } = this;
    const { slots } = sums;
    const slotOfSize = run.sizes.map(({ position, length }) => slotOf(position, length));
    const popular = popularity.reduce((sum, one) => sum + one, 0);
    return run.sizes.map(({ position, length }, place) => {
      const slot = slotOfSize[place]!;
      const own = slots.get(slot) ?? nothing;
      const count = own[slotField.count]!;
      const usual = popular > 0 ? popularity[place]! / popular : 1 / run.sizes.length;
      const share = shrunk(own[slotField.kept]!, total[slotField.kept]!, usual, 4);
      return {
        position,
        length,
        slot,
        usualSmall: rates[place]![0],
        usualLarge: rates[place]![2],
        popularity: usual,
        count,
        kept: own[slotField.kept]!,
        small: shrunk(own[slotField.small]!, count, this.small, sizeStrength),
        large: shrunk(own[slotField.large]!, count, this.large, sizeStrength),
        ...this.#near(position),
        lean: shrunk(own[slotField.wereSmall]! - own[slotField.wereLarge]!, count, 0, 5),
        share,
        freshShare: shrunk(own[slotField.freshKept]!, total[slotField.freshKept]!, share, 2),
        below: stepTo(run.sizes[place - 1]?.position, position),
        above: stepTo(run.sizes[place + 1]?.position, position),
      };
    });
  }

  #near(position: number): { readonly nearSmall: number; readonly nearLarge: number } {
    let count = 0;
    let small = 0;
    let large = 0;
    for (const [slot, sums] of this.sums.slots) {
      const weight = Math.exp(-Math.abs(positionOf(slot) - position) / nearSteps);
      count += weight * sums[slotField.freshCount]!;
      small += weight * sums[slotField.freshSmall]!;
      large += weight * sums[slotField.freshLarge]!;
    }
    return {
      nearSmall: shrunk(small, count, this.small, nearStrength),
      nearLarge: shrunk(large, count, this.large, nearStrength),
    };
  }
}

const nothing = new Float64Array(16);

function positionOf(slot: number): number {
  return Math.floor(slot / 3) / 8;
}

function stepTo(neighbour: number | undefined, position: number): number {
  return neighbour === undefined ? 9 : Math.abs(neighbour - position);
}
