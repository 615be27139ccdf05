import { AlsModel } from './als-model.ts';
import { ItemNeighboursModel } from './item-neighbours-model.ts';
import type { Model, ModelKind, Tensor } from './model.ts';
import { PopularityModel } from './popularity.ts';
import { SlimModel } from './slim-model.ts';
import { SpectralModel } from './spectral-model.ts';
import { UserNeighboursModel } from './user-neighbours-model.ts';

/** A recommender that stands alone or is one of a hybrid. */
export type ComponentKind = Exclude<ModelKind, 'hybrid'>;

export const componentKinds = [
  'popularity',
  'item-neighbours',
  'slim',
  'als',
  'spectral',
  'user-neighbours',
] as const satisfies readonly ComponentKind[];

/** @throws TypeError naming the tensor that is missing or misshapen */
export function componentFromTensors(
  kind: ComponentKind,
  tensors: Readonly<Record<string, Tensor>>,
): Model {
  switch (kind) {
    case 'popularity':
      return PopularityModel.fromTensors(tensors);
    case 'item-neighbours':
      return ItemNeighboursModel.fromTensors(tensors);
    case 'slim':
      return SlimModel.fromTensors(tensors);
    case 'als':
      return AlsModel.fromTensors(tensors);
    case 'spectral':
      return SpectralModel.fromTensors(tensors);
    case 'user-neighbours':
      return UserNeighboursModel.fromTensors(tensors);
  }
}
