import { categoryPopularity } from '../../models/content/category-popularity.ts';
import { ContentEncoder } from '../../models/content/content-encoder.ts';
import { usualSpec } from '../../models/content/content-features.ts';
import { foldedUsers, type HiddenPart, rankHidden } from '../../models/content/content-ranking.ts';
import { chooseContent, fitContent } from '../../models/content/fit-content.ts';
import { type TowersConfig, towersConfigSchema } from '../../models/content/towers-config.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { countByColumn, rowOf } from '../../models/dataset/sparse-matrix.ts';
import { measure, type RankingMetrics } from '../../models/evaluation/evaluate-model.ts';
import { rankAmong } from '../../models/evaluation/hide-items.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { createAlsTrainer } from '../../models/recommenders/als.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import type { Database } from '../../services/database/database.ts';
import { readHiddenItems } from './hidden-items-data.ts';
import { type StartProgress, withProgress } from './progress.ts';
import { Stopwatch } from './stopwatch.ts';
import { loadTensorFlow, type TensorFlowBackend } from './tensorflow-backend.ts';

export interface EvaluateContentOptions {
  readonly hideItems: number;
  /** Of ALS. */
  readonly dimensions: number;
  readonly towers: boolean;
  readonly towersSettings?: TowersConfig;
  readonly backend?: TensorFlowBackend;
  readonly seed: number;
  readonly weights: EventWeights;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly progress: StartProgress;
  readonly report: (text: string) => void;
}

const limit = 20;

/**
 * Hides items, and measures who finds them: popularity, which knows nothing of them; the popularity
 * of their category; the ridge regression from content to ALS factors; the towers. All settings are
 * chosen on other hidden items of the training part.
 */
export async function evaluateContent(
  database: Database,
  options: EvaluateContentOptions,
): Promise<void> {
  const { hideItems: share, seed, weights, signal, progress, report } = options;
  const watch = new Stopwatch();
  const { test, validation, categories } = await database.transaction(
    (transaction) => readHiddenItems(transaction, { share, seed, weights, signal, ...usualSpec }),
    'repeatable read',
  );
  report(describe(test));
  const settings = { ...usualSpec, towers: options.towersSettings ?? towersConfigSchema.parse({}) };
  const loaded = options.towers ? await loadTensorFlow(options.backend) : undefined;
  if (loaded) {
    const why = loaded.reason === undefined ? '' : ` (tensorflow: ${loaded.reason})`;
    report(`backend     ${loaded.backend}${why}\n`);
  }
  watch.lap('read');
  const alsOnValidation = await fitAls(validation, options);
  const chosen = await withProgress(progress, 'choosing on hidden items', (onProgress) =>
    chooseContent(validation, alsOnValidation, settings, loaded?.tf, { seed, signal, onProgress }),
  );
  report(
    `chosen      ${JSON.stringify(chosen.choice)}; validation ` +
      `NDCG@${limit} of ridge and appeal ${chosen.ridge.toFixed(4)}` +
      (chosen.towers
        ? `, of the towers by epoch ${chosen.towers.scores
            .slice(1)
            .map((s) => s.toFixed(4))
            .join(' ')}, strength ${chosen.towers.strength}\n`
        : '\n'),
  );
  watch.lap('choose');
  const als = await fitAls(test, options);
  const folded = foldedUsers(als, test);
  const ranking = { limit, seed, recent: settings.towers.recent };
  const rank = (encoder: ContentEncoder) => rankHidden(encoder, test, folded, ranking);
  const popularity = countByColumn(test.train.interactions);
  const isTrained = (item: number) => (popularity[item] ?? 0) > 0;
  const byCategory = categoryPopularity(categories, popularity, isTrained);
  const lists: [string, Recommendations][] = [
    ['popularity', rankAll(test, seed, () => 0)],
    ['category popularity', rankAll(test, seed, (item) => byCategory[item] ?? 0)],
  ];
  const fit = (epochs: number, label: string) =>
    withProgress(progress, `fitting ${label}`, (onProgress) =>
      fitContent(test.train, als, { ...chosen.choice, epochs }, settings, loaded?.tf, {
        seed,
        signal,
        onProgress,
      }),
    );
  const ridge = await fit(0, 'ridge');
  const plain = new ContentEncoder({ ...ridge.parameters, appeal: { known: 0, new: 0 } });
  lists.push(['ridge', rank(plain)], ['ridge and appeal', rank(ridge)]);
  // The towers' figures, whether validation has found them better or not.
  if (chosen.towers) lists.push(['towers', rank(await fit(chosen.towers.epoch, 'towers'))]);
  watch.lap('fit');
  report(header());
  for (const [label, list] of lists) {
    report(row(label, measure(list, test.test, test.test.relevant, seed).metrics));
  }
  report(`seconds     ${watch.describe()}\n`);
}

async function fitAls(
  { train }: HiddenPart,
  { dimensions, threads, seed, signal, progress }: EvaluateContentOptions,
): Promise<AlsModel> {
  const model = await withProgress(progress, 'fitting als', (onProgress) =>
    createAlsTrainer({ dimensions, threads }).fit(train, { seed, signal, onProgress }),
  );
  if (!(model instanceof AlsModel)) throw new TypeError(`a ${model.kind} is no ALS`);
  return model;
}

function rankAll(part: HiddenPart, seed: number, scoreOf: (item: number) => number) {
  const scores = Float32Array.from(part.hidden, scoreOf);
  return rankAmong(part.test, limit, seed, (_, out) => out.set(scores));
}

function describe({ train, hidden, test }: HiddenPart): string {
  const { interactions } = train;
  const warm = test.users.filter((user) => rowOf(interactions, user).indices.length > 0);
  const pairs = test.relevant.indices.length;
  return (
    `train       ${interactions.indices.length} pairs of ${interactions.rows} users\n` +
    `test        ${pairs} pairs of ${test.users.length} users (${warm.length} with a history) on ` +
    `${hidden.length} hidden items\n`
  );
}

function header(): string {
  return (
    `\n${'model'.padEnd(20)}  Recall@20 (95 %)           NDCG@20 (95 %)             ` +
    'long-tail recall  coverage  top 1 %\n'
  );
}

function row(label: string, metrics: RankingMetrics): string {
  const { recall, ndcg, longTailRecall, coverage, topShare } = metrics;
  const interval = ({ mean, low, high }: typeof recall) =>
    `${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
  const tail = longTailRecall === null ? '–' : longTailRecall.mean.toFixed(4);
  const top = topShare === null ? '–' : `${(100 * topShare).toFixed(1)} %`;
  return (
    `${label.padEnd(20)}  ${interval(recall)}  ${interval(ndcg)}  ${tail.padEnd(16)}  ` +
    `${`${(100 * coverage).toFixed(1)} %`.padEnd(8)}  ${top}\n`
  );
}
