import { decideOutcomes } from '../../models/sizing/decide-outcomes.ts';
import { profileBody } from '../../models/sizing/profile-body.ts';
import type { SizePredictor, WearerEvidence } from '../../models/sizing/size-predictor.ts';
import type { Body, WearerOutcome } from '../../models/sizing/size-types.ts';
import type { ItemRow, OrderLine } from '../live/live-rows.ts';
import type { Viewer } from '../recommendations/viewer.ts';
import type { Garments } from './garments.ts';

/** What somebody wore, and how it turned out. */
export interface WornPiece extends WearerOutcome {
  readonly label: string;
}

/** Somebody for whom sizes are looked for. */
export interface Wearer {
  readonly body: Body;
  /** The newest outcomes that are known, at most 50. */
  readonly outcomes: readonly WornPiece[];
  readonly evidence: WearerEvidence;
  /** Nothing that a size could be told by: no outcome and no measurement. */
  readonly isBlank: boolean;
}

interface Kept {
  readonly model: SizePredictor;
  readonly wearer: Wearer;
  /** From this moment on more is known. */
  readonly until: number;
}

export interface WearersOptions {
  readonly garments: Garments;
  /** An item of the catalogue; null: not in it; undefined: not in memory. */
  readonly item: (itemId: string) => { readonly row: ItemRow } | null | undefined;
  readonly returnWindow: number;
}

/** Outcomes that a wearer is judged by, the newest. */
export const mostOutcomes = 50;

/** What is known of the sizes that viewers wear. */
export class Wearers {
  readonly #options: WearersOptions;
  /** By the lines of a viewer's orders: what viewers are made of anew keeps them. */
  readonly #kept = new WeakMap<readonly OrderLine[], Kept>();

  constructor(options: WearersOptions) {
    this.#options = options;
  }

  /**
   * @param missing gets the ids of items that are not in memory
   * @returns undefined when there are such
   */
  of(viewer: Viewer, model: SizePredictor, now: Date, missing: Set<string>): Wearer | undefined {
    const seconds = now.getTime() / 1000;
    const kept = this.#kept.get(viewer.pieces);
    if (kept && kept.model === model && seconds < kept.until) return kept.wearer;
    const before = missing.size;
    const { outcomes, until } = this.#outcomes(viewer.pieces, seconds, missing);
    if (missing.size > before) return undefined;
    const body = profileBody(viewer.profile, now.getUTCFullYear());
    const evidence = model.wearerEvidence(body, outcomes, seconds);
    const wearer = {
      body,
      outcomes,
      evidence,
      isBlank: outcomes.length === 0 && !isMeasured(body),
    };
    this.#kept.set(viewer.pieces, { model, wearer, until });
    return wearer;
  }

  #outcomes(
    lines: readonly OrderLine[],
    now: number,
    missing: Set<string>,
  ): { readonly outcomes: WornPiece[]; readonly until: number } {
    const { returnWindow, garments, item } = this.#options;
    const decided = decideOutcomes(lines.flatMap(pieceLine), returnWindow);
    const later = decided.findIndex(({ knownAt }) => knownAt > now);
    const known = later < 0 ? decided : decided.slice(0, later);
    const outcomes: WornPiece[] = [];
    for (const { line, fit } of known.slice(-mostOutcomes)) {
      const found = item(line.itemId);
      if (found === undefined) missing.add(line.itemId);
      if (!found) continue;
      const { garment, sizes } = garments.of(found.row);
      const size = garment.run.sizes[sizes.get(line.skuId) ?? -1];
      if (size === undefined) continue;
      const { itemId, category, brand, run } = garment;
      const { label, position, length } = size;
      const place = { itemId, category, brand, scale: run.scale, position, length };
      outcomes.push({ ...place, label, fit, at: line.at });
    }
    return { outcomes, until: decided[later]?.knownAt ?? Number.POSITIVE_INFINITY };
  }
}

const measures = ['heightCm', 'weightKg', 'bustCm', 'waistCm', 'hipCm', 'footCm'] as const;

export function isMeasured(body: Body): boolean {
  return measures.some((measure) => body[measure] !== undefined);
}

function pieceLine({ type, itemId, skuId, orderId, reason, said, occurredAt }: OrderLine) {
  if (skuId === null) return [];
  return [{ type, account: 'own', itemId, skuId, orderId, reason, said, at: occurredAt }];
}
