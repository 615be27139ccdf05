import { chooseProfileWeight, type ProfileChoice } from '../../models/content/choose-profile.ts';
import type { ContentDataset } from '../../models/content/content-dataset.ts';
import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import { usualSpec } from '../../models/content/content-features.ts';
import { alsOf } from '../../models/content/content-queries.ts';
import {
  type ChosenContent,
  type ContentSettings,
  chooseContent,
  fitContent,
} from '../../models/content/fit-content.ts';
import { towersConfigSchema } from '../../models/content/towers-config.ts';
import { countByColumn, rowOf, type SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { drawItems, testAmong, withoutItems } from '../../models/evaluation/hide-items.ts';
import { sampleUsers } from '../../models/evaluation/sample-users.ts';
import { selectUsers, type TestSet } from '../../models/evaluation/test-set.ts';
import type { AlsModel } from '../../models/recommenders/als-model.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { PopularityModel } from '../../models/recommenders/popularity.ts';
import type { RunOptions } from './choose-settings.ts';
import { validationShare } from './hidden-items-data.ts';
import { withProgress } from './progress.ts';
import type { Rows } from './report.ts';
import { type Settings, trainerOf } from './trainers.ts';
import type { TrainingData } from './training-source.ts';

export interface TrainedContent {
  readonly encoder: ContentEncoder;
  readonly chosen: ChosenContent;
  /** Undefined where nobody's profile is known. */
  readonly profile: ProfileChoice | undefined;
}

/** Fewer hidden items that somebody wanted choose by chance. */
const fewestHidden = 5;
const fewestNewUsers = 30;
const profileUsers = 6000;

const settings: ContentSettings = {
  ...usualSpec,
  towers: towersConfigSchema.parse({}),
};

/**
 * Fits what places new items and users in the space of a model's ALS. Settings are chosen on the
 * validation part with some of its items hidden altogether, by an ALS that knows neither.
 *
 * @returns undefined where the model has no ALS, or too little is known to choose on
 */
export async function trainContent(
  model: Model,
  { content, dataset, validation }: TrainingData,
  modelSettings: Settings,
  options: RunOptions,
): Promise<TrainedContent | undefined> {
  const als = alsOf(model);
  if (!als || !content || content.items.buckets.length === 0) return undefined;
  const { seed, signal, progress } = options;
  const bags = { itemBags: content.items, userBags: content.users };
  const earlier = (validation?.dataset ?? dataset).interactions;
  const size = Math.round(validationShare * dataset.items.size);
  const [hidden = new Uint32Array(0)] = drawItems(dataset.items.size, [size], seed);
  const test = testAmong(earlier, hidden);
  if (new Set(test.relevant.indices).size < fewestHidden) return undefined;
  const train: ContentDataset = {
    ...dataset,
    ...bags,
    interactions: withoutItems(earlier, hidden),
  };
  const smaller = await fitAls(train, model, modelSettings, options);
  const part = { train, hidden, test };
  return withProgress(progress, 'fitting content', async (onProgress) => {
    const context = { seed, signal, onProgress };
    const chosen = await chooseContent(part, smaller, settings, undefined, context);
    const profile =
      validation && (await chooseProfile(chosen, train, smaller, validation.test, options));
    const choice = { ...chosen.choice, profileWeight: profile?.weight ?? 0 };
    const full = { ...dataset, ...bags };
    const encoder = await fitContent(full, als, choice, settings, undefined, context);
    return { encoder, chosen, profile };
  });
}

/** For people. */
export function contentRows({ chosen, profile }: TrainedContent): Rows {
  const { itemRegularisation, appeal } = chosen.choice;
  const described =
    profile === undefined
      ? 'no profiles'
      : `${profile.weight} (best ${profile.searched}: NDCG ${signed(profile.gain.mean)}, 95 % ` +
        `${signed(profile.gain.low)} to ${signed(profile.gain.high)}, of ${profile.popularityNdcg.toFixed(4)} by popularity)`;
  return [
    [
      'content',
      `λ ${itemRegularisation}, appeal ${appeal.known}; NDCG of hidden items among themselves ${chosen.ridge.toFixed(4)}`,
    ],
    ['profile weight', described],
  ];
}

/** Of users without a history; where there are too few, as if nobody had one. */
async function chooseProfile(
  chosen: ChosenContent,
  train: ContentDataset,
  als: AlsModel,
  test: TestSet,
  { k, seed, signal }: RunOptions,
): Promise<ProfileChoice | undefined> {
  const known = selectUsers(test, (user) => has(train.userBags, user));
  const isNew = (user: number) => rowOf(train.interactions, user).indices.length === 0;
  const fresh = selectUsers(known, isNew);
  const users = fresh.users.length >= fewestNewUsers ? fresh : known;
  if (users.users.length < fewestNewUsers) return undefined;
  const encoder = await fitContent(train, als, chosen.choice, settings, undefined, {
    seed,
    ...(signal && { signal }),
  });
  return chooseProfileWeight({
    als,
    popularity: new PopularityModel(Float32Array.from(countByColumn(train.interactions))),
    encoder,
    profiles: train.userBags,
    test: sampleUsers(users, profileUsers, seed),
    limit: k,
    seed,
  });
}

/** The same kind of ALS as the model's. */
async function fitAls(
  train: ContentDataset,
  model: Model,
  modelSettings: Settings,
  { seed, threads, signal, progress }: RunOptions,
): Promise<AlsModel> {
  const own = model.kind === 'als' ? modelSettings : (modelSettings.als as Settings);
  const fitted = await withProgress(progress, 'fitting als without some items', (onProgress) =>
    trainerOf('als', own, threads).fit(train, { seed, signal, onProgress }),
  );
  const als = alsOf(fitted);
  if (!als) throw new TypeError(`a ${fitted.kind} is no ALS`);
  return als;
}

function has({ indptr }: Pick<SparseMatrix, 'indptr'>, row: number): boolean {
  return (indptr[row + 1] ?? 0) > (indptr[row] ?? 0);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
