import type { EncodedArtifact } from '../../models/artifact/artifact.ts';
import { alsOf } from '../../models/content/content-queries.ts';
import { fitContent } from '../../models/content/fit-content.ts';
import { towersConfigSchema } from '../../models/content/towers-config.ts';
import { createHybridTrainer } from '../../models/recommenders/hybrid.ts';
import type { Database } from '../../services/database/database.ts';
import { plantedBuckets, plantedContent } from './planted-content.ts';
import { encodeModel } from './published-model.ts';

/** A hybrid of the planted shop with an encoder, for which a profile counts as much as popularity. */
export async function encodePlantedShop(version: string): Promise<EncodedArtifact> {
  const { train } = plantedContent();
  const trainer = createHybridTrainer({
    als: { dimensions: 8 },
    weights: { 'item-neighbours': 0, als: 1 },
  });
  const model = await trainer.fit(train, { seed: 1 });
  const als = alsOf(model);
  if (!als) throw new Error('the planted hybrid has no ALS');
  const choice = {
    itemRegularisation: 1,
    userRegularisation: 1,
    appealRegularisation: 1,
    appeal: { known: 0, new: 0 },
    profileWeight: 5,
    epochs: 0,
    strength: 1,
  };
  const settings = { buckets: plantedBuckets, towers: towersConfigSchema.parse({}) };
  const content = await fitContent(train, als, choice, settings, undefined, { seed: 1 });
  return encodeModel(model, train.items, { version, content });
}

/** The catalogue that the planted model was trained on, all of it for sale. */
export async function insertPlantedItems(database: Database): Promise<void> {
  await database.query(
    `insert into items (item_id, category_path, title)
     select 'i' || n, array[case n % 2 when 0 then 'dress' else 'trousers' end], 'item ' || n
     from generate_series(0, 59) n`,
  );
  await database.query(
    `insert into skus (sku_id, item_id, stock)
     select 'i' || n || '-one', 'i' || n, 10 from generate_series(0, 59) n`,
  );
}
