import type { Tensors } from '../../artifact/tensor-types.ts';
import type { ClassCalibration } from './class-calibration.ts';

const kinds: readonly ClassCalibration['kind'][] = ['none', 'temperature', 'vector', 'isotonic'];

/** A calibration as it stands in an artifact. */
export function encodeCalibration(calibration: ClassCalibration): Tensors {
  const kind = { shape: [], data: Uint8Array.of(kinds.indexOf(calibration.kind)) };
  if (calibration.kind === 'none') return { kind };
  if (calibration.kind === 'temperature') {
    return { kind, factors: vector(Float64Array.of(calibration.factor)) };
  }
  if (calibration.kind === 'vector') {
    return { kind, factors: vector(calibration.scales), shifts: vector(calibration.shifts) };
  }
  const { curves } = calibration;
  const starts = [0];
  for (const { scores } of curves) starts.push(starts.at(-1)! + scores.length);
  return {
    kind,
    starts: { shape: [starts.length], data: Uint32Array.from(starts) },
    scores: vector(Float64Array.from(curves.flatMap(({ scores }) => [...scores]))),
    values: vector(Float64Array.from(curves.flatMap(({ values }) => [...values]))),
  };
}

/** @throws TypeError when a tensor is missing or does not make a calibration of so many classes */
export function decodeCalibration(tensors: Tensors, classes: number): ClassCalibration {
  const code = tensors.kind?.data;
  const kind = code instanceof Uint8Array ? kinds[code[0]!] : undefined;
  if (kind === undefined) throw new TypeError('tensor "kind" names no calibration');
  if (kind === 'none') return { kind };
  if (kind === 'temperature') return { kind, factor: positive(read(tensors, 'factors', 1))[0]! };
  if (kind === 'vector') {
    const scales = positive(read(tensors, 'factors', classes));
    return { kind, scales, shifts: read(tensors, 'shifts', classes) };
  }
  const starts = tensors.starts?.data;
  if (!(starts instanceof Uint32Array) || starts.length !== classes + 1) {
    throw new TypeError(`tensor "starts" is not ${classes + 1} numbers of uint32`);
  }
  const scores = read(tensors, 'scores', starts[classes]!);
  const values = read(tensors, 'values', starts[classes]!);
  const curves = Array.from({ length: classes }, (_, k) => ({
    scores: scores.slice(starts[k], starts[k + 1]),
    values: values.slice(starts[k], starts[k + 1]),
  }));
  for (const curve of curves) {
    checkRising('scores', curve.scores);
    checkRising('values', curve.values);
  }
  return { kind, curves };
}

function vector(data: Float64Array): { shape: number[]; data: Float64Array } {
  return { shape: [data.length], data };
}

function read(tensors: Tensors, name: string, length: number): Float64Array {
  const data = tensors[name]?.data;
  if (data instanceof Float64Array && data.length === length && data.every(Number.isFinite)) {
    return data;
  }
  throw new TypeError(`tensor "${name}" is not ${length} finite numbers of float64`);
}

function positive(factors: Float64Array): Float64Array {
  if (factors.every((factor) => factor > 0)) return factors;
  throw new TypeError('tensor "factors" has one that is not above 0');
}

function checkRising(name: string, numbers: Float64Array): void {
  const falls = numbers.some((number, at) => at > 0 && number < numbers[at - 1]!);
  if (numbers.length === 0 || falls) throw new TypeError(`tensor "${name}" is no rising curve`);
}
