import type { Manifest, ManifestMetrics } from '../../models/artifact/manifest.ts';

/** One figure of two versions on the same split. */
export interface Comparison {
  /** What is compared, in words: `NDCG@20`. */
  readonly metric: string;
  readonly candidate: number;
  readonly active: number;
  /** Whether the active version was measured anew, because it had been on another split. */
  readonly measuredAnew: boolean;
}

/** A split in time, as much of it as is needed to take it again. */
export interface TimeSplit {
  /** ISO 8601, UTC. */
  readonly cutoff: string;
  readonly testDays: number;
}

/** How the active version can be compared with a candidate. */
export type Comparability =
  | { readonly how: 'recorded'; readonly comparison: Comparison }
  | { readonly how: 'measure'; readonly split: TimeSplit }
  | { readonly how: 'not'; readonly why: string };

/**
 * How two versions can be compared fairly: by their recorded figures when both were measured on the
 * same held-out interactions; else by measuring the active one on the candidate's, which can be
 * taken from the database again when it was split in time, and which is fair when the active one
 * has not learnt from them.
 */
export function comparability(candidate: Manifest, active: Manifest): Comparability {
  const { metrics } = candidate;
  if (metrics === null) {
    return { how: 'not', why: `${candidate.version} has not been measured` };
  }
  if (isSameTest(metrics, active.metrics)) {
    return { how: 'recorded', comparison: compare(metrics, active.metrics, false) };
  }
  const { kind, cutoff, testDays } = metrics.split;
  if (kind !== 'time' || cutoff === undefined || testDays === undefined) {
    const why = `${candidate.version} and the active ${active.version} were measured on different splits`;
    return { how: 'not', why };
  }
  const why = whyUnfair(active, cutoff, `the test of ${candidate.version}`);
  return why === undefined ? { how: 'measure', split: { cutoff, testDays } } : { how: 'not', why };
}

/**
 * Why it would not be fair to measure the active version on a test from `cutoff` on: it may have
 * learnt from it. Undefined where it has not.
 *
 * @param test what the test is called
 */
export function whyUnfair(active: Manifest, cutoff: string, test: string): string | undefined {
  const { to } = active.data;
  if (to === null) return `until when the active ${active.version} has learnt is not known`;
  if (Date.parse(to) <= Date.parse(cutoff)) return undefined;
  return `the active ${active.version} has learnt from events up to ${to}, which ${test} (from ${cutoff}) is made of`;
}

/** Whether figures are of the same number of recommendations against the same interactions. */
export function isSameTest(a: ManifestMetrics, b: ManifestMetrics | null): b is ManifestMetrics {
  return b !== null && a.k === b.k && a.split.fingerprint === b.split.fingerprint;
}

export function compare(
  candidate: ManifestMetrics,
  active: ManifestMetrics,
  measuredAnew: boolean,
): Comparison {
  const { k, ndcg } = candidate;
  return { metric: `NDCG@${k}`, candidate: ndcg.mean, active: active.ndcg.mean, measuredAnew };
}

/** @param tolerance how much lower the candidate may be, as a share of the active one's figure */
export function isGoodEnough({ candidate, active }: Comparison, tolerance: number): boolean {
  return candidate >= active * (1 - tolerance);
}
