import { z } from 'zod';
import {
  arrayTypes,
  sizeOf,
  type TensorData,
  type Tensors,
  type TensorType,
  type TypedTensor,
} from './tensor-types.ts';

/** The limit that the format's own implementation sets. */
const longestHeader = 100_000_000;

const wholeNumber = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(wholeNumber),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
});
const metadataSchema = z.record(z.string(), z.string());

interface Entry {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Bytes that are not a safetensors file; the message says where. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/**
 * Reads a safetensors file. Tensors are views on `bytes` where they are aligned, as all that
 * `encodeSafetensors` writes are, and copies otherwise.
 *
 * @throws SafetensorsError for a header that is cut off, too long or not JSON, and, naming the
 *   tensor, for a type that no array here holds, a shape that does not fit the offsets, and
 *   offsets that are out of range, overlap or leave a gap
 */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const dataStart = 8 + headerLength(bytes);
  const { __metadata__: metadata = {}, ...described } = parseHeader(bytes.subarray(8, dataStart));
  const entries = Object.entries(described).map(([name, entry]) => parseEntry(name, entry));
  checkLayout(entries, bytes.length - dataStart);
  const data = bytes.subarray(dataStart);
  const tensors = entries.map((entry) => [entry.name, readTensor(entry, data)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: parseMetadata(metadata) };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) throw new SafetensorsError(`${bytes.length} bytes; a header needs 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader || Number(length) > bytes.length - 8) {
    throw new SafetensorsError(`header of ${length} bytes does not fit ${bytes.length} bytes`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SafetensorsError('header is not JSON', { cause: error });
  }
  if (bytes[0] !== 0x7b || typeof header !== 'object' || header === null) {
    throw new SafetensorsError('header is not a JSON object');
  }
  return header as Record<string, unknown>;
}

function parseMetadata(metadata: unknown): Record<string, string> {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw new SafetensorsError('__metadata__ is not a map of text');
  return parsed.data;
}

function parseEntry(name: string, entry: unknown): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    throw new SafetensorsError(`tensor "${name}": ${z.prettifyError(parsed.error)}`);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  if (!Object.hasOwn(arrayTypes, dtype)) {
    throw new SafetensorsError(`tensor "${name}" has type ${dtype}, which is not read here`);
  }
  const type = dtype as TensorType;
  const [begin, end] = data_offsets;
  const size = sizeOf(shape) * arrayTypes[type].BYTES_PER_ELEMENT;
  if (size !== end - begin) {
    throw new SafetensorsError(
      `tensor "${name}" of ${dtype} [${shape}] needs ${size} bytes and has ${begin} to ${end}`,
    );
  }
  return { name, type, shape, begin, end };
}

/** Every byte of the data belongs to exactly one tensor. */
function checkLayout(entries: readonly Entry[], dataLength: number): void {
  let at = 0;
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, begin, end } of inOrder) {
    const range = `tensor "${name}" at ${begin} to ${end}`;
    if (end > dataLength)
      throw new SafetensorsError(`${range} ends after ${dataLength} data bytes`);
    if (begin < at) throw new SafetensorsError(`${range} overlaps the one that ends at ${at}`);
    if (begin > at) throw new SafetensorsError(`${range} leaves a gap from ${at}`);
    at = end;
  }
  if (at !== dataLength) {
    throw new SafetensorsError(`tensors end at ${at} and the data at ${dataLength}`);
  }
}

function readTensor({ type, shape, begin, end }: Entry, data: Uint8Array): TypedTensor {
  const array: new (buffer: ArrayBufferLike, offset: number, length: number) => TensorData =
    arrayTypes[type];
  const width = arrayTypes[type].BYTES_PER_ELEMENT;
  const slice = data.subarray(begin, end);
  const aligned = slice.byteOffset % width === 0 ? slice : slice.slice();
  return { shape, data: new array(aligned.buffer, aligned.byteOffset, (end - begin) / width) };
}
