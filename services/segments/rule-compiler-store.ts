import { joinSql, literalSql, type Sql, sql } from '../database/sql.ts';
import { attributeCondition, columnCondition, eventSums, sumCondition } from './condition-store.ts';
import { columns, type JoinedTable, joinedTables } from './field-columns-store.ts';
import {
  type Condition,
  conditionsOf,
  type EventCondition,
  type FieldCondition,
  type Rule,
} from './rule.ts';
import { attributeOf, isBehavioural, type SegmentField, tagOf } from './segment-fields.ts';

/** Who is in a set of users, as SQL. */
export interface MemberQuery {
  /** Selects `user_id`, each once, of users who may be named now. */
  readonly sql: Sql;
  /** Whether it asks for behaviour: then it holds only users whose switch is on. */
  readonly usesBehaviour: boolean;
  /** Its conditions, each alone, to tell which is slow. */
  readonly leaves: readonly { readonly path: string; readonly sql: Sql }[];
}

/** What a rule is compiled with. */
export interface CompileContext {
  readonly now: Date;
  readonly findField: (name: string) => SegmentField | undefined;
  /** Members of the segments that the rule names. */
  readonly members: (segmentId: string) => MemberQuery;
  /** Where the sets that it joins are computed by themselves. */
  readonly standIn?: StandIn | undefined;
}

/**
 * What stands in a statement for a set of users that it joins: a table that the set is in, say.
 *
 * @param set selects `user_id`, each once, and what is measured of them
 * @param path of the condition in the rule
 */
export type StandIn = (set: Sql, path: string) => Sql;

/**
 * Compiles a rule that was checked to one statement; every value in it is a parameter.
 *
 * @param root what paths begin with
 */
export function compileRule(rule: Rule, context: CompileContext, root = 'rule'): MemberQuery {
  const compiled = new RuleStatement(context);
  const statement = compiled.statement(rule, root);
  const leaves = leavesOf(rule, root).map(({ path, condition }) => ({
    path,
    sql: new RuleStatement({ ...context, standIn: undefined }).statement(condition, path),
  }));
  return { sql: statement, usesBehaviour: compiled.usesBehaviour, leaves };
}

function leavesOf(rule: Rule, path: string): { path: string; condition: Condition }[] {
  const parts = (kind: 'all' | 'any', rules: readonly Rule[]) =>
    rules.flatMap((part, index) => leavesOf(part, partOf(path, kind, index)));
  if ('all' in rule) return parts('all', rule.all);
  if ('any' in rule) return parts('any', rule.any);
  if ('not' in rule) return leavesOf(rule.not, `${path}.not`);
  return [{ path, condition: rule }];
}

function partOf(path: string, kind: 'all' | 'any', index: number): string {
  return `${path}.${kind}[${index}]`;
}

/**
 * One select over `users u`. What is read of each user is joined from the left, so that any tree of
 * conditions is a hash join for each of them and a filter; joined sets have at most one row a user.
 */
class RuleStatement {
  usesBehaviour = false;
  readonly #context: CompileContext;
  readonly #tables = new Set<JoinedTable>();
  readonly #joins: Sql[] = [];

  constructor(context: CompileContext) {
    this.#context = context;
  }

