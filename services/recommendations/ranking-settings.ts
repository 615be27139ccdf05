import { z } from 'zod';
import { defaultRankingPolicy } from '../../models/ranking/ranking-policy.ts';
import { type RelevanceWeights, relevanceWeights } from '../../models/ranking/relevance.ts';

const share = z.number().min(0).max(1);
const weight = z.number().min(0).max(100);

const relevanceSchema = (usual: RelevanceWeights) =>
  z
    .strictObject({
      trend: weight.default(usual.trend),
      popularity: weight.default(usual.popularity),
      clickRate: weight.default(usual.clickRate),
      order: weight.default(usual.order),
      own: weight.default(usual.own),
      dislike: weight.default(usual.dislike),
    })
    .prefault({});

const usual = defaultRankingPolicy;

/**
 * How answers are ranked: what may stand in the file that WARDROBE_RANKING_FILE names. What is left
 * out is as by default; docs/ranking.md says what each number does.
 */
export const rankingSettingsSchema = z.strictObject({
  variant: z.string().min(1).max(64).default('default'),
  policy: z
    .strictObject({
      relevanceWeight: share.default(usual.relevanceWeight),
      longTailWeight: weight.default(usual.longTailWeight),
      categoryShare: share.default(usual.categoryShare),
      brandShare: share.default(usual.brandShare),
      capPenalty: z.number().min(0).default(usual.capPenalty),
      explorationShare: share.default(usual.explorationShare),
      fewImpressions: z.int().min(0).default(usual.fewImpressions),
      explorationFloor: z.number().min(0).default(usual.explorationFloor),
    })
    .prefault({}),
  personal: relevanceSchema(relevanceWeights.personal),
  general: relevanceSchema(relevanceWeights.general),
});

export type RankingSettings = z.infer<typeof rankingSettingsSchema>;

export const defaultRanking: RankingSettings = rankingSettingsSchema.parse({});
