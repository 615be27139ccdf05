import { z } from 'zod';
import { UsageError } from '../../errors.ts';

type Kind = 'text' | 'number' | 'boolean' | 'list' | 'object';

export interface CsvColumns {
  /**
   * For a header, what makes the object that a row stands for. What is not of its column's kind is
   * left as it is.
   *
   * @throws UsageError that names unknown and missing columns
   */
  reader(
    path: string,
    names: readonly string[],
  ): (fields: readonly string[]) => Record<string, unknown>;
}

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * How the objects of a schema are written as CSV: a column a field, an empty cell for a field that
 * is left out. A list is `a > b > c` or JSON; an object is JSON, or columns like
 * `attributes.colour` with texts.
 *
 * @param schema an object, or a union of objects
 */
export function csvColumns(schema: z.ZodType): CsvColumns {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  // A schema with an id of its own is put among the definitions.
  const json = root.$defs?.[root.$ref?.replace('#/$defs/', '') ?? ''] ?? root;
  const variants = json.anyOf ?? json.oneOf ?? [json];
  const kinds = new Map<string, Kind>();
  for (const variant of variants) {
    for (const [name, field] of Object.entries(variant.properties ?? {})) {
      kinds.set(name, kindOf(field));
    }
  }
  const required = [...kinds.keys()].filter((name) =>
    variants.every((variant) => variant.required?.includes(name)),
  );
  return {
    reader: (path, names) => {
      checkHeader(path, names, kinds, required);
      const columns = names.map((name) => ({ name, kind: kinds.get(name) }));
      return (fields) => recordOf(columns, fields);
    },
  };
}

const kindsOfTypes: Readonly<Record<string, Kind>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

function kindOf(field: JsonSchema): Kind {
  // What may be null is `type: [number, null]` or `anyOf: [{ type: number … }, { type: null }]`.
  const types = [field, ...(field.anyOf ?? [])].flatMap(({ type }) => type ?? []);
  const type = types.find((name) => name !== 'null');
  return kindsOfTypes[type ?? ''] ?? 'text';
}

function checkHeader(
  path: string,
  names: readonly string[],
  kinds: ReadonlyMap<string, Kind>,
  required: readonly string[],
): void {
  const known = (name: string) => {
    const [object = '', ...member] = name.split('.');
    return kinds.has(name) || (member.join('') !== '' && kinds.get(object) === 'object');
  };
  const faults = [
    ...names.filter((name) => !known(name)).map((name) => `unknown ${JSON.stringify(name)}`),
    ...required.filter((name) => !names.includes(name)).map((name) => `missing ${name}`),
  ];
  if (faults.length === 0) return;
  const columns = [...kinds.keys()].join(', ');
  throw new UsageError(`${path}:1: wrong header: ${faults.join(', ')}; columns are ${columns}`);
}

interface Column {
  readonly name: string;
  /** Undefined: a member of an object, like `attributes.colour`. */
  readonly kind: Kind | undefined;
}

function recordOf(columns: readonly Column[], fields: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const cell = fields[index];
    const column = columns[index];
    if (column === undefined || cell === undefined || cell === '') continue;
    const { name, kind } = column;
    if (kind === undefined) setMember(record, name, cell);
    else if (kind !== 'object') record[name] = parsedCell(kind, cell);
    else record[name] = merged(parsedCell(kind, cell), record[name]);
  }
  return record;
}

function setMember(record: Record<string, unknown>, name: string, cell: string): void {
  const dot = name.indexOf('.');
  const object = name.slice(0, dot);
  record[object] = merged(record[object], { [name.slice(dot + 1)]: cell });
}

/** Members of both; what is no object is left for the schema to refuse. */
function merged(first: unknown, second: unknown): unknown {
  if (first === undefined || second === undefined) return first ?? second;
  if (!isObject(first)) return first;
  return isObject(second) ? { ...first, ...second } : second;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsedCell(kind: Kind, cell: string): unknown {
  switch (kind) {
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell;
    case 'boolean':
      return cell === 'true' ? true : cell === 'false' ? false : cell;
    case 'list':
      return cell.startsWith('[') ? jsonOr(cell) : cell.split('>').map((part) => part.trim());
    case 'object':
      return jsonOr(cell);
    default:
      return cell;
  }
}

function jsonOr(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    // The schema says what was expected in its place.
    return cell;
  }
}
