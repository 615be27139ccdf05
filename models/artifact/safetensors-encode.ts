import { sizeOf, type Tensors, tensorTypeOf } from './tensor-types.ts';

/**
 * Writes tensors in the safetensors format (https://huggingface.co/docs/safetensors): the length
 * of the header as a little-endian 64-bit number, the header as JSON, the data without gaps.
 *
 * The header ends in spaces up to a multiple of 8 bytes and wider types come first, so that every
 * tensor is aligned and can be read in place. Among types of one width the order is by name: the
 * same tensors always give the same bytes.
 *
 * @param metadata free text under `__metadata__`
 * @throws TypeError naming the tensor whose shape does not fit its data
 */
export function encodeSafetensors(
  tensors: Tensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { shape, data }] of entries) {
    checkTensor(name, shape, data.length);
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: tensorTypeOf(data), shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(json, 8);
  let at = start;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function checkTensor(name: string, shape: readonly number[], length: number): void {
  if (name === '__metadata__' || name === '__proto__') {
    throw new TypeError(`tensor name "${name}" is reserved`);
  }
  const isShape = shape.every((axis) => Number.isInteger(axis) && axis >= 0);
  if (!isShape || sizeOf(shape) !== length) {
    throw new TypeError(`tensor "${name}" of shape [${shape}] does not hold ${length} numbers`);
  }
}
