/**
 * Multinomial logistic regression by gradient steps with momentum on standardised features.
 *
 * @param features rows × width, the first of them 1
 * @returns classes × width weights
 */
export function fitMultinomial(
  features: Float64Array,
  labels: Uint8Array,
  classes: number,
  steps = 80,
): Float64Array {
  const rows = labels.length;
  const width = features.length / rows;
  const weights = new Float64Array(classes * width);
  const speed = new Float64Array(weights.length);
  const scales = scalesOf(features, rows, width);
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(weights.length);
    const chances = multinomialChances(weights, features, classes);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < classes; k++) {
        const residual = at(chances, row * classes + k) - (labels[row] === k ? 1 : 0);
        for (let f = 0; f < width; f++) {
          const place = k * width + f;
          gradient[place] = at(gradient, place) + residual * at(features, row * width + f);
        }
      }
    }
    for (let place = 0; place < weights.length; place++) {
      const slope = at(gradient, place) / rows / at(scales, place % width);
      speed[place] = 0.9 * at(speed, place) - 0.5 * slope;
      weights[place] = at(weights, place) + at(speed, place);
    }
  }
  return weights;
}

/** @returns rows × classes */
export function multinomialChances(
  weights: Float64Array,
  features: Float64Array,
  classes: number,
): Float64Array {
  const width = weights.length / classes;
  const rows = features.length / width;
  const chances = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      let score = 0;
      for (let f = 0; f < width; f++) {
        score += at(weights, k * width + f) * at(features, row * width + f);
      }
      const power = Math.exp(Math.min(50, score));
      chances[row * classes + k] = power;
      sum += power;
    }
    for (let k = 0; k < classes; k++) {
      chances[row * classes + k] = at(chances, row * classes + k) / sum;
    }
  }
  return chances;
}

/** Mean squares of the features: what a step is divided by. */
function scalesOf(features: Float64Array, rows: number, width: number): Float64Array {
  const scales = new Float64Array(width);
  for (const [place, value] of features.entries()) {
    scales[place % width] = at(scales, place % width) + value ** 2 / rows;
  }
  return scales;
}

function at(numbers: Float64Array, place: number): number {
  return numbers[place] ?? 0;
}
