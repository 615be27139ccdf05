import { createHash } from 'node:crypto';
import { decideOutcomes } from '../../models/sizing/decide-outcomes.ts';
import { personaShares } from '../../models/sizing/personas/persona-shares.ts';
import type { Persona, PersonGroup } from '../../models/sizing/personas/persona-types.ts';
import { outcomesOf, personasOf } from '../../models/sizing/personas/personas.ts';
import { profileBody } from '../../models/sizing/profile-body.ts';
import type { SizePredictor, WearerEvidence } from '../../models/sizing/size-predictor.ts';
import type { Body, Garment, WearerOutcome } from '../../models/sizing/size-types.ts';
import { BoundedMap } from '../live/bounded-map.ts';
import type { ItemRow, OrderLine } from '../live/live-rows.ts';
import type { Viewer } from '../recommendations/viewer.ts';
import type { Garments } from './garments.ts';

/** What somebody wore, and how it turned out. */
export interface WornPiece extends WearerOutcome {
  readonly label: string;
}

/** One of the people behind an account, or the only one. */
export interface Wearer {
  /** Undefined: nobody whom the account is known to buy for. */
  readonly group: PersonGroup | undefined;
  readonly body: Body;
  /** The newest outcomes that are known, at most 50. */
  readonly outcomes: readonly WornPiece[];
  readonly evidence: WearerEvidence;
  /** Nothing that a size could be told by: no outcome and no measurement. */
  readonly isBlank: boolean;
}

/** A wearer, and how likely a piece is for them. */
export interface LikelyWearer {
  readonly wearer: Wearer;
  readonly share: number;
}

/** Everybody whom an account buys for. */
export interface Household {
  readonly personas: readonly Persona[];
  /** Of all of them. */
  readonly outcomes: readonly WornPiece[];
  readonly body: Body;
  /** One a persona, and after them somebody who is not known. */
  readonly wearers: readonly Wearer[];
  readonly isBlank: boolean;
}

interface Kept {
  readonly model: SizePredictor;
  readonly household: Household;
  /** When it was made. */
  readonly from: number;
  /** From this moment on more is known. */
  readonly until: number;
  /** What the pieces were, by item; null: nothing that is in the catalogue. */
  readonly garments: ReadonlyMap<string, Garment | null>;
}

export interface WearersOptions {
  readonly garments: Garments;
  /** An item of the catalogue; null: not in it; undefined: not in memory. */
  readonly item: (itemId: string) => { readonly row: ItemRow } | null | undefined;
  readonly returnWindow: number;
}

/** Outcomes that a wearer is judged by, the newest. */
export const mostOutcomes = 50;
/** Seconds after which people are looked at again: children grow. */
const keptFor = 86_400;

/** Below this it is taken to be for somebody who is not known. */
const leastKnown = 0.1;

/** One takes a few kilobytes, and .1 ms to be made again. */
const mostHouseholds = 10_000;

const nobody: Pick<Wearer, 'group' | 'body' | 'outcomes' | 'isBlank'> = {
  group: undefined,
  body: {},
  outcomes: [],
  isBlank: true,
};

/** What is known of the sizes that viewers wear. */
export class Wearers {
  readonly #options: WearersOptions;
  /**
   * By all that it is made of: a viewer who has clicked is another object, and the household the same,
   * with what was made out for it.
   */
  readonly #kept = new BoundedMap<string, Kept>(mostHouseholds);

  constructor(options: WearersOptions) {
    this.#options = options;
  }

  /**
   * @param missing gets the ids of items that are not in memory
   * @returns undefined when there are such
   */
  of(viewer: Viewer, model: SizePredictor, now: Date, missing: Set<string>): Household | undefined {
    const seconds = now.getTime() / 1000;
    const key = keyOf(viewer);
    const kept = this.#kept.get(key);
    const isTimely = kept && seconds >= kept.from && seconds < kept.until;
    if (isTimely && kept.model === model && this.#isAsItWas(kept)) return kept.household;
    const { outcomes, garments, until, absent } = this.#outcomes(viewer.pieces, seconds);
    for (const itemId of absent) missing.add(itemId);
    if (absent.length > 0) return undefined;
    const body = profileBody(viewer.profile, now.getUTCFullYear());
    const household = householdOf(outcomes, body, model, seconds);
    const end = Math.min(until, seconds + keptFor);
    this.#kept.set(key, { model, household, garments, from: seconds, until: end });
    this.#kept.evict();
    return household;
  }

  /** Whether the pieces are still read as they were: a brand's table moves those that were worn too. */
  #isAsItWas({ garments }: Kept): boolean {
    const { item, garments: now } = this.#options;
    for (const [itemId, garment] of garments) {
      const found = item(itemId);
      if (found === undefined) return false;
      if ((found === null ? null : now.of(found.row).garment) !== garment) return false;
    }
    return true;
  }

