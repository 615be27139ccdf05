import type { z } from 'zod';
import { InvalidInputError, type Issue } from '../errors.ts';
import { issuesOf, reportInput } from '../http/validation.ts';
import { didYouMean } from '../nearest-names.ts';
import { checkFieldCondition } from './check-field-condition.ts';
import type { EventCondition, FieldCondition, FindField, Rule } from './rule.ts';
import {
  bucketConditionSchema,
  eventConditionSchema,
  fieldConditionSchema,
  segmentConditionSchema,
} from './rule-schema.ts';

/** What the check has to know of the shop. */
export interface RuleWords {
  readonly findField: FindField;
  readonly fieldNames: readonly string[];
  readonly now: Date;
}

const mostDepth = 12;
const mostNodes = 200;

const kinds = ['all', 'any', 'not', 'field', 'events', 'segment', 'bucket'] as const;
type Kind = (typeof kinds)[number];

/**
 * Checks a rule as it came.
 *
 * @param path where it stands, for the paths of the issues
 * @throws InvalidInputError with the path of every mistake in it
 */
export function checkRule(input: unknown, words: RuleWords, path = 'rule'): Rule {
  const check = new RuleCheck(words);
  const rule = check.node(input, path, 1);
  const { issues } = check;
  const [first] = issues;
  if (rule !== undefined && first === undefined) return rule;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new InvalidInputError(`${first?.path}: ${first?.message}${more}`, issues);
}

/** Undefined stands for a part with a mistake, which is among the issues. */
class RuleCheck {
  readonly issues: Issue[] = [];
  readonly #words: RuleWords;
  #nodes = 0;

  constructor(words: RuleWords) {
    this.#words = words;
  }

  node(input: unknown, path: string, depth: number): Rule | undefined {
    this.#nodes++;
    if (this.#nodes === mostNodes + 1) {
      this.#say(path, 'too_big', `expected a rule of at most ${mostNodes} parts`);
    }
    if (this.#nodes > mostNodes) return undefined;
    if (depth > mostDepth) {
      return this.#say(path, 'too_deep', `expected at most ${mostDepth} levels`);
    }
    const kind = this.#kindOf(input, path);
    if (kind === undefined) return undefined;
    const object = input as Readonly<Record<string, unknown>>;
    switch (kind) {
      case 'all':
      case 'any':
        return this.#list(kind, object, path, depth);
      case 'not':
        return this.#not(object, path, depth);
      case 'field':
        return this.#field(input, path);
      case 'events':
        return this.#events(input, path);
      case 'segment':
        return this.#parse(segmentConditionSchema, input, path);
      case 'bucket':
        return this.#parse(bucketConditionSchema, input, path);
    }
  }

  #kindOf(input: unknown, path: string): Kind | undefined {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return this.#say(path, 'invalid_type', `expected an object with one of ${kinds.join(', ')}`);
    }
    const found = kinds.filter((kind) => kind in input);
    const [kind] = found;
    if (kind !== undefined && found.length === 1) return kind;
    if (found.length > 1) {
      const message = `expected one of ${kinds.join(', ')}, got ${found.join(' and ')}`;
      return this.#say(path, 'ambiguous', message);
    }
    const [first] = Object.keys(input);
    if (first === undefined) return this.#say(path, 'empty', 'expected a condition, got {}');
    const meant = didYouMean(first, kinds);
    const message = `expected one of ${kinds.join(', ')}, got ${first.slice(0, 40)}${meant}`;
    return this.#say(path, 'unknown_field', message);
  }

  #list(
    kind: 'all' | 'any',
    object: Readonly<Record<string, unknown>>,
    path: string,
    depth: number,
  ): Rule | undefined {
    this.#refuseOthers(kind, object, path);
    const parts = object[kind];
    if (!Array.isArray(parts)) {
      return this.#say(`${path}.${kind}`, 'invalid_type', 'expected a list of conditions');
    }
    if (parts.length === 0) {
      return this.#say(`${path}.${kind}`, 'empty', 'expected at least one condition, got []');
    }
    const rules = parts.map((part, index) =>
      this.node(part, `${path}.${kind}[${index}]`, depth + 1),
    );
    const whole = rules.filter((rule) => rule !== undefined);
    if (whole.length < rules.length) return undefined;
    return kind === 'all' ? { all: whole } : { any: whole };
  }

  #not(object: Readonly<Record<string, unknown>>, path: string, depth: number): Rule | undefined {
    this.#refuseOthers('not', object, path);
    const inner = this.node(object.not, `${path}.not`, depth + 1);
    return inner && { not: inner };
  }

  #refuseOthers(kind: Kind, object: object, path: string): void {
    for (const key of Object.keys(object)) {
      if (key !== kind)
        this.#say(`${path}.${key}`, 'unknown_field', `unknown field beside ${kind}`);
    }
  }

  #field(input: unknown, path: string): FieldCondition | undefined {
    const condition = this.#parse(fieldConditionSchema, input, path);
    if (condition === undefined) return undefined;
    const field = this.#words.findField(condition.field);
    if (field === undefined) {
      const meant = didYouMean(condition.field, this.#words.fieldNames);
      const message = `unknown field ${JSON.stringify(condition.field)}${meant || '; GET /v1/segments/fields lists them'}`;
      return this.#say(`${path}.field`, 'unknown_field', message);
    }
    const checked = checkFieldCondition(condition, field);
    if (!Array.isArray(checked)) return checked as FieldCondition;
    for (const issue of checked) this.#say(`${path}.${issue.path}`, issue.code, issue.message);
    return undefined;
  }

  #events(input: unknown, path: string): EventCondition | undefined {
    const condition = this.#parse(eventConditionSchema, input, path) as EventCondition | undefined;
    if (condition === undefined) return undefined;
    const { events, measure, where, within } = condition;
    if (within !== undefined && 'from' in within && this.#isToCome(within.from)) {
      const message = `expected a time that has been, got ${within.from}`;
      return this.#say(`${path}.within.from`, 'in_the_future', message);
    }
    const isOnly = (...types: readonly string[]) =>
      events !== 'any' && events.every((type) => types.includes(type));
    if (measure === 'dwellMs' && !isOnly('view')) {
      return this.#say(`${path}.measure`, 'wrong_measure', 'dwellMs is of view events alone');
    }
    if (['units', 'spend', 'orders'].includes(measure) && !isOnly('purchase', 'return')) {
      const message = `${measure} is of purchase and return events alone`;
      return this.#say(`${path}.measure`, 'wrong_measure', message);
    }
    if (where?.reason !== undefined && !isOnly('return')) {
      return this.#say(
        `${path}.where.reason`,
        'wrong_filter',
        'a reason is of return events alone',
      );
    }
    return condition;
  }

  #isToCome(time: string | undefined): boolean {
    return time !== undefined && time > this.#words.now.toISOString();
  }

  #parse<Schema extends z.ZodType>(
    schema: Schema,
    input: unknown,
    path: string,
  ): z.infer<Schema> | undefined {
    const parsed = schema.safeParse(input, reportInput);
    if (parsed.success) return parsed.data;
    this.issues.push(...issuesOf(parsed.error, path));
    return undefined;
  }

  #say(path: string, code: string, message: string): undefined {
    this.issues.push({ path, code, message });
    return undefined;
  }
}
