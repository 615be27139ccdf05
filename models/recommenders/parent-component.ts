import type { ComponentKind } from './component-codec.ts';
import { HybridModel } from './hybrid-model.ts';
import type { ParentModel } from './model.ts';

/** The component of one kind as a parent: out of a hybrid, or the model itself where it is one. */
export function parentComponent(
  { model, items }: ParentModel,
  kind: ComponentKind,
): ParentModel | undefined {
  const models =
    model instanceof HybridModel ? model.components.map((part) => part.model) : [model];
  const found = models.find((component) => component.kind === kind);
  return found && { model: found, items };
}
