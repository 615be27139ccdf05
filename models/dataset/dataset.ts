import type { IdMap } from './id-map.ts';
import type { SparseMatrix } from './sparse-matrix.ts';

/** What a trainer learns from: users × items with a positive weight for each pair that interacted. */
export interface Dataset {
  readonly users: IdMap;
  readonly items: IdMap;
  /** Rows are `users`, columns are `items`. */
  readonly interactions: SparseMatrix;
}
