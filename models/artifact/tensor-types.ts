/** The safetensors types that JavaScript has an array for. */
export const arrayTypes = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

export type TensorType = keyof typeof arrayTypes;
export type TensorData =
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A dense array with its shape, row-major; an empty shape is a single number. */
export interface TypedTensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type Tensors = Readonly<Record<string, TypedTensor>>;

/** The safetensors name of an array's type. */
export function tensorTypeOf(data: TensorData): TensorType {
  for (const [type, array] of Object.entries(arrayTypes)) {
    if (data instanceof array) return type as TensorType;
  }
  throw new TypeError(`no tensor type holds a ${Object.prototype.toString.call(data)}`);
}

/** Product of the lengths: how many numbers a tensor of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
