import { blockWidth } from '../kernels/svd-backend.ts';

/** How a block W of 32 vectors becomes orthonormal: Q = W · transform and W = Q · factor. */
export interface OrthonormalColumns {
  /** 32 × 32, upper triangular; a dropped column is zero. */
  readonly transform: Float32Array;
  /** 32 × 32, upper triangular; the row of a dropped column is zero. */
  readonly factor: Float64Array;
  /** Columns that are, but for rounding, combinations of those before them. */
  readonly dropped: readonly number[];
}

/** What is left of a column's square under this share of it is rounding of its inner products. */
const relativeFloor = 1e-6;

/**
 * By a Cholesky decomposition of the Gram matrix, RᵀR = WᵀW.
 *
 * @param gram WᵀW, 32 × 32
 * @param floor a column of which no more than this is left, squared, is dropped
 */
export function orthonormalColumns(gram: Float64Array, floor: number): OrthonormalColumns {
  const factor = new Float64Array(blockWidth * blockWidth);
  const transform = new Float64Array(blockWidth * blockWidth);
  const dropped: number[] = [];
  for (let column = 0; column < blockWidth; column++) {
    const square = gram[column * blockWidth + column]!;
    let left = square;
    for (let row = 0; row < column; row++) {
      const pivot = factor[row * blockWidth + row]!;
      if (pivot === 0) continue;
      let sum = gram[row * blockWidth + column]!;
      for (let k = 0; k < row; k++) {
        sum -= factor[k * blockWidth + row]! * factor[k * blockWidth + column]!;
      }
      factor[row * blockWidth + column] = sum / pivot;
      left -= (sum / pivot) ** 2;
    }
    if (left > floor && left > relativeFloor * square) {
      factor[column * blockWidth + column] = Math.sqrt(left);
      invertColumn(factor, transform, column);
    } else dropped.push(column);
  }
  return { transform: Float32Array.from(transform), factor, dropped };
}

/** t_c = (e_c − Σ_{i < c} t_i r_ic) / r_cc */
function invertColumn(factor: Float64Array, transform: Float64Array, column: number): void {
  const pivot = factor[column * blockWidth + column]!;
  transform[column * blockWidth + column] = 1 / pivot;
  for (let row = 0; row < column; row++) {
    let sum = 0;
    for (let i = row; i < column; i++) {
      sum += transform[row * blockWidth + i]! * factor[i * blockWidth + column]!;
    }
    transform[row * blockWidth + column] = -sum / pivot;
  }
}
