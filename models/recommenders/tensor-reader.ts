import type { Tensor } from './model.ts';

/** Takes a model's tensors out of what was read, and says by name what is missing or misshapen. */
export class TensorReader {
  readonly #tensors: Readonly<Record<string, Tensor>>;

  constructor(tensors: Readonly<Record<string, Tensor>>) {
    this.#tensors = tensors;
  }

  /** @param shape −1 where any length is right */
  float32(name: string, shape: readonly number[]): Float32Array {
    const { data } = this.#find(name, shape);
    if (!(data instanceof Float32Array)) throw new TypeError(`tensor "${name}" is not float32`);
    return data;
  }

  /** @param shape −1 where any length is right */
  uint32(name: string, shape: readonly number[]): Uint32Array {
    const { data } = this.#find(name, shape);
    if (!(data instanceof Uint32Array)) throw new TypeError(`tensor "${name}" is not uint32`);
    return data;
  }

  #find(name: string, shape: readonly number[]): Tensor {
    const tensor = Object.hasOwn(this.#tensors, name) ? this.#tensors[name] : undefined;
    if (tensor === undefined) throw new TypeError(`tensor "${name}" is missing`);
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((length, axis) => length === -1 || length === tensor.shape[axis]);
    if (!fits) {
      const expected = shape.map((length) => (length === -1 ? '…' : length)).join(' × ');
      throw new TypeError(
        `tensor "${name}" has shape ${tensor.shape.join(' × ')}; expected ${expected}`,
      );
    }
    return tensor;
  }
}
