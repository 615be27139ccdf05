import type { ItemContent, UserContent } from './content.ts';
import { itemFeatures, userFeatures } from './content-features.ts';
import { addBag, type FeatureBags, FeatureBagsBuilder } from './feature-bags.ts';
import type { FeatureSet } from './feature-set.ts';
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
  /** What their corrections are multiplied by, 0 to 1. */
  readonly strength: number;
}

export interface EncoderParameters {
  readonly buckets: number;
  readonly dimensions: number;
  /** Content of an item to its ALS factor. */
  readonly itemMap: LinearMap;
  /** Profile of a user to the ALS factor. */
  readonly userMap: LinearMap;
  /** Content of an item to how popular such items are, in standard deviations from their mean. */
  readonly appealMap: LinearMap;
  /** What a standard deviation of it is worth, in units of a score. */
  readonly appeal: AppealWeights;
  /**
   * What the standard scores of the profile's vector count beside those of popularity, for a user
   * without a history; 0: a profile says nothing about what its user wants.
   */
  readonly profileWeight: number;
  readonly towers?: Towers;
}

/** Of users with a history, and of those without one. */
export interface AppealWeights {
  readonly known: number;
  readonly new: number;
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
 * tower's correction of it; a user's is the fold-in of the history, where there is one, else the
 * ridge regression of the profile, and with towers the user tower's correction of the fold-in.
 *
 * A vector has one entry more than a factor: for an item how popular such items are, for a user what
 * that counts. ALS predicts 1 for what was taken, whatever the item; where little is known of a
 * user, what is generally liked is the better guess.
 */
export class ContentEncoder {
  readonly parameters: EncoderParameters;

  constructor(parameters: EncoderParameters) {
    const { appeal, profileWeight } = parameters;
    // As they come back from an artifact.
    this.parameters = {
      ...parameters,
      appeal: { known: Math.fround(appeal.known), new: Math.fround(appeal.new) },
      profileWeight: Math.fround(profileWeight),
    };
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

  /** Length `dimensions` + 1. */
  encodeItem(bags: FeatureBags, row: number): Float32Array {
    const { itemMap, appealMap, towers } = this.parameters;
    const vector = applyLinear(itemMap, bags, row);
    if (towers) {
      const correction = applyTower(towers.item, this.embed(bags, row));
      addScaled(vector, correction, towers.strength * towers.itemUnit);
    }
    return extended(vector, applyLinear(appealMap, bags, row)[0]!);
  }

  /** Length `dimensions` + 1. */
  encodeUser(user: KnownUser): Float32Array {
    const { appeal } = this.parameters;
    return extended(this.#userFactor(user), user.items > 0 ? appeal.known : appeal.new);
  }

  /** The vector (length `dimensions` + 1) of an item that no model knows. */
  encodeNewItem(content: ItemContent): Float32Array {
    return this.encodeItem(bagOf(itemFeatures(content, this.parameters)), 0);
  }

  /**
   * The ALS vector (length `dimensions`) of a user who has done nothing yet; undefined for a profile
   * with nothing in it.
   */
  encodeProfile(content: UserContent): Float32Array | undefined {
    const features = userFeatures(content, this.parameters);
    return features.size === 0 ? undefined : this.encodeStranger(bagOf(features), 0);
  }

  /** The same of a row of features. */
  encodeStranger(bags: FeatureBags, row: number): Float32Array {
    const nothing = new Float32Array(0);
    const folded = new Float32Array(this.dimensions);
    return this.#userFactor({ profile: { bags, row }, recent: nothing, items: 0, folded });
  }

  #userFactor(user: KnownUser): Float32Array {
    const { userMap, towers } = this.parameters;
    const { profile, folded, items } = user;
    if (towers) {
      const vector = folded.slice();
      const correction = applyTower(towers.user, userInput(towers, user));
      addScaled(vector, correction, towers.strength * towers.userUnit);
      return vector;
    }
    if (items > 0 || !profile) return folded.slice();
    return applyLinear(userMap, profile.bags, profile.row);
  }
}

function bagOf(features: FeatureSet): FeatureBags {
  const builder = new FeatureBagsBuilder();
  builder.add(0, features);
  return builder.build(1);
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

function extended(vector: Float32Array, last: number): Float32Array {
  const out = new Float32Array(vector.length + 1);
  out.set(vector);
  out[vector.length] = last;
  return out;
}

function addScaled(out: Float32Array, values: Float32Array, factor: number): void {
  for (let n = 0; n < out.length; n++) out[n]! += factor * values[n]!;
}
