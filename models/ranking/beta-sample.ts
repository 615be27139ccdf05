/**
 * A draw from Beta(a, b), by two Gammas. Below 1 both are drawn as logarithms: a Gamma of a small
 * shape is often too small to be told from 0.
 *
 * @param random uniform in [0, 1)
 */
export function betaSample(a: number, b: number, random: () => number): number {
  if (a >= 1 && b >= 1) {
    const x = gammaSample(a, random);
    return x / (x + gammaSample(b, random));
  }
  return 1 / (1 + Math.exp(-logGammaSample(a, random) + logGammaSample(b, random)));
}

/**
 * A draw from Gamma(shape, 1), shape ≥ 1: Marsaglia & Tsang 2000, "A simple method for generating
 * gamma variables".
 */
export function gammaSample(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalSample(random);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - random();
    const square = x * x;
    // The squeeze spares most draws the two logarithms.
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** The logarithm of a draw from Gamma(shape, 1) for any shape > 0: Gamma(shape + 1) · U^(1/shape). */
function logGammaSample(shape: number, random: () => number): number {
  if (shape >= 1) return Math.log(gammaSample(shape, random));
  return Math.log(gammaSample(shape + 1, random)) + Math.log(1 - random()) / shape;
}

/** A draw from the standard normal distribution (Box & Muller 1958). */
function normalSample(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
