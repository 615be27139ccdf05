/** From here on Stirling's series is exact to the last digits of a double. */
const stirlingFrom = 10;
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);
/** Below this many steps a product is exact and cheaper than two series. */
const fewSteps = 16;

/**
 * ln Γ(x) for x > 0: Stirling's series, after x has been raised to 10 by Γ(x + 1) = x Γ(x)
 * (Abramowitz & Stegun 6.1.41).
 */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < stirlingFrom; z++) product *= z;
  const s = 1 / (z * z);
  const series =
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360)))))) /
    z;
  return (z - 0.5) * Math.log(z) - z + halfLogTwoPi + series - Math.log(product);
}

/** ψ(x) = d ln Γ(x) / dx for x > 0 (Abramowitz & Stegun 6.3.5, 6.3.18). */
export function digamma(x: number): number {
  let sum = 0;
  let z = x;
  for (; z < stirlingFrom; z++) sum += 1 / z;
  const s = 1 / (z * z);
  const series =
    s *
    (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760))))));
  return Math.log(z) - 0.5 / z - series - sum;
}

/** ln Γ(z + x) − ln Γ(z) for a whole x: a difference of two large numbers is not taken for few steps. */
export function logRising(z: number, x: number): number {
  if (x > fewSteps) return logGamma(z + x) - logGamma(z);
  let sum = 0;
  for (let k = 0; k < x; k++) sum += Math.log(z + k);
  return sum;
}

/** ψ(z + x) − ψ(z) for a whole x. */
export function digammaRise(z: number, x: number): number {
  if (x > fewSteps) return digamma(z + x) - digamma(z);
  let sum = 0;
  for (let k = 0; k < x; k++) sum += 1 / (z + k);
  return sum;
}