  #outcomes(
    lines: readonly OrderLine[],
    now: number,
  ): Pick<Kept, 'garments' | 'until'> & {
    readonly outcomes: WornPiece[];
    /** Items that are not in memory. */
    readonly absent: string[];
  } {
    const { returnWindow, garments, item } = this.#options;
    const decided = decideOutcomes(lines.flatMap(pieceLine), returnWindow);
    const later = decided.findIndex(({ knownAt }) => knownAt > now);
    const known = later < 0 ? decided : decided.slice(0, later);
    const outcomes: WornPiece[] = [];
    const worn = new Map<string, Garment | null>();
    const absent: string[] = [];
    for (const { line, fit } of known.slice(-mostOutcomes)) {
      const found = item(line.itemId);
      if (found === undefined) absent.push(line.itemId);
      if (!found) {
        worn.set(line.itemId, null);
        continue;
      }
      const { garment, sizes } = garments.of(found.row);
      worn.set(line.itemId, garment);
      const size = garment.run.sizes[sizes.get(line.skuId) ?? -1];
      if (size === undefined) continue;
      const { itemId, category, brand, run } = garment;
      const { label, position, length } = size;
      const place = { itemId, category, brand, scale: run.scale, position, length };
      outcomes.push({ ...place, label, fit, at: line.at });
    }
    const until = decided[later]?.knownAt ?? Number.POSITIVE_INFINITY;
    return { outcomes, garments: worn, until, absent };
  }
}

/**
 * The people behind an account, each with what is theirs of its outcomes; the body that it tells of is
 * that of its owner.
 *
 * @param now seconds since 1970
 */
export function householdOf(
  outcomes: readonly WornPiece[],
  body: Body,
  model: SizePredictor,
  now: number,
): Household {
  const personas = personasOf(outcomes, body, now);
  const known = personas.map((persona): Wearer => {
    const own = outcomesOf(persona, outcomes, now) as readonly WornPiece[];
    return wearerOf(persona.group, persona.owner > 0.5 ? body : {}, own, model, now);
  });
  const stranger = { ...nobody, evidence: model.wearerEvidence({}, [], now) };
  return {
    ...{ personas, outcomes, body },
    wearers: [...known, stranger],
    isBlank: outcomes.length === 0 && !isMeasured(body),
  };
}

/**
 * Whom of a household a garment would be for, the likeliest first. Somebody who is not known is only
 * among them where hardly anybody who is could be meant: who asks mostly asks for one of these.
 */
export function likelyWearers({ personas, wearers }: Household, garment: Garment): LikelyWearer[] {
  const shares = personaShares(personas, garment);
  const known = 1 - (shares[personas.length] ?? 0);
  const stranger = wearers[personas.length];
  if (known < leastKnown && stranger) return [{ wearer: stranger, share: 1 }];
  return personas
    .flatMap((_, n): LikelyWearer[] => {
      const wearer = wearers[n];
      return wearer ? [{ wearer, share: (shares[n] ?? 0) / known }] : [];
    })
    .sort((a, b) => b.share - a.share);
}

function wearerOf(
  group: PersonGroup | undefined,
  body: Body,
  outcomes: readonly WornPiece[],
  model: SizePredictor,
  now: number,
): Wearer {
  const evidence = model.wearerEvidence(body, outcomes, now);
  return { group, body, outcomes, evidence, isBlank: outcomes.length === 0 && !isMeasured(body) };
}

const measures = ['heightCm', 'weightKg', 'bustCm', 'waistCm', 'hipCm', 'footCm'] as const;

export function isMeasured(body: Body): boolean {
  return measures.some((measure) => body[measure] !== undefined);
}

/** Of a viewer's profile and orders, as far as sizes are told by them. */
const keys = new WeakMap<readonly OrderLine[], string>();

function keyOf({ pieces, profile }: Viewer): string {
  const known = keys.get(pieces);
  if (known !== undefined) return known;
  const lines = pieces.map(({ type, skuId, itemId, orderId, reason, said, occurredAt }) => {
    return [type, skuId, itemId, orderId, reason, said, occurredAt];
  });
  const key = createHash('sha1')
    .update(JSON.stringify([profile, lines]))
    .digest('base64');
  keys.set(pieces, key);
  return key;
}

function pieceLine({ type, itemId, skuId, orderId, reason, said, occurredAt }: OrderLine) {
  if (skuId === null) return [];
  return [{ type, account: 'own', itemId, skuId, orderId, reason, said, at: occurredAt }];
}
