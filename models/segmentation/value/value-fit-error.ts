/** Why a model of value cannot be fitted to these data, in words for a person. */
export class ValueFitError extends Error {
  override readonly name = 'ValueFitError';
}
