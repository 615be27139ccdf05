/** A median and the values that it is of. */
export function report(name: string, values: readonly number[], unit: string): void {
  if (values.length === 0) return;
  const all = values.map((value) => value.toPrecision(3)).join(' ');
  print(`  ${name}: median ${median(values).toPrecision(3)} ${unit} of ${all}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
