import { scoreOfNew } from '../../models/content/content-queries.ts';
import type { ScoredItem } from '../../models/recommenders/model.ts';
import { TopItems } from '../../models/recommenders/top-items.ts';
import type { Retriever } from '../../models/retrieval/retriever.ts';
import type { NewItems } from '../content/new-items-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import { type Candidate, mostCandidates } from './candidate.ts';
import type { Asked } from './personal.ts';

/** The best of the items that the model does not know are looked at, and the rest left out. */
const mostUnknown = 1_000;

export interface CatalogueQuestion {
  readonly asked: Asked;
  readonly serving: ServingModel;
  /** Finds the best of the model's items. */
  readonly retriever: Retriever;
  readonly newItems: NewItems;
  /** Item ids that are not recommended: what was bought. */
  readonly bought: ReadonlySet<string>;
  /** Items that the viewer has met, also those that the model does not know. */
  readonly met: ReadonlySet<string>;
}

/**
 * The candidates of the whole catalogue in batches, best first: those that are new to the viewer,
 * among them those that are new to the model; then those that the viewer knows already.
 *
 * @param first how many the first batch is to have
 */
export function* catalogueCandidates(
  question: CatalogueQuestion,
  first: number,
): Generator<readonly Candidate[]> {
  const unknown = unknownCandidates(question);
  let given = 0;
  let taken = 0;
  for (let count = first; ; count = Math.min(4 * count, mostCandidates)) {
    const { fresh, known } = scored(question, count);
    const isLast = fresh.length < count || count === mostCandidates;
    const lowest = isLast ? Number.NEGATIVE_INFINITY : (fresh.at(-1)?.score ?? 0);
    const fits = unknown.slice(taken, taken + count).filter(({ score }) => score >= lowest);
    taken += fits.length;
    yield merged(inOrder(fresh.slice(given), question), fits);
    if (isLast) {
      if (taken < unknown.length) yield unknown.slice(taken);
      yield inOrder(known, question);
      return;
    }
    given = count;
  }
}

/** The best `count` items that are new to the viewer, and what the viewer knows with its scores. */
function scored(
  { asked, serving, retriever, bought }: CatalogueQuestion,
  count: number,
): { fresh: readonly ScoredItem[]; known: readonly ScoredItem[] } {
  const isBought = new Set(Array.from(bought).flatMap((id) => serving.items.indexOf(id) ?? []));
  const items = asked.live.history.items.filter((item) => !isBought.has(item));
  const scores = new Float32Array(items.length);
  asked.query.scoreItems(items, scores);
  const known = Array.from(items, (item, at) => ({ item, score: scores[at] ?? 0 }));
  return { fresh: retriever.top(asked.query, count, [...isBought, ...items]), known };
}

/** Items that the model does not know, best first, on the scale of those that it knows. */
function unknownCandidates({ asked, serving, newItems, met }: CatalogueQuestion): Candidate[] {
  const { content } = serving;
  if (!content || newItems.size === 0) return [];
  const { appeal } = content.parameters;
  const weight = asked.live.history.items.length > 0 ? appeal.known : appeal.new;
  const ids: string[] = [];
  const top = new TopItems(Math.min(mostUnknown, newItems.size));
  for (const [itemId, vector] of newItems) {
    if (met.has(itemId)) continue;
    const score = scoreOfNew(asked.query, vector, weight);
    if (score === undefined) return [];
    top.offer(ids.length, score);
    ids.push(itemId);
  }
  const candidates = top.drainList().map(({ item, score }) => {
    return { itemId: ids[item] ?? '', score, source: 'content' as const };
  });
  return candidates.sort(byScore);
}

/**
 * By score, equal ones by item id, so that the order does not hang on the order of training. A score
 * of exactly 0 is what a model gives to items that it has found nothing about (no neighbour in the
 * history, nobody who took it): those are left to the lists that come after the model.
 */
export function inOrder(
  batch: readonly ScoredItem[],
  { asked: { source }, serving }: { asked: Pick<Asked, 'source'>; serving: ServingModel },
): Candidate[] {
  const found = batch.filter(({ score }) => score !== 0);
  const candidates = found.map(({ item, score }) => {
    return { itemId: serving.items.idOf(item), score, source, index: item };
  });
  return candidates.sort(byScore);
}

/** Two lists, each best first, as one. */
function merged(a: readonly Candidate[], b: readonly Candidate[]): readonly Candidate[] {
  return b.length === 0 ? a : [...a, ...b].sort(byScore);
}

function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || (a.itemId < b.itemId ? -1 : 1);
}

/** A model's nearest items to one of its items, in batches, best first. */
export function* similarCandidates(
  serving: ServingModel,
  index: number,
  first: number,
): Generator<readonly Candidate[]> {
  let given = 0;
  for (let count = first; ; count = Math.min(4 * count, mostCandidates)) {
    const near = serving.model.similar(index, count).filter(({ score }) => score > 0);
    yield inOrder(near.slice(given), { asked: { source: serving.model.kind }, serving });
    if (near.length < count || count === mostCandidates) return;
    given = count;
  }
}
