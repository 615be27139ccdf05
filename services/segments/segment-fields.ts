import { rfmGroups, tiers } from '../../models/segmentation/tiers.ts';
import { churnBands } from '../../models/segmentation/value/churn-band.ts';

export type FieldType = 'text' | 'number' | 'boolean' | 'time' | 'tag' | 'attribute';

export type FieldGroup = 'profile' | 'behaviour' | 'rfm' | 'value' | 'tags' | 'sizes';

/** What a condition can ask of a user. */
export interface SegmentField {
  readonly name: string;
  readonly group: FieldGroup;
  readonly type: FieldType;
  readonly description: string;
  /** All that it can be; undefined: anything. */
  readonly values?: readonly string[];
  /** Whether the condition may say of what, as `of`: of which category, say. */
  readonly takesOf?: boolean;
}

/** The operators of each type, and what their value is. */
export const operators = {
  text: ['eq', 'ne', 'in', 'not_in', 'contains', 'starts_with', 'exists'],
  number: ['eq', 'ne', 'in', 'gt', 'gte', 'lt', 'lte', 'between', 'exists'],
  boolean: ['eq', 'exists'],
  time: ['before', 'after', 'between', 'within_days', 'older_than_days', 'exists'],
  tag: ['eq', 'in', 'exists'],
  attribute: [
    ...['eq', 'ne', 'in', 'not_in', 'contains', 'starts_with'],
    ...['gt', 'gte', 'lt', 'lte', 'between', 'exists'],
  ],
} as const satisfies Record<FieldType, readonly string[]>;

export type Operator = (typeof operators)[FieldType][number];

type Fields = Readonly<Record<string, Omit<SegmentField, 'name' | 'group'>>>;

const number = (description: string) => ({ type: 'number', description }) as const;
const text = (description: string, values?: readonly string[]) =>
  ({ type: 'text', description, ...(values && { values }) }) as const;
const time = (description: string) => ({ type: 'time', description }) as const;

const profile = {
  userId: text('The shop’s own id of the user.'),
  birthYear: number('Year of birth.'),
  age: number('In years: this year less the year of birth.'),
  gender: text('As the profile says.', ['female', 'male', 'other']),
  cityTier: number('1 to 6.'),
  channel: text('Where the user came from.'),
  heightCm: number('In centimetres.'),
  weightKg: number('In kilograms.'),
  bustCm: number('In centimetres.'),
  waistCm: number('In centimetres.'),
  hipCm: number('In centimetres.'),
  bodyType: text('As the profile says.'),
  personalised: { type: 'boolean', description: 'The switch of the user.' },
  marketingConsent: { type: 'boolean', description: 'Whether the user may be written to.' },
  createdAt: time('When the user came to be known.'),
} as const satisfies Fields;

const behaviour = {
  impressions: number('Items that were shown to the user, ever.'),
  clicks: number('Clicks, ever.'),
  views: number('Views, ever.'),
  dwellMs: number('Milliseconds of all views.'),
  likes: number('Likes, ever.'),
  comments: number('Comments, ever.'),
  shares: number('Shares, ever.'),
  follows: number('Follows, ever.'),
  carts: number('What was put into the cart, ever.'),
  uncarts: number('What was taken out of the cart, ever.'),
  purchases: number('Order lines, ever.'),
  units: number('Pieces bought, ever.'),
  spend: number('Money of all purchases.'),
  returns: number('Returns, ever.'),
  returnedUnits: number('Pieces sent back, ever.'),
  refunds: number('Money of all returns.'),
  netSpend: number('`spend` less `refunds`.'),
  returnRate: number('Pieces sent back of pieces bought, 0 to 1. Missing: nothing was bought.'),
  clickRate: number('Clicks of impressions, 0 to 1. Missing: nothing was shown.'),
  firstEventAt: time('The first event of any type.'),
  lastEventAt: time('The last event of any type.'),
  lastPurchaseAt: time('The last purchase.'),
  daysSinceLastEvent: number('Days, with a fraction, since the last event of any type.'),
} as const satisfies Fields;

