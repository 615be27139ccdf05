import type { TreeOptions, TreeTable } from './tree-types.ts';

/** Row counts of histograms have 24 bits. */
const mostRows = 2 ** 24 - 1;

/**
 * @throws RangeError with what was expected and what came
 */
export function checkTraining(
  table: TreeTable,
  target: ArrayLike<number>,
  options: TreeOptions,
): void {
  checkTable('table', table);
  checkOptions(options, table.columns);
  checkTarget('target', table, target, options, options.groups);
  if (options.weights) checkWeights(options.weights, table.rows);
  const { validation } = options;
  if (!validation) return;
  checkTable('validation.table', validation.table);
  if (validation.table.columns !== table.columns) {
    throw new RangeError(
      `validation.table has ${validation.table.columns} columns; expected ${table.columns}`,
    );
  }
  checkWhole('validation.patience', validation.patience, 1);
  const { table: rows, groups } = validation;
  checkTarget('validation.target', rows, validation.target, options, groups);
}

function checkTable(name: string, { rows, columns, values }: TreeTable): void {
  checkWhole(`${name}.rows`, rows, 1, mostRows);
  checkWhole(`${name}.columns`, columns, 1, 65_535);
  if (values.length !== rows * columns) {
    throw new RangeError(
      `${name} has ${values.length} values; expected ${rows} rows × ${columns} columns`,
    );
  }
  const infinite = values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite < 0) return;
  const row = Math.floor(infinite / columns);
  throw new RangeError(
    `${name}: expected a finite number or NaN, got ${values[infinite]} in row ${row}, column ${infinite % columns}`,
  );
}

function checkOptions(options: TreeOptions, columns: number): void {
  checkWhole('rounds', options.rounds, 1);
  checkWhole('leaves', options.leaves, 2, 65_535);
  checkWhole('minRows', options.minRows, 1);
  checkWhole('bins', options.bins, 2, 255);
  checkShare('rate', options.rate);
  checkShare('columnShare', options.columnShare ?? 1);
  checkShare('rowShare', options.rowShare ?? 1);
  if (!(options.l2 >= 0 && options.l2 < Infinity)) {
    throw new RangeError(`l2: expected a number from 0, got ${options.l2}`);
  }
  if (options.objective === 'multiclass') checkWhole('classes', options.classes ?? 0, 2, 255);
  if (options.monotone) checkMonotone(options.monotone, options, columns);
}

function checkMonotone(monotone: Int8Array, { objective }: TreeOptions, columns: number): void {
  if (monotone.length !== columns) {
    throw new RangeError(`monotone has ${monotone.length} entries; expected ${columns} columns`);
  }
  for (const direction of monotone) {
    if (Math.abs(direction) > 1) {
      throw new RangeError(`monotone: expected −1, 0 or 1, got ${direction}`);
    }
    if (direction !== 0 && objective === 'multiclass') {
      throw new RangeError('monotone: a class of several has no direction; use it for one score');
    }
  }
}

function checkTarget(
  name: string,
  { rows }: TreeTable,
  target: ArrayLike<number>,
  { objective, classes = 2 }: TreeOptions,
  groups: Uint32Array | undefined,
): void {
  if (target.length !== rows) {
    throw new RangeError(`${name} has ${target.length} values; expected ${rows} rows`);
  }
  const below = objective === 'multiclass' ? classes : 2;
  for (let row = 0; row < rows; row++) {
    const value = target[row]!;
    const right =
      objective === 'regression'
        ? Number.isFinite(value)
        : Number.isInteger(value) && value >= 0 && value < below;
    if (right) continue;
    const expected = objective === 'regression' ? 'a finite number' : `0 to ${below - 1}`;
    throw new RangeError(`${name} of row ${row}: expected ${expected}, got ${value}`);
  }
  if (objective === 'choice') checkGroups(name, rows, target, groups);
}

function checkGroups(
  name: string,
  rows: number,
  target: ArrayLike<number>,
  groups: Uint32Array | undefined,
): void {
  if (!groups || groups.length < 2 || groups[0] !== 0 || groups[groups.length - 1] !== rows) {
    throw new RangeError(`${name}: groups have to begin at 0 and end at the ${rows} rows`);
  }
  for (let group = 0; group + 1 < groups.length; group++) {
    const from = groups[group]!;
    const to = groups[group + 1]!;
    let chosen = 0;
    for (let row = from; row < to; row++) chosen += target[row]!;
    if (chosen !== 1) {
      throw new RangeError(`${name}: ${chosen} rows of group ${group} are chosen; expected 1`);
    }
  }
}

function checkWeights(weights: Float32Array, rows: number): void {
  if (weights.length !== rows) {
    throw new RangeError(`weights has ${weights.length} values; expected ${rows} rows`);
  }
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`weight of row ${row}: expected a number from 0, got ${weight}`);
    }
    sum += weight;
  }
  if (sum === 0) throw new RangeError('weights: all are 0');
}

function checkWhole(name: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `from ${least}` : `${least} to ${most}`;
  throw new RangeError(`${name}: expected a whole number ${range}, got ${value}`);
}

function checkShare(name: string, value: number): void {
  if (value > 0 && value <= 1) return;
  throw new RangeError(`${name}: expected a number above 0 and up to 1, got ${value}`);
}
