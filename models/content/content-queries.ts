import { AlsModel } from '../recommenders/als-model.ts';
import { FactorQuery } from '../recommenders/factor-query.ts';
import { HybridModel } from '../recommenders/hybrid-model.ts';
import { HybridQuery, termOf } from '../recommenders/hybrid-query.ts';
import type { History, Model, ModelKind, Query } from '../recommenders/model.ts';
import type { ContentEncoder } from './content-encoder.ts';
import { dotProduct } from './content-ranking.ts';

/** The ALS of a model: itself, or one of a hybrid; undefined where it has none. */
export function alsOf(model: Model): AlsModel | undefined {
  if (model instanceof AlsModel) return model;
  if (!(model instanceof HybridModel)) return undefined;
  return model.components.map((component) => component.model).find(isAls);
}

const nothing: History = { items: new Uint32Array(0), weights: new Float32Array(0) };

/**
 * What a model says about a user who has done nothing yet, from the profile's vector: its standard
 * scores in the space of ALS beside those of popularity.
 *
 * @param vector of `ContentEncoder.encodeProfile`
 * @returns undefined where profiles say nothing, or the model has no ALS
 */
export function newUserQuery(
  model: Model,
  { parameters: { profileWeight } }: ContentEncoder,
  vector: Float32Array,
): Query | undefined {
  const als = alsOf(model);
  if (!als || !(profileWeight > 0)) return undefined;
  const profile = als.queryOf(vector);
  if (!(model instanceof HybridModel)) return profile;
  const terms = [termOf(als, profile, profileWeight)].filter(({ factor }) => factor !== 0);
  if (terms.length === 0) return undefined;
  for (const { model: component } of model.components) {
    if (component.kind === 'popularity') terms.push(termOf(component, component.query(nothing), 1));
  }
  return new HybridQuery(nothing, model.itemCount, terms);
}

/**
 * The score of an item that the model does not know, on the scale of those that it knows.
 *
 * @param vector of `ContentEncoder.encodeNewItem`
 * @param appeal what a standard deviation of the item's appeal counts for this user
 * @returns undefined where the query has no ALS to score it with
 */
export function scoreOfNew(query: Query, vector: Float32Array, appeal: number): number | undefined {
  let scored = false;
  const product = (kind: ModelKind, part: Query) => {
    if (kind !== 'als' || !(part instanceof FactorQuery)) return undefined;
    scored = true;
    const dimensions = part.vector.length;
    return dotProduct(part.vector, vector) + appeal * (vector[dimensions] ?? 0);
  };
  const score = query instanceof HybridQuery ? query.scoreUnknown(product) : product('als', query);
  return scored ? score : undefined;
}

function isAls(model: Model): model is AlsModel {
  return model instanceof AlsModel;
}
