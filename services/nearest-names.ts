import { distance } from 'fastest-levenshtein';

/**
 * The names that somebody may have meant who wrote one that is not known: those that contain it or
 * that it contains, and those that a few letters turn into it, the nearest first.
 */
export function nearestNames(name: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = name.toLowerCase();
  const farthest = Math.max(2, Math.ceil(wanted.length / 3));
  return known
    .map((candidate) => ({ candidate, far: farFrom(wanted, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far || compare(a.candidate, b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** `; did you mean tier or tierSince?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const names = nearestNames(name, known);
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
}

const shortestPart = 3;

/** A part of the other is nearer than letters that differ. */
function farFrom(wanted: string, candidate: string): number {
  const [short, long] =
    wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted];
  const letters = distance(wanted, candidate);
  return short.length >= shortestPart && long.includes(short) ? Math.min(letters, 1) : letters;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
