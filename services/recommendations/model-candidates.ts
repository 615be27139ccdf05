import { type Candidate, type CandidateSet, mostCandidates } from './candidate.ts';
import { reRank } from './re-rank.ts';
import { scoreCandidates } from './score.ts';

/**
 * A model's candidates in batches, best first. Items that the viewer already knows (those of the
 * history) come last, after everything that is new to them.
 *
 * @param first how many the first batch is to have
 */
export function* modelCandidates(
  set: CandidateSet,
  first: number,
): Generator<readonly Candidate[]> {
  let given = 0;
  let unknown = 0;
  for (let count = first; ; count = Math.min(4 * count, mostCandidates)) {
    const { fresh, known } = scoreCandidates(set, count);
    const isLast = fresh.length < count || count === mostCandidates;
    const lowest = isLast ? Number.NEGATIVE_INFINITY : (fresh.at(-1)?.score ?? 0);
    const rest = set.unknown.slice(unknown, unknown + count);
    const fits = rest.filter(({ score }) => score >= lowest);
    unknown += fits.length;
    yield merged(reRank(fresh.slice(given), set), fits);
    if (isLast) {
      if (unknown < set.unknown.length) yield set.unknown.slice(unknown);
      yield reRank(known, set);
      return;
    }
    given = count;
  }
}

/** Two lists, each best first, as one. */
function merged(a: readonly Candidate[], b: readonly Candidate[]): readonly Candidate[] {
  if (b.length === 0) return a;
  return [...a, ...b].sort((x, y) => y.score - x.score || (x.itemId < y.itemId ? -1 : 1));
}
