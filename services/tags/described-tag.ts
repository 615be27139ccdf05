import { whyTag } from './tag-words.ts';
import type { Tag } from './tags-schema.ts';
import type { StoredTag } from './tags-store.ts';

/** A tag as the API answers it, with its reasons. */
export function describedTag(stored: StoredTag): Tag {
  const { tag, value, weight, share, evidenceCount, lastEvidenceAt, ...rest } = stored;
  const { counted, outOf, shopShare, ...evidence } = rest;
  // More may come back than is known to have been bought.
  const shareOf =
    counted === null || outOf === null
      ? null
      : { counted, outOf: Math.max(counted, outOf), shop: shopShare };
  const reasons = whyTag(tag, value, evidence, shareOf);
  return {
    tag,
    value,
    weight,
    share,
    evidenceCount,
    lastEvidenceAt: lastEvidenceAt?.toISOString() ?? null,
    evidence,
    shareOf,
    why: reasons.en,
    reasons,
  };
}
