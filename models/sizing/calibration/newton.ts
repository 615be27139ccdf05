import { Matrix, solve } from 'ml-matrix';

/** A loss with its first and second derivatives at a place. */
export interface Curvature {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** places × places */
  readonly hessian: Float64Array;
}

const mostSteps = 100;

/**
 * The lowest point of a convex loss by Newton's method, each step halved until it goes down.
 *
 * @param at gives the loss anywhere; a loss of Infinity is outside of what is allowed
 */
export function minimise(
  start: Float64Array,
  at: (place: Float64Array) => Curvature,
): Float64Array {
  let place = start;
  let here = at(place);
  for (let count = 0; count < mostSteps; count++) {
    const step = newtonStep(here);
    const slope = step.reduce((sum, part, k) => sum + part * here.gradient[k]!, 0);
    if (-slope < 1e-14 * (1 + Math.abs(here.loss))) break;
    let share = 1;
    let next = at(moved(place, step, share));
    while (!(next.loss <= here.loss + 1e-4 * share * slope) && share > 1e-8) {
      share /= 2;
      next = at(moved(place, step, share));
    }
    if (!(next.loss < here.loss)) break;
    place = moved(place, step, share);
    here = next;
  }
  return place;
}

function moved(place: Float64Array, step: Float64Array, share: number): Float64Array {
  return place.map((part, k) => part + share * step[k]!);
}

/** A little is added to the diagonal, since a direction may be free. */
function newtonStep({ gradient, hessian }: Curvature): Float64Array {
  const size = gradient.length;
  const matrix = new Matrix(size, size);
  let trace = 0;
  for (let k = 0; k < size; k++) trace += hessian[k * size + k]!;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      matrix.set(
        row,
        column,
        hessian[row * size + column]! + (row === column ? 1e-9 * trace + 1e-12 : 0),
      );
    }
  }
  const found = solve(matrix, Matrix.columnVector(Array.from(gradient, (part) => -part)));
  return Float64Array.from(found.to1DArray());
}
