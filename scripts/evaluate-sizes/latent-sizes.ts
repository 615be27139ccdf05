import { meanOneVsRestAuc } from '../../models/evaluation/class-metrics.ts';
import { fitMultinomial, multinomialChances } from './multinomial.ts';
import { part } from './parts.ts';
import type { RentalRow } from './read-rows.ts';
import { sizeOfCode } from './size-codes.ts';

/** Settings that are tried; the validation part says which is best. */
const tried = [
  { rate: 0.05, epochs: 10 },
  { rate: 0.1, epochs: 10 },
  { rate: 0.1, epochs: 20 },
  { rate: 0.1, epochs: 40 },
] as const;
/** How strongly latent sizes are held to where they start. */
const hold = 0.1;
/** Steps from 0 within which a difference of sizes is a fit, and of the margin around it. */
const border = 1.25;
const margin = 0.25;

/**
 * The simplest of the models that Misra, Wan and McAuley (2018) publish, 1-LV-LR: one latent true size
 * for each user and for each product (an item in a size), after Sembium et al. (2017), and a logistic
 * regression on the two. The sizes are learnt by subgradient steps of a hinge loss on their
 * difference; a product starts at its size, a user at the mean of the products that they took.
 *
 * @returns rows × 3 chances of the rows of the test part, in their order
 */
export function latentSizeChances(rentals: readonly RentalRow[], parts: Uint8Array): Float64Array {
  const rows = rentals.map(({ user, item, code, fit }) => ({
    user,
    product: `${item} ${code}`,
    size: sizeOfCode(code).position,
    label: labelOf[fit],
  }));
  const of = (wanted: number) => rows.filter((_, row) => parts[row] === wanted);
  const [train, validation, test] = [of(part.train), of(part.validation), of(part.test)];
  const labelsOf = (some: readonly Outcome[]) => Uint8Array.from(some, ({ label }) => label);
  let best: { auc: number; chances: Float64Array } = { auc: -1, chances: new Float64Array() };
  for (const settings of tried) {
    const sizes = learn(train, settings.rate, settings.epochs);
    const weights = fitMultinomial(featuresOf(sizes, train), labelsOf(train), 3);
    const chancesFor = (some: readonly Outcome[]) =>
      multinomialChances(weights, featuresOf(sizes, some), 3);
    const auc = meanOneVsRestAuc(chancesFor(validation), labelsOf(validation), 3);
    if (auc > best.auc) best = { auc, chances: chancesFor(test) };
  }
  return best.chances;
}

const labelOf = { small: 0, fit: 1, large: 2 } as const;

interface Outcome {
  readonly user: string;
  readonly product: string;
  /** Position of the size that was taken. */
  readonly size: number;
  readonly label: 0 | 1 | 2;
}

interface LatentSizes {
  readonly users: Map<string, number>;
  readonly products: Map<string, number>;
}

function learn(rows: readonly Outcome[], rate: number, epochs: number): LatentSizes {
  const start = startOf(rows);
  const users = new Map(start.users);
  const products = new Map(start.products);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { user, product, size, label } of rows) {
      const ofUser = users.get(user) ?? size;
      const ofProduct = products.get(product) ?? size;
      const slope = slopeOf(ofUser - ofProduct, label);
      const userPull = hold * (ofUser - (start.users.get(user) ?? size));
      const productPull = hold * (ofProduct - (start.products.get(product) ?? size));
      users.set(user, ofUser - rate * (slope + userPull));
      products.set(product, ofProduct - rate * (productPull - slope));
    }
  }
  return { users, products };
}

/** Of the hinge loss by the difference user − product: above the border small, below it large. */
function slopeOf(difference: number, label: 0 | 1 | 2): number {
  if (label === 0) return difference < border + margin ? -1 : 0;
  if (label === 2) return difference > -border - margin ? 1 : 0;
  if (difference > border - margin) return 1;
  return difference < margin - border ? -1 : 0;
}

function startOf(rows: readonly Outcome[]): LatentSizes {
  const products = new Map(rows.map(({ product, size }) => [product, size]));
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { user, size } of rows) {
    const { sum, count } = sums.get(user) ?? { sum: 0, count: 0 };
    sums.set(user, { sum: sum + size, count: count + 1 });
  }
  const users = new Map([...sums].map(([user, { sum, count }]) => [user, sum / count]));
  return { users, products };
}

/** rows × 3: one, user less product, product; of whom nothing is known the size taken. */
function featuresOf({ users, products }: LatentSizes, rows: readonly Outcome[]): Float64Array {
  const features = new Float64Array(3 * rows.length);
  for (const [at, { user, product, size }] of rows.entries()) {
    const ofProduct = products.get(product) ?? size;
    features.set([1, (users.get(user) ?? size) - ofProduct, ofProduct], 3 * at);
  }
  return features;
}