  statement(rule: Rule, path: string): Sql {
    this.usesBehaviour = conditionsOf(rule).some((condition) => this.#asksForBehaviour(condition));
    const condition = this.#condition(rule, path);
    const tables = [...this.#tables].map((table) => joinedTables[table]);
    const joins = joinSql([...tables, ...this.#joins], '\n');
    const isOn = literalSql(this.usesBehaviour ? 'u.personalised and ' : '');
    return sql`select u.user_id from users u ${joins} where ${isOn}${condition}`;
  }

  #asksForBehaviour(condition: Condition): boolean {
    if ('events' in condition) return true;
    if ('segment' in condition) return this.#context.members(condition.segment).usesBehaviour;
    return 'field' in condition && isBehavioural(this.#field(condition));
  }

  #field({ field: name }: FieldCondition): SegmentField {
    const field = this.#context.findField(name);
    if (field === undefined) throw new Error(`a rule that was not checked names ${name}`);
    return field;
  }

  #condition(rule: Rule, path: string): Sql {
    const each = (kind: 'all' | 'any', rules: readonly Rule[]) =>
      rules.map((part, index) => this.#condition(part, partOf(path, kind, index)));
    if ('all' in rule) return sql`(${joinSql(each('all', rule.all), ' and ')})`;
    if ('any' in rule) return sql`(${joinSql(each('any', rule.any), ' or ')})`;
    if ('not' in rule) return sql`(not ${this.#condition(rule.not, `${path}.not`)})`;
    if ('field' in rule) return this.#fieldCondition(rule, path);
    if ('events' in rule) return this.#eventCondition(rule, path);
    if ('segment' in rule) return this.#isAmong(this.#context.members(rule.segment).sql, path);
    const { seed, from, to } = rule.bucket;
    return sql`(random_bucket(${seed}::text, u.user_id) >= ${from}::double precision
      and random_bucket(${seed}::text, u.user_id) < ${to}::double precision)`;
  }

  #eventCondition(condition: EventCondition, path: string): Sql {
    const alias = this.#join(eventSums(condition, this.#context.now), path);
    return sumCondition(sql`${alias}.v`, condition);
  }

  #fieldCondition(condition: FieldCondition, path: string): Sql {
    const field = this.#field(condition);
    const attribute = attributeOf(condition.field);
    if (attribute !== undefined) return attributeCondition(attribute, condition);
    const tag = tagOf(condition.field);
    if (tag !== undefined) return this.#tagCondition(tag, condition, path);
    if (field.type === 'tag' || field.type === 'attribute') throw new Error('never');
    const column = this.#column(condition, path);
    return columnCondition(column, field.type, condition, this.#context.now);
  }

  #column({ field, of }: FieldCondition, path: string): Sql {
    if (field === 'usualSize') return sql`${this.#join(usualSizes(of), path)}.v`;
    const column = columns[field as keyof typeof columns];
    for (const table of column.tables) this.#tables.add(table);
    return column.value(this.#context.now);
  }

  #tagCondition(tag: string, { op, value, minWeight }: FieldCondition, path: string): Sql {
    const values = Array.isArray(value) ? value : [value];
    const ofValue = op === 'exists' ? sql`true` : sql`t.value = any(${values}::text[])`;
    const ofWeight =
      minWeight === undefined ? sql`true` : sql`t.weight >= ${minWeight}::double precision`;
    const holders = sql`
      select distinct t.user_id
      from user_tags_at(${this.#context.now.toISOString()}::timestamptz) t
      where t.tag = ${tag}::text and ${ofValue} and ${ofWeight}`;
    const isHolder = this.#isAmong(holders, path);
    return op === 'exists' && value === false ? sql`(not ${isHolder})` : isHolder;
  }

  #isAmong(users: Sql, path: string): Sql {
    return sql`(${this.#join(users, path)}.user_id is not null)`;
  }

  /** @returns what the joined set is called */
  #join(set: Sql, path: string): Sql {
    const alias = literalSql(`j${this.#joins.length + 1}`);
    const from = this.#context.standIn?.(set, path) ?? set;
    this.#joins.push(sql`left join (${from}) ${alias} on ${alias}.user_id = u.user_id`);
    return alias;
  }
}

/**
 * Of each user the size kept most often, in a category or in all; of two as often the first by name.
 * Not from `user_size_profiles`, which has a row a category: over all of them that took 2.7 times
 * as long.
 */
function usualSizes(category: string | undefined): Sql {
  const ofCategory =
    category === undefined
      ? literalSql('')
      : sql`join items i on i.item_id = s.item_id
          and i.category_path[cardinality(i.category_path)] = ${category}::text`;
  return sql`
    select distinct on (p.user_id) p.user_id, p.size_label as v
    from (
      select o.user_id, s.size_label, sum(o.kept) as kept
      from user_sku_outcomes o
      join skus s on s.sku_id = o.sku_id
      ${ofCategory}
      where s.size_label is not null and o.kept > 0
      group by o.user_id, s.size_label
    ) p
    order by p.user_id, p.kept desc, p.size_label`;
}
