/** The tiers and finer groups of users (docs/rfm.md). */
export const tiers: readonly string[] = [
  'high_value',
  'promising',
  'new',
  'dormant',
  'lost',
  'low_value',
  'prospect',
];

export const rfmGroups: readonly string[] = [
  'champions',
  'loyal',
  'potential_loyalist',
  'recent',
  'promising',
  'needs_attention',
  'about_to_sleep',
  'at_risk',
  'cannot_lose',
  'hibernating',
  'lost',
  'prospect',
];

/** What stands in the place of a segment's id in paths. */
export const reservedIds: readonly string[] = ['fields', 'preview', 'overlap', 'lookalike'];
