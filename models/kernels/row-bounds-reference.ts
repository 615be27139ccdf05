import { type QuantisedQuery, type QuantisedRows, rowsOfBlock } from './row-bounds.ts';

/** What the kernel `boundRows` computes, in plain TypeScript and the same precision. */
export function boundRowsReference(
  { values, scales, slacks, stride }: QuantisedRows,
  query: QuantisedQuery,
): { readonly rows: Float32Array; readonly blocks: Float32Array } {
  const rows = scales.map((scale, row) => {
    let sum = 0;
    for (let d = 0; d < stride; d++) sum += values[row * stride + d]! * query.values[d]!;
    const product = Math.fround(Math.fround(sum) * Math.fround(query.scale * scale));
    return product + Math.fround(query.norm * slacks[row]!);
  });
  const blocks = Float32Array.from({ length: rows.length / rowsOfBlock }, (_, block) => {
    return Math.max(...rows.subarray(block * rowsOfBlock, (block + 1) * rowsOfBlock));
  });
  return { rows, blocks };
}
