/**
 * A piece of SQL and the values of its parameters, which can be part of a larger piece. A class, so
 * that no object that came from outside is taken for one.
 */
export class Sql {
  /** One more than there are values. */
  readonly parts: readonly string[];
  readonly values: readonly unknown[];

  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts;
    this.values = values;
  }
}

/** What `query` takes. */
export interface SqlQuery {
  readonly text: string;
  readonly values: unknown[];
}

/**
 * SQL as a template: what is put in is a piece of SQL or else a value, which becomes a parameter and
 * never text. Parameters are cast in the SQL, as everywhere.
 *
 * @example
 * const old = sql`u.birth_year < ${1970}::smallint`;
 * const query = sql`select u.user_id from users u where ${old}`;
 */
export function sql(strings: TemplateStringsArray, ...inputs: readonly unknown[]): Sql {
  const parts = [strings[0] ?? ''];
  const values: unknown[] = [];
  inputs.forEach((input, index) => {
    const after = strings[index + 1] ?? '';
    if (input instanceof Sql) {
      const [first = '', ...others] = input.parts;
      parts[parts.length - 1] += first;
      parts.push(...others);
      values.push(...input.values);
      parts[parts.length - 1] += after;
    } else {
      values.push(input);
      parts.push(after);
    }
  });
  return new Sql(parts, values);
}

/** SQL that stands in the program, as a piece: a column's name, say. Never what came from outside. */
export function literalSql(text: string): Sql {
  return new Sql([text], []);
}

/** Pieces with another between each two. */
export function joinSql(pieces: readonly Sql[], separator: string): Sql {
  const between = literalSql(separator);
  return pieces.reduce(
    (joined, piece, index) => (index === 0 ? piece : sql`${joined}${between}${piece}`),
    literalSql(''),
  );
}

/** With the parameters numbered from $1. */
export function toQuery({ parts, values }: Sql): SqlQuery {
  const text = parts.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join('');
  return { text, values: [...values] };
}
