import type { z } from 'zod';
import type { Issue } from '../errors.ts';
import { timestampSchema } from '../http/schemas.ts';
import { didYouMean } from '../nearest-names.ts';
import type { FieldCondition, Scalar } from './rule.ts';
import type { fieldConditionSchema } from './rule-schema.ts';
import { type Operator, operators, type SegmentField } from './segment-fields.ts';

type Given = z.infer<typeof fieldConditionSchema>;

const longestDays = 36_500;

/** @returns the condition with its operator and value known to be of the field's type, or why not */
export function checkFieldCondition(
  given: Given,
  field: SegmentField,
): FieldCondition | readonly Issue[] {
  const allowed: readonly Operator[] = operators[field.type];
  const op = allowed.find((operator) => operator === given.op);
  if (op === undefined) {
    const expected = allowed.join(', ');
    const message = `expected one of ${expected} for ${field.name}, which is a ${field.type}, got ${JSON.stringify(given.op.slice(0, 40))}${didYouMean(given.op, allowed)}`;
    return [{ path: 'op', code: 'wrong_operator', message }];
  }
  const misplaced = misplacedIssues(given, field);
  if (misplaced.length > 0) return misplaced;
  const values = Array.isArray(given.value) ? given.value : [given.value];
  const shape = shapeIssue(op, given.value);
  if (shape) return [{ path: 'value', code: 'wrong_value', message: shape }];
  const issues = values.flatMap((value, index) => {
    const message = valueIssue(value, op, field);
    const path = Array.isArray(given.value) ? `value[${index}]` : 'value';
    return message === undefined ? [] : [{ path, code: 'wrong_value', message }];
  });
  if (issues.length > 0) return issues;
  const known = op === 'exists' ? values : values.map((value) => normal(value, op, field));
  const [least = 0, most = 0] = known;
  if (op === 'between' && least > most) {
    return [{ path: 'value', code: 'wrong_value', message: 'expected the least before the most' }];
  }
  return { ...given, op, value: Array.isArray(given.value) ? known : (known[0] as Scalar) };
}

function misplacedIssues(given: Given, field: SegmentField): readonly Issue[] {
  const issues: Issue[] = [];
  if (given.of !== undefined && !field.takesOf) {
    issues.push({ path: 'of', code: 'unknown_field', message: `${field.name} takes no of` });
  }
  if (given.minWeight !== undefined && field.type !== 'tag') {
    const message = 'minWeight is of tags alone';
    issues.push({ path: 'minWeight', code: 'unknown_field', message });
  }
  return issues;
}

/** How many values an operator takes. */
function shapeIssue(op: Operator, value: Given['value']): string | undefined {
  if (op === 'exists') {
    return typeof value === 'boolean' ? undefined : 'expected true (is known) or false (is not)';
  }
  if (op === 'in' || op === 'not_in') {
    return Array.isArray(value) ? undefined : `expected a list for ${op}`;
  }
  if (op === 'between') {
    const isPair = Array.isArray(value) && value.length === 2;
    return isPair ? undefined : 'expected two values for between, the least and the most';
  }
  return Array.isArray(value) ? `expected one value for ${op}, got a list` : undefined;
}

function valueIssue(value: Scalar, op: Operator, field: SegmentField): string | undefined {
  if (op === 'exists') return undefined;
  switch (field.type) {
    case 'number':
      return typeof value === 'number' ? undefined : `expected a number${got(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected true or false${got(value)}`;
    case 'time':
      return op === 'within_days' || op === 'older_than_days' ? daysIssue(value) : timeIssue(value);
    case 'attribute':
      return attributeIssue(value, op);
    default:
      return textIssue(value, field);
  }
}

function textIssue(value: Scalar, { values }: SegmentField): string | undefined {
  if (typeof value !== 'string') return `expected a text${got(value)}`;
  if (values === undefined || values.includes(value)) return undefined;
  return `expected one of ${values.join(', ')}${got(value)}${didYouMean(value, values)}`;
}

function daysIssue(value: Scalar): string | undefined {
  const isPossible = typeof value === 'number' && value > 0 && value <= longestDays;
  return isPossible ? undefined : `expected days, above 0 and at most ${longestDays}${got(value)}`;
}

function timeIssue(value: Scalar): string | undefined {
  return timestampSchema.safeParse(value).success
    ? undefined
    : `expected a time with a zone, like 2026-01-31T12:00:00Z${got(value)}`;
}

const ordering: readonly Operator[] = ['gt', 'gte', 'lt', 'lte', 'between'];
const ofText: readonly Operator[] = ['contains', 'starts_with'];

function attributeIssue(value: Scalar, op: Operator): string | undefined {
  if (ordering.includes(op) && typeof value !== 'number') return `expected a number${got(value)}`;
  if (ofText.includes(op) && typeof value !== 'string') return `expected a text${got(value)}`;
  return undefined;
}

function got(value: Scalar): string {
  const text = JSON.stringify(value);
  return `, got ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}

/** Times in UTC, so that two can be compared as texts. */
function normal(value: Scalar, op: Operator, field: SegmentField): Scalar {
  if (field.type !== 'time' || op === 'within_days' || op === 'older_than_days') return value;
  return timestampSchema.parse(value);
}
