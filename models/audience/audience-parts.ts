import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { AlsModel } from '../recommenders/als-model.ts';
import type { FactorRows } from '../recommenders/factor-rows.ts';
import { HybridModel } from '../recommenders/hybrid-model.ts';
import { ItemNeighboursModel } from '../recommenders/item-neighbours-model.ts';
import type { Model } from '../recommenders/model.ts';
import { SlimModel } from '../recommenders/slim-model.ts';
import { SpectralModel } from '../recommenders/spectral-model.ts';
import { UserNeighboursModel } from '../recommenders/user-neighbours-model.ts';

/** A component that tells users apart, with its weight in the blend. */
export type WeightedPart = { readonly weight: number } & (
  | {
      readonly form: 'vectors';
      readonly model: AlsModel | SpectralModel;
      readonly rows: FactorRows;
    }
  | {
      readonly form: 'graph';
      readonly model: SlimModel | ItemNeighboursModel;
      /** items × items */
      readonly graph: SparseMatrix;
    }
  | {
      readonly form: 'neighbours';
      readonly model: UserNeighboursModel;
      /** items × users of the training data */
      readonly byItem: SparseMatrix;
    }
);

/**
 * The components of a model by which users differ, as sums over what is kept of a user. Popularity
 * says the same of everybody; a model of nothing else has none.
 */
export function partsOf(model: Model): WeightedPart[] {
  if (!(model instanceof HybridModel)) return partOf(model, 1);
  return model.components
    .filter(({ weight }) => weight > 0)
    .flatMap((component) => partOf(component.model, component.weight));
}

function partOf(model: Model, weight: number): WeightedPart[] {
  if (model instanceof AlsModel || model instanceof SpectralModel) {
    return [{ form: 'vectors', weight, model, rows: model.rows }];
  }
  if (model instanceof SlimModel || model instanceof ItemNeighboursModel) {
    return [{ form: 'graph', weight, model, graph: matrixOf(model, model.itemCount) }];
  }
  if (model instanceof UserNeighboursModel) {
    return [{ form: 'neighbours', weight, model, byItem: matrixOf(model, model.userCount) }];
  }
  return [];
}

/** The matrix that a model keeps, without copying it. */
function matrixOf(model: Model, columns: number): SparseMatrix {
  const { indptr, indices, values } = model.toTensors();
  return {
    rows: model.itemCount,
    columns,
    indptr: indptr?.data as Uint32Array,
    indices: indices?.data as Uint32Array,
    values: values?.data as Float32Array,
  };
}
