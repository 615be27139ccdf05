/** Where a user is in their life as a customer. */
export const tiers = [
  'high_value',
  'promising',
  'new',
  'dormant',
  'lost',
  'low_value',
  'prospect',
] as const;

export type Tier = (typeof tiers)[number];

/** The finer names that shops know, and `prospect` for who never ordered. */
export const rfmGroups = [
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
] as const;

export type RfmGroup = (typeof rfmGroups)[number];
