/** A value of a JSON document, as attributes hold them. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What a catalogue says about an item before anybody has seen it. */
export interface ItemContent {
  /** From the root of the category tree to the leaf. */
  readonly categoryPath: readonly string[];
  readonly brand?: string | null;
  readonly title: string;
  readonly price?: number | null;
  /** Of its SKUs, each once. */
  readonly colours: readonly string[];
  readonly attributes: Attributes;
}

/** What a shop knows of a user who has done nothing yet. Lengths in cm, weight in kg. */
export interface UserContent {
  readonly birthYear?: number | null;
  readonly gender?: string | null;
  readonly cityTier?: number | null;
  readonly channel?: string | null;
  readonly heightCm?: number | null;
  readonly weightKg?: number | null;
  readonly bustCm?: number | null;
  readonly waistCm?: number | null;
  readonly hipCm?: number | null;
  readonly bodyType?: string | null;
  readonly attributes: Attributes;
}
