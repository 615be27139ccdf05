import { z } from 'zod';
import { attributesSchema, idSchema, textSchema } from '../http/schemas.ts';

interface Unit {
  readonly name: string;
  /** How many of the field's unit one of it is. */
  readonly factor: number;
}

const lengths: readonly Unit[] = [
  { name: 'metres', factor: 100 },
  { name: 'inches', factor: 2.54 },
  { name: 'millimetres', factor: 0.1 },
];
const weights: readonly Unit[] = [
  { name: 'pounds', factor: 0.453_592_37 },
  { name: 'grams', factor: 0.001 },
];

/** A body measurement. One out of range that another unit would explain is answered with it. */
function measurement(least: number, most: number, units: readonly Unit[]) {
  const fits = (value: number) => value >= least && value <= most;
  return z
    .number()
    .refine(fits, {
      error: ({ input }) => {
        const value = Number(input);
        const unit = units.find(({ factor }) => fits(value * factor));
        const question = unit ? `: is it in ${unit.name}?` : '';
        return `expected ${least} to ${most}, got ${value}${question}`;
      },
      params: { code: 'out_of_range' },
    })
    .meta({ minimum: least, maximum: most })
    .nullish();
}

/**
 * A user of the shop. What is left out or null is unset, except the two switches, which are the
 * user's own word: left out they stay as they are.
 */
export const userSchema = z
  .strictObject({
    userId: idSchema,
    birthYear: z.int().min(1900).max(2100).nullish(),
    gender: z.enum(['female', 'male', 'other']).nullish(),
    cityTier: z.int().min(1).max(6).nullish(),
    channel: textSchema(100).nullish().meta({ description: 'Where the user came from.' }),
    heightCm: measurement(40, 250, lengths),
    weightKg: measurement(2, 300, weights),
    bustCm: measurement(45, 200, lengths),
    waistCm: measurement(40, 200, lengths),
    hipCm: measurement(45, 220, lengths),
    bodyType: textSchema(100).nullish(),
    attributes: attributesSchema.default({}),
    personalised: z.boolean().optional().meta({
      description:
        'False: nothing derived from behaviour is used for this user. Left out: as it was; true for a new user.',
    }),
    marketingConsent: z.boolean().optional().meta({
      description: 'Left out: as it was; false for a new user.',
    }),
  })
  .meta({ id: 'User' });

export type User = z.infer<typeof userSchema>;

export const putUsersSchema = z.strictObject({ users: z.array(userSchema).min(1).max(1000) });

export const userParamsSchema = z.strictObject({ userId: idSchema });

export const patchUserSchema = z
  .strictObject({
    personalised: z.boolean().optional(),
    marketingConsent: z.boolean().optional(),
  })
  .refine((switches) => Object.values(switches).some((value) => value !== undefined), {
    error: 'expected personalised or marketingConsent',
  });

export type UserSwitches = z.infer<typeof patchUserSchema>;

export const forgettingSchema = z.strictObject({
  userId: z.string(),
  askedAt: z.iso.datetime().meta({
    description: "By the database's clock. What the user did up to then is forgotten.",
  }),
  done: z.array(z.string()).meta({ description: 'What is so already.' }),
  withNextBuild: z
    .array(z.string())
    .meta({ description: 'What is done by the next run of `build-features`.' }),
});

export const userSwitchesSchema = z.strictObject({
  userId: z.string(),
  personalised: z.boolean(),
  marketingConsent: z.boolean(),
});
