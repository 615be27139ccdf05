import { EVD, Matrix } from 'ml-matrix';

/** Points in (0, 1) and weights that sum to 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss's points and weights for expectations over Beta(a, b): exact for polynomials of a degree
 * below 2 n, positive throughout. From the recurrence of the Jacobi polynomials as eigenvalues
 * (Golub & Welsch 1969, Mathematics of Computation 23).
 *
 * @param a above 0
 * @param b above 0
 */
export function betaQuadrature(a: number, b: number, n: number): Quadrature {
  // On (−1, 1) the weight is (1 − y)^s (1 + y)^t.
  const [s, t] = [b - 1, a - 1];
  const jacobi = Matrix.zeros(n, n);
  for (let k = 0; k < n; k++) {
    const sum = 2 * k + s + t;
    jacobi.set(k, k, k === 0 ? (t - s) / (s + t + 2) : ((t - s) * (t + s)) / (sum * (sum + 2)));
    if (k === 0) continue;
    const square =
      k === 1
        ? (4 * (1 + s) * (1 + t)) / ((s + t + 2) ** 2 * (s + t + 3))
        : (4 * k * (k + s) * (k + t) * (k + s + t)) / (sum * sum * (sum + 1) * (sum - 1));
    jacobi.set(k, k - 1, Math.sqrt(square));
    jacobi.set(k - 1, k, Math.sqrt(square));
  }
  const { realEigenvalues, eigenvectorMatrix } = new EVD(jacobi, { assumeSymmetric: true });
  return {
    points: Float64Array.from(realEigenvalues, (value) =>
      Math.min(Math.max((1 + value) / 2, 0), 1),
    ),
    weights: Float64Array.from(realEigenvalues, (_, at) => eigenvectorMatrix.get(0, at) ** 2),
  };
}
