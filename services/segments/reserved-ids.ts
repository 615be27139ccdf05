/** What stands in the place of a segment's id in paths. */
export const reservedIds: readonly string[] = ['fields', 'preview', 'overlap', 'lookalike'];
