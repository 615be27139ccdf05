import type { Tensors } from './tensor-types.ts';

const largestOffset = 0xffffffff;

/**
 * Ids as two tensors: `<name>.bytes` (U8), the UTF-8 of all ids one after the other, and
 * `<name>.offsets` (U32, ids + 1), where each starts.
 *
 * @throws RangeError when the ids take more than 4 GiB
 */
export function encodeIds(name: string, ids: readonly string[]): Tensors {
  const encoder = new TextEncoder();
  const encoded = ids.map((id) => encoder.encode(id));
  const offsets = new Uint32Array(ids.length + 1);
  let size = 0;
  for (const [n, { length }] of encoded.entries()) {
    size += length;
    if (size > largestOffset) throw new RangeError(`${name}: the ids take more than 4 GiB`);
    offsets[n + 1] = size;
  }
  const bytes = new Uint8Array(size);
  for (const [n, id] of encoded.entries()) bytes.set(id, offsets[n]);
  return {
    [`${name}.bytes`]: { shape: [size], data: bytes },
    [`${name}.offsets`]: { shape: [offsets.length], data: offsets },
  };
}

/** @throws TypeError naming the tensor that is missing, of a wrong type or not in order */
export function decodeIds(name: string, tensors: Tensors): string[] {
  const bytes = tensors[`${name}.bytes`]?.data;
  const offsets = tensors[`${name}.offsets`]?.data;
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`tensor "${name}.bytes" is missing`);
  if (!(offsets instanceof Uint32Array) || offsets.length === 0) {
    throw new TypeError(`tensor "${name}.offsets" is missing`);
  }
  if (offsets[0] !== 0 || offsets.at(-1) !== bytes.length) {
    throw new TypeError(`tensor "${name}.offsets" does not go from 0 to ${bytes.length}`);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return Array.from(offsets.subarray(1), (end, n) => {
    const begin = offsets[n] ?? 0;
    if (begin > end) throw new TypeError(`tensor "${name}.offsets" falls at ${n + 1}`);
    return decoder.decode(bytes.subarray(begin, end));
  });
}
