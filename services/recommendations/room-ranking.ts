import { type RelevanceWeights, relevance } from '../../models/ranking/relevance.ts';
import type { LiveItem, LiveRoom } from '../live/live-state.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Candidate, CandidateSource } from './candidate.ts';
import { indicesOf, type Pool } from './room-scores.ts';
import type { Viewer } from './viewer.ts';

export interface RoomQuestion {
  readonly pool: Pool;
  readonly viewer: Viewer;
  readonly serving: ServingModel | undefined;
  /** What the model says of each item of the pool; undefined: nothing of this viewer. */
  readonly scores: Float32Array | undefined;
  /** What the model's scores are said to come from. */
  readonly source: CandidateSource;
  /** Undefined: a list of items without a room. */
  readonly room: LiveRoom | undefined;
  readonly item: (itemId: string) => LiveItem | null | undefined;
  readonly weights: Readonly<Record<'personal' | 'general', RelevanceWeights>>;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The items of a shelf in the order of their relevance for a viewer now: what the model says of them,
 * what is being clicked and bought in the room, what is popular in the shop, and the host's order.
 */
export function rankedShelf(question: RoomQuestion): Candidate[] {
  const { pool, viewer, scores, room, item, weights, now } = question;
  const { itemIds } = pool;
  const count = itemIds.length;
  const trend = new Float64Array(count);
  const popularity = new Float64Array(count).fill(Number.NaN);
  for (const [place, itemId] of itemIds.entries()) {
    if (room) trend[place] = room.activity.trend.at(itemId, now);
    popularity[place] = item(itemId)?.row.trend ?? Number.NaN;
  }
  const parts = { trend, popularity, disliked: dislikedOf(pool, viewer) };
  const usual = scores ? weights.personal : weights.general;
  // Of a list that somebody asks about, the order says nothing.
  const counting = room ? usual : { ...usual, order: 0 };
  const values = relevance(scores ? { ...parts, model: scores } : parts, counting);
  const indices = indicesOf(pool);
  const candidates = itemIds.map((itemId, place): Candidate => {
    const index = indices.get(place);
    const score = values[place] ?? 0;
    return {
      itemId,
      score,
      source: sourceOf(question, place, index),
      ...(index !== undefined && { index }),
    };
  });
  // The host's order among equals.
  return candidates.sort((a, b) => b.score - a.score);
}

function sourceOf(
  { scores, source, room }: RoomQuestion,
  place: number,
  index: number | undefined,
): CandidateSource {
  const isScored = scores !== undefined && !Number.isNaN(scores[place]);
  if (!isScored) return room ? 'room' : 'asked';
  return index === undefined ? 'content' : source;
}

function dislikedOf({ itemIds }: Pool, { interests }: Viewer): Uint8Array {
  const disliked = new Uint8Array(itemIds.length);
  const against = new Set(
    interests.itemIds.filter((_, place) => (interests.weights[place] ?? 0) < 0),
  );
  if (against.size === 0) return disliked;
  for (const [place, itemId] of itemIds.entries()) if (against.has(itemId)) disliked[place] = 1;
  return disliked;
}
