import { itemFeatures, userFeatures } from '../../models/content/content-features.ts';
import type { HiddenPart } from '../../models/content/content-ranking.ts';
import { FeatureBagsBuilder } from '../../models/content/feature-bags.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { buildInteractions } from '../../models/dataset/interactions-builder.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { testAmong, withoutItems } from '../../models/evaluation/hide-items.ts';

export const plantedBuckets = 2 ** 12;

/**
 * Sixty items of two categories, and women who take of the one and men who take of the other, eight
 * each. Ten items are hidden, every sixth; their category is all that tells who wants them.
 */
export function plantedContent(): HiddenPart {
  const random = seededRandom(3);
  const users = new IdMap(Array.from({ length: 80 }, (_, n) => `u${n}`));
  const items = new IdMap(Array.from({ length: 60 }, (_, n) => `i${n}`));
  const pairs: [number, number][] = [];
  for (let user = 0; user < users.size; user++) {
    for (let n = 0; n < 8; n++) pairs.push([user, 2 * Math.floor(30 * random()) + (user % 2)]);
  }
  const spec = { buckets: plantedBuckets };
  const itemBags = new FeatureBagsBuilder();
  for (let item = 0; item < items.size; item++) {
    const categoryPath = [item % 2 === 0 ? 'dress' : 'trousers'];
    const content = { categoryPath, title: `item ${item}`, colours: [], attributes: {} };
    itemBags.add(item, itemFeatures(content, spec));
  }
  const userBags = new FeatureBagsBuilder();
  for (let user = 0; user < users.size; user++) {
    const gender = user % 2 === 0 ? 'female' : 'male';
    userBags.add(user, userFeatures({ gender, attributes: {} }, spec));
  }
  const all = buildInteractions(pairs, users.size, items.size);
  const hidden = Uint32Array.from({ length: 10 }, (_, n) => 6 * n + (n % 2));
  return {
    train: {
      users,
      items,
      interactions: withoutItems(all, hidden),
      itemBags: itemBags.build(items.size),
      userBags: userBags.build(users.size),
    },
    hidden,
    test: testAmong(all, hidden),
  };
}