const rfm = {
  tier: text('One of seven (docs/rfm.md).', tiers),
  rfmGroup: text('One of twelve finer names (docs/rfm.md).', rfmGroups),
  previousTier: text('The tier before this one. Missing: there was none.', tiers),
  tierSince: time('Since when the user has this tier.'),
  recencyDays: number('Days, with a fraction, since the last order. Missing: no order.'),
  frequency: number('Orders in the window of RFM.'),
  monetary: number('Money of the orders in the window, less what came back.'),
  recencyScore: number('1 to 5, 5 the latest.'),
  frequencyScore: number('1 to 5, 5 the most.'),
  monetaryScore: number('1 to 5, 5 the most.'),
  rfmScore: number('The three scores as digits: 111 to 555.'),
  firstOrderAt: time('The first order of all.'),
  lastOrderAt: time('The last order of all.'),
} as const satisfies Fields;

const value = {
  probabilityAlive: number('That the user has not gone, 0 to 1 (docs/value.md).'),
  churnBand: text('How likely the user has gone, in bands (docs/value.md).', churnBands),
  expectedOrders30d: number('Orders expected in the next 30 days.'),
  expectedOrders90d: number('Orders expected in the next 90 days.'),
  expectedOrders365d: number('Orders expected in the next 365 days.'),
  expectedSpend30d: number('Money expected in the next 30 days.'),
  expectedSpend90d: number('Money expected in the next 90 days.'),
  expectedSpend365d: number('Money expected in the next 365 days.'),
} as const satisfies Fields;

const sizes = {
  sizeReturnRate: number(
    'Pieces that were too small or too large of all that were bought, 0 to 1. Missing: none was.',
  ),
  usualSize: {
    type: 'text',
    description: 'The size that the user kept most often; `of` names a category (its leaf).',
    takesOf: true,
  },
} as const satisfies Fields;

const groups = { profile, behaviour, rfm, value, sizes };

export type ColumnName =
  | keyof typeof profile
  | keyof typeof behaviour
  | keyof typeof rfm
  | keyof typeof value
  | keyof typeof sizes;

/** Every field that has a name of its own, in groups. Tags and attributes come beside them. */
export const segmentFields: readonly SegmentField[] = Object.entries(groups).flatMap(
  ([group, fields]) =>
    Object.entries(fields as Fields).map(([name, field]) => ({
      name,
      group: group as FieldGroup,
      ...field,
    })),
);

const byName = new Map(segmentFields.map((field) => [field.name, field]));

const tagPrefix = 'tag.';
const attributePrefix = 'attributes.';

/** Whether a rule with the field holds only users whose switch is on. */
export function isBehavioural({ group }: SegmentField): boolean {
  return group !== 'profile';
}

/** @param tagKinds which there are */
export function findField(name: string, tagKinds: readonly string[]): SegmentField | undefined {
  const known = byName.get(name);
  if (known) return known;
  if (name.startsWith(tagPrefix)) return tagField(name.slice(tagPrefix.length), tagKinds);
  const attribute = attributeOf(name);
  if (attribute === undefined || attribute === '') return undefined;
  const description = 'What the shop knows of the user beyond the fields.';
  return { name, group: 'profile', type: 'attribute', description };
}

function tagField(kind: string, tagKinds: readonly string[]): SegmentField | undefined {
  if (!tagKinds.includes(kind)) return undefined;
  const description = `Values of the tag ${kind} that the user has (docs/features.md).`;
  return { name: `${tagPrefix}${kind}`, group: 'tags', type: 'tag', description };
}

/** The kind of a tag that a field asks for. */
export function tagOf(name: string): string | undefined {
  return name.startsWith(tagPrefix) ? name.slice(tagPrefix.length) : undefined;
}

/** The name of the attribute that a field asks for. */
export function attributeOf(name: string): string | undefined {
  return name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : undefined;
}

/** Every name that can be written out, for those who mistyped one. */
export function fieldNames(tagKinds: readonly string[]): readonly string[] {
  return [...byName.keys(), ...tagKinds.map((kind) => `${tagPrefix}${kind}`)];
}
