import { z } from 'zod';
import { type RfmGroup, rfmGroups, type Tier, tiers } from './tiers.ts';

/** Both ends count. */
const range = (most: number) =>
  z
    .strictObject({
      min: z.int().min(1).max(most).optional(),
      max: z.int().min(1).max(most).optional(),
    })
    .refine(({ min = 1, max = most }) => min <= max, { error: 'expected min to be at most max' });

/** `from` counts, `below` does not. */
const days = z
  .strictObject({
    from: z.int().min(0).max(36_500).optional(),
    below: z.int().min(1).max(36_500).optional(),
  })
  .refine(({ from = 0, below = Number.POSITIVE_INFINITY }) => from < below, {
    error: 'expected from to be less than below',
  });

/**
 * Holds when all that it names holds. What a user does not have (the scores of somebody without an
 * order in the window) makes it false.
 */
export const conditionSchema = z
  .strictObject({
    /** Whether there is an order: in the window, only before it, or none at all. */
    ordered: z
      .array(z.enum(['in_window', 'before', 'never']))
      .min(1)
      .optional(),
    recencyScore: range(5).optional(),
    frequencyScore: range(5).optional(),
    monetaryScore: range(5).optional(),
    /** Orders in the window. */
    orders: range(1_000_000).optional(),
    daysSinceLast: days.optional(),
    daysSinceFirst: days.optional(),
  })
  .meta({ id: 'TierCondition' });

export type TierCondition = z.infer<typeof conditionSchema>;

const textSchema = z.strictObject({
  en: z.string().min(1).max(500),
  zh: z.string().min(1).max(500),
});

/** One of several user-visible texts, in English and Chinese. */
export type TierText = z.infer<typeof textSchema>;

const ruleSchema = z.strictObject({
  name: textSchema,
  /** What to do for them. */
  treatment: textSchema,
  /** Who they are: those for whom one of these holds. */
  when: z.array(conditionSchema).min(1).max(100),
});

export type TierRule = z.infer<typeof ruleSchema>;

const ruleFor = <Name extends string>(names: readonly Name[]) =>
  z.strictObject(
    Object.fromEntries(names.map((name) => [name, ruleSchema])) as Record<Name, typeof ruleSchema>,
  );

/** Who is in which tier and which group, as data. `layOutRules` checks that it is one of each. */
export const tierRulesSchema = z.strictObject({
  tiers: ruleFor<Tier>(tiers),
  groups: ruleFor<RfmGroup>(rfmGroups),
});

export type TierRules = z.infer<typeof tierRulesSchema>;
