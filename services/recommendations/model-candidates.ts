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
  for (let count = first; ; count = Math.min(4 * count, mostCandidates)) {
    // Scored anew: while the batch before was with the database, others have used the room.
    const { fresh, known } = scoreCandidates(set, count);
    yield reRank(fresh.slice(given), set);
    if (fresh.length < count || count === mostCandidates) {
      yield reRank(known, set);
      return;
    }
    given = count;
  }
}
