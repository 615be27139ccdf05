import { checkHistory, checkItem } from './check-indices.ts';
import { type ComponentKind, componentFromTensors, componentKinds } from './component-codec.ts';
import { HybridQuery, termOf } from './hybrid-query.ts';
import type { History, Model, ModelKind, ScoredItem, Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';
import { TopItems } from './top-items.ts';

export interface HybridComponent {
  /** Of any kind but hybrid. */
  readonly model: Model;
  /** ≥ 0; what its standard scores are multiplied by. */
  readonly weight: number;
}

/** How many times as many similar items each component is asked for as are wanted. */
const similarPool = 4;

/**
 * A weighted sum of the standard scores of other recommenders:
 *
 *   score(i) = Σ_c w_c · (s_c(i) − mean_c) / deviation_c
 *
 * with mean and deviation over the items that the user does not have, for each user anew, so that
 * a component counts the same for a user with three items and one with three hundred. A component
 * that scores all candidates the same (a graph that does not know the history) adds nothing; where
 * all do, the popularity among the components answers, whatever its weight.
 */
export class HybridModel implements Model {
  readonly kind = 'hybrid';
  readonly itemCount: number;
  readonly #components: readonly HybridComponent[];

  /**
   * @param components each kind once, all over the same items
   * @throws RangeError when they do not fit together or no weight is above 0
   */
  constructor(components: readonly HybridComponent[]) {
    checkComponents(components);
    this.itemCount = components[0]!.model.itemCount;
    // As they come back from an artifact.
    this.#components = components.map(({ model, weight }) => {
      return { model, weight: Math.fround(weight) };
    });
  }

  /** @throws TypeError naming the component and the tensor that is missing or misshapen */
  static fromTensors(tensors: Readonly<Record<string, Tensor>>): HybridModel {
    const reader = new TensorReader(tensors);
    const kinds = componentKinds.filter((kind) => {
      return Object.keys(tensors).some((name) => name === weightName(kind) || isOf(kind, name));
    });
    return new HybridModel(
      kinds.map((kind) => {
        const weight = reader.float32(weightName(kind), [1])[0]!;
        return { weight, model: readComponent(kind, tensors) };
      }),
    );
  }

  get components(): readonly HybridComponent[] {
    return this.#components;
  }

  /** Each weighted component's query once; a history that none knows is left to popularity. */
  query(history: History): HybridQuery {
    checkHistory(history, this.itemCount);
    const terms = this.#components
      .filter(({ weight }) => weight > 0)
      .map(({ model, weight }) => termOf(model, model.query(history), weight))
      .filter(({ factor }) => factor !== 0);
    const popularity = this.#components.find(({ model }) => model.kind === 'popularity');
    if (terms.length === 0 && popularity)
      terms.push(termOf(popularity.model, popularity.model.query(history), 1));
    return new HybridQuery(history, this.itemCount, terms);
  }

  /**
   * By the weighted sum of the components' likenesses, each over its highest. Popularity, which
   * knows none, takes part where it is alone.
   */
  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    const weighted = this.#components.filter(({ weight }) => weight > 0);
    const personal = weighted.filter(({ model }) => model.kind !== 'popularity');
    const sums = new Map<number, number>();
    for (const { model, weight } of personal.length > 0 ? personal : weighted) {
      const list = model.similar(item, Math.min(limit * similarPool, this.itemCount));
      const highest = list[0]?.score ?? 0;
      if (!(highest > 0)) continue;
      for (const { item: other, score } of list) {
        sums.set(other, (sums.get(other) ?? 0) + (weight * Math.max(score, 0)) / highest);
      }
    }
    const top = new TopItems(limit);
    for (const [other, score] of sums) top.offer(other, score);
    return top.drainList();
  }

  toTensors(): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const { model, weight } of this.#components) {
      tensors[weightName(model.kind)] = { shape: [1], data: Float32Array.of(weight) };
      for (const [name, tensor] of Object.entries(model.toTensors())) {
        tensors[`${model.kind}/${name}`] = tensor;
      }
    }
    return tensors;
  }
}

function weightName(kind: ModelKind): string {
  return `weight.${kind}`;
}

function isOf(kind: ComponentKind, name: string): boolean {
  return name.startsWith(`${kind}/`);
}

function readComponent(kind: ComponentKind, tensors: Readonly<Record<string, Tensor>>): Model {
  const own = Object.entries(tensors)
    .filter(([name]) => isOf(kind, name))
    .map(([name, tensor]) => [name.slice(kind.length + 1), tensor] as const);
  try {
    return componentFromTensors(kind, Object.fromEntries(own));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${kind}: ${reason}`, { cause: error });
  }
}

function checkComponents(components: readonly HybridComponent[]): void {
  const kinds = components.map(({ model }) => model.kind);
  if (new Set(kinds).size !== kinds.length) throw new RangeError(`a component twice: ${kinds}`);
  if (kinds.includes('hybrid')) throw new RangeError('a hybrid cannot be one of a hybrid');
  const sizes = new Set(components.map(({ model }) => model.itemCount));
  if (sizes.size > 1) throw new RangeError(`components over ${[...sizes].join(' and ')} items`);
  for (const { model, weight } of components) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new RangeError(`weight of ${model.kind} is ${weight}; expected 0 or more`);
    }
  }
  if (!components.some(({ weight }) => weight > 0)) {
    throw new RangeError('no component has a weight above 0');
  }
}
