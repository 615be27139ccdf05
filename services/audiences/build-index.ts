import { decodeArtifact } from '../../models/artifact/artifact.ts';
import { manifestName } from '../../models/artifact/manifest.ts';
import { AudienceIndex } from '../../models/audience/audience-index.ts';
import { partsOf } from '../../models/audience/audience-parts.ts';
import { AudienceUsersBuilder } from '../../models/audience/audience-users.ts';
import { UserIdsBuilder } from '../../models/audience/user-ids.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { History, Model } from '../../models/recommenders/model.ts';
import { fromParts } from '../../models/recommenders/model-codec.ts';
import type { Database } from '../database/database.ts';
import { weightsOf } from '../model-registry/serving-model.ts';
import { readRecentHistories } from '../training-data/recent-histories.ts';

/** The same samples and centres for the same users. */
const seed = 1;

export interface BuiltIndex {
  readonly index: AudienceIndex;
  /** What users and their histories take. */
  readonly bytes: number;
}

export interface KnownModel {
  readonly model: Model;
  readonly items: IdMap;
  /** What its histories were weighed by, where it says so. */
  readonly weights: EventWeights | undefined;
}

/** @throws ArtifactError for files that are not whole, or not of a recommender */
export function decodeKnownModel(files: ReadonlyMap<string, Uint8Array>): KnownModel {
  const bytes = files.get(manifestName) ?? new Uint8Array();
  const { manifest, parts } = decodeArtifact(bytes, files);
  const { model, items } = fromParts(manifest.kind, parts);
  return { model, items, weights: weightsOf(manifest) };
}

/**
 * Reads what users have done up to a time, and asks a model about each of them: those whose switch is
 * on, without what they wanted deleted, who have done something with an item that it knows.
 *
 * @param known by whose weights histories are weighed
 * @param options.before milliseconds since 1970
 * @param options.most users at most: those who did something last
 * @throws RangeError where the model says the same of all users
 */
export async function buildIndex(
  database: Database,
  { model, items, weights }: KnownModel & { readonly weights: EventWeights },
  { before, most }: { readonly before: number; readonly most: number },
): Promise<BuiltIndex> {
  const builder = new AudienceUsersBuilder(model.itemCount, partsOf(model));
  const ids = new UserIdsBuilder();
  const use = (userId: string, history: History, lastSeen: number) => {
    ids.add(userId);
    builder.add(history, lastSeen);
  };
  await database.transaction((transaction) =>
    readRecentHistories(transaction, items, { before, most, weights }, use),
  );
  const users = builder.build();
  const named = ids.build();
  const index = new AudienceIndex({ users, ids: named, items, seed });
  return { index, bytes: users.byteLength + named.byteLength };
}
