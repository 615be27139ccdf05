import { addBag, type FeatureBags } from './feature-bags.ts';
import { applyLinear, type LinearMap } from './ridge.ts';
import { applyTower, type TowerWeights } from './tower.ts';

/** The networks' part of an encoder; vectors are in units of the ALS factors. */
export interface Towers {
  /** Length of a table's row. */
  readonly embedding: number;
  readonly hidden: number;
  /** buckets × embedding */
  readonly itemTable: Float32Array;
  readonly userTable: Float32Array;
  /** embedding → dimensions */
  readonly item: TowerWeights;
  /** See `userInputs`. */
  readonly user: TowerWeights;
  /** Root mean square of an entry of an item's factor, and of a user's. */
  readonly itemUnit: number;
  readonly userUnit: number;
}

export interface EncoderParameters {
  readonly buckets: number;
  readonly dimensions: number;
  /** Content of an item to its ALS factor. */
  readonly itemMap: LinearMap;
  /** Profile of a user to the ALS factor. */
  readonly userMap: LinearMap;
  readonly towers?: Towers;
}

/** What is known of a user: any of it may be empty. */
export interface KnownUser {
  /** A row of `bags`; undefined: no profile. */
  readonly profile?: { readonly bags: FeatureBags; readonly row: number };
  /** Embeddings of the recent items (see `ContentEncoder.embed`), one after another. */
  readonly recent: Float32Array;
  /** Items of the whole history. */
  readonly items: number;
  /** The ALS fold-in of the history. */
  readonly folded: Float32Array;
}

/** Length of the user tower's input: profile, recent content, fold-in, whether and how much. */
export function userInputs(embedding: number, dimensions: number): number {
  return 2 * embedding + dimensions + 2;
}

/** The last two inputs of the user tower. */
export function historySignals(items: number): readonly [number, number] {
  return items === 0 ? [0, 0] : [1, Math.log1p(items) / 4];
}

/**
 * Puts items and users into the space of the ALS factors from what is known of them beforehand. An
 * item's vector is the ridge regression of its content to the factors, and with towers the item
 * tower's correction of it; a user's is the fold-in of the history, where there is one, and the
 * user tower's correction of that.
 */
export class ContentEncoder {
  readonly parameters: EncoderParameters;

  constructor(parameters: EncoderParameters) {
    this.parameters = parameters;
  }

  get dimensions(): number {
    return this.parameters.dimensions;
  }

  /** The sum of an item's rows in the item table; empty without towers. */
  embed(bags: FeatureBags, row: number): Float32Array {
    const { towers } = this.parameters;
    const sum = new Float32Array(towers?.embedding ?? 0);
    if (towers) addBag(sum, towers.itemTable, bags, row);
    return sum;
  }

  /** Length `dimensions`. */
  encodeItem(bags: FeatureBags, row: number): Float32Array {
    const { itemMap, towers } = this.parameters;
    const vector = applyLinear(itemMap, bags, row);
    if (!towers) return vector;
    addScaled(vector, applyTower(towers.item, this.embed(bags, row)), towers.itemUnit);
    return vector;
  }

  /** Length `dimensions`. All zero for a user of whom nothing is known, without towers. */
  encodeUser(user: KnownUser): Float32Array {
    const { userMap, towers } = this.parameters;
    const { profile, folded, items } = user;
    if (!towers) {
      if (items > 0 || !profile) return folded.slice();
      return applyLinear(userMap, profile.bags, profile.row);
    }
    const vector = folded.slice();
    addScaled(vector, applyTower(towers.user, userInput(towers, user)), towers.userUnit);
    return vector;
  }
}

function userInput(towers: Towers, { profile, recent, items, folded }: KnownUser): Float32Array {
  const { embedding, userTable, userUnit } = towers;
  const input = new Float32Array(userInputs(embedding, folded.length));
  if (profile) addBag(input.subarray(0, embedding), userTable, profile.bags, profile.row);
  const times = recent.length / embedding;
  for (let at = 0; at < recent.length; at++) {
    input[embedding + (at % embedding)]! += recent[at]! / times;
  }
  for (let n = 0; n < folded.length; n++) input[2 * embedding + n] = folded[n]! / userUnit;
  input.set(historySignals(items), input.length - 2);
  return input;
}

function addScaled(out: Float32Array, values: Float32Array, factor: number): void {
  for (let n = 0; n < out.length; n++) out[n]! += factor * values[n]!;
}
