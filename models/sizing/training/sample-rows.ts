import { seededRandom } from '../../dataset/seeded-random.ts';

/** Up to `most` of the rows by lot, in their order. */
export function sampleRows(rows: readonly number[], most: number, seed: number): readonly number[] {
  if (rows.length <= most) return rows;
  const random = seededRandom(seed);
  let left = rows.length;
  let wanted = most;
  return rows.filter(() => {
    const isTaken = random() * left < wanted;
    left--;
    if (isTaken) wanted--;
    return isTaken;
  });
}
