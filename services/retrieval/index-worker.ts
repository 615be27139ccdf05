/**
 * The body of the thread that builds an index, as plain CommonJS text (see kernel-worker.ts).
 *
 * `workerData`: `{ library, rows, count, stride, dimensions, config, file }` with rows count × stride
 * in shared memory. It writes the index to `file`, and ends.
 */
export const indexWorkerSource = `
'use strict';
const { workerData } = require('node:worker_threads');
const { library, rows, count, stride, dimensions, config, file } = workerData;
const { Index } = require(library);
const index = new Index(config);
const squares = (row) => {
  let sum = 0;
  for (let at = row * stride; at < row * stride + dimensions; at++) sum += rows[at] * rows[at];
  return sum;
};
let longest = 0;
for (let row = 0; row < count; row++) longest = Math.max(longest, squares(row));
const width = config.dimensions;
const batch = 1024;
for (let from = 0; from < count; from += batch) {
  const size = Math.min(batch, count - from);
  const vectors = new Float32Array(size * width);
  for (let n = 0; n < size; n++) {
    const at = (from + n) * stride;
    vectors.set(rows.subarray(at, at + dimensions), n * width);
    vectors[n * width + dimensions] = Math.sqrt(Math.max(0, longest - squares(from + n)));
  }
  index.add(BigUint64Array.from({ length: size }, (_, n) => BigInt(from + n)), vectors, 1);
}
index.save(file);
`;
