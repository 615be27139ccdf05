import { createRequire } from 'node:module';
import type * as usearch from 'usearch';

/** What is used of the package `usearch`. */
export interface VectorLibrary {
  readonly Index: typeof usearch.Index;
  readonly MetricKind: typeof usearch.MetricKind;
  readonly ScalarKind: typeof usearch.ScalarKind;
  /** The file that another thread loads it from. */
  readonly path: string;
}

/**
 * The native vector index where it is installed.
 *
 * @throws Error where it is not: it is an optional dependency, with binaries for some platforms
 */
export function loadVectorLibrary(): VectorLibrary {
  const require = createRequire(import.meta.url);
  const path = require.resolve('usearch');
  return { ...(require(path) as typeof usearch), path };
}
