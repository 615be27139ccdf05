import { gainsOf } from '../../../models/evaluation/compare-models.ts';
import {
  concentrationCurve,
  coverageByLength,
  giniOf,
  timesRecommended,
} from '../../../models/evaluation/exposure.ts';
import { scoresOfLists } from '../../../models/evaluation/list-scores.ts';
import { byItemPopularity, byUserActivity } from '../../../models/evaluation/metric-groups.ts';
import type { Recommendations } from '../../../models/evaluation/ranking-metrics.ts';
import { sampleUsers } from '../../../models/evaluation/sample-users.ts';
import {
  hitRateByPlace,
  hitRateByScore,
  hitsOf,
} from '../../../models/evaluation/score-calibration.ts';
import type { Model } from '../../../models/recommenders/model.ts';
import type { Contender } from '../contenders.ts';
import type { HeldOut, TrainingData } from '../training-source.ts';
import type { CalibrationReport, ModelReport } from './evaluation-report.ts';

/** Test users whose recommendations are scored; more would move no bin visibly. */
const scoredUsers = 5000;

/** Places of a list whose hits are told apart; the rest of a long list is hardly looked at. */
const mostPlaces = 50;

/** The figures of one model, and what `subject` has over it. */
export function modelReport(
  { name, role, metrics, perUser, recommendations }: Contender,
  subject: Contender,
  { dataset: { interactions, items } }: TrainingData,
  { test }: HeldOut,
  seed: number,
): ModelReport {
  const times = timesRecommended(recommendations, items.size);
  const gini = giniOf(times);
  return {
    name,
    role,
    metrics,
    ...(role !== 'model' && { gain: gainsOf(subject.perUser, perUser, seed) }),
    byActivity: byUserActivity(perUser, test.users, interactions, seed),
    byPopularity: byItemPopularity(recommendations, test, interactions, seed),
    coverage: [...coverageByLength(recommendations, items.size)],
    exposure: concentrationCurve(times),
    gini: Number.isNaN(gini) ? null : gini,
  };
}

/** How often users took what a model showed them, by its score and by its place. */
export async function calibrationReport(
  model: Model,
  recommendations: Recommendations,
  { dataset: { interactions } }: TrainingData,
  heldOut: HeldOut,
  seed: number,
  signal: AbortSignal,
): Promise<CalibrationReport> {
  const test = sampleUsers(heldOut.test, scoredUsers, seed);
  const lists = listsOf(test.users, heldOut.test.users, recommendations);
  const scores = await scoresOfLists(model, interactions, test.users, lists, signal);
  const hits = hitsOf(lists, test);
  return {
    users: test.users.length,
    byScore: hitRateByScore(lists, scores, hits, { seed }),
    byPlace: hitRateByPlace(hits, lists.limit, { places: mostPlaces, seed }),
  };
}

/** The lists of some of the users. */
function listsOf(
  some: Uint32Array,
  users: Uint32Array,
  { items, limit }: Recommendations,
): Recommendations {
  const rowOf = new Map(Array.from(users, (user, row) => [user, row]));
  const lists = new Uint32Array(some.length * limit);
  some.forEach((user, to) => {
    const row = rowOf.get(user) ?? 0;
    lists.set(items.subarray(row * limit, (row + 1) * limit), to * limit);
  });
  return { limit, items: lists };
}
