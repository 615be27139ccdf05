import { z } from 'zod';
import { measurementSchema } from '../http/measurements.ts';
import { attributesSchema, idSchema, textSchema } from '../http/schemas.ts';

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
    heightCm: measurementSchema('heightCm').nullish(),
    weightKg: measurementSchema('weightKg').nullish(),
    bustCm: measurementSchema('bustCm').nullish(),
    waistCm: measurementSchema('waistCm').nullish(),
    hipCm: measurementSchema('hipCm').nullish(),
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
