import { z } from 'zod';
import {
  idSchema,
  issueSchema,
  moneySchema,
  textSchema,
  timestampSchema,
} from '../http/schemas.ts';

export const roomParamsSchema = z.strictObject({ roomId: idSchema });

/** What is left out or null is unset: a PUT replaces all of it, but not the shelf and the pin. */
export const putRoomSchema = z
  .strictObject({
    hostId: idSchema.nullish(),
    title: textSchema(500).default(''),
    theme: textSchema(200).nullish(),
    startsAt: timestampSchema.nullish().meta({ description: 'Left out: it has started.' }),
    endsAt: timestampSchema
      .nullish()
      .meta({ description: 'After `startsAt`. Left out: it goes on.' }),
  })
  .refine(({ startsAt, endsAt }) => !startsAt || !endsAt || startsAt < endsAt, {
    path: ['endsAt'],
    error: 'expected a time after startsAt',
    params: { code: 'not_after_start' },
  })
  .meta({ id: 'PutRoom' });
export type PutRoom = z.infer<typeof putRoomSchema>;

const mostShelfItems = 2000;

export const putShelfSchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        itemId: idSchema,
        roomPrice: moneySchema.nullish().meta({ description: 'What it costs in this room.' }),
      }),
    )
    .max(mostShelfItems)
    .meta({ description: 'In order. An item stands on it once. May be empty.' }),
});
export type ShelfItem = z.infer<typeof putShelfSchema>['items'][number];

export const pinSchema = z.strictObject({
  itemId: idSchema.nullable().meta({ description: 'What the host shows now; null: nothing.' }),
});

const stateSchema = z
  .enum(['upcoming', 'live', 'ended'])
  .meta({ description: "By `startsAt`, `endsAt` and the service's clock." });

const pinFields = {
  pinnedItemId: z.string().nullable(),
  pinnedAt: z.string().nullable().meta({ description: 'Since when, where that is known.' }),
};

export const putRoomResultSchema = z.strictObject({
  roomId: z.string(),
  created: z.boolean(),
  updated: z.boolean().meta({ description: 'There before, and different.' }),
  state: stateSchema,
});
export type PutRoomResult = z.infer<typeof putRoomResultSchema>;

export const roomSchema = z
  .strictObject({
    roomId: z.string(),
    hostId: z.string().nullable(),
    title: z.string(),
    theme: z.string().nullable(),
    startsAt: z.string().nullable(),
    endsAt: z.string().nullable(),
    state: stateSchema,
    ...pinFields,
    shelf: z
      .array(
        z.strictObject({
          itemId: z.string(),
          roomPrice: z.number().nullable(),
          inCatalogue: z.boolean().meta({ description: 'False: never shown, until it is put.' }),
        }),
      )
      .meta({ description: 'In order.' }),
  })
  .meta({ id: 'Room' });
export type Room = z.infer<typeof roomSchema>;

export const putShelfResultSchema = z.strictObject({
  roomId: z.string(),
  items: z.int().meta({ description: 'On the shelf now.' }),
  added: z.int(),
  changed: z.int().meta({ description: 'There before at another place or price.' }),
  removed: z.int(),
  unpinnedItemId: z
    .string()
    .nullable()
    .meta({ description: 'What was pinned and is not on the shelf any more.' }),
  warnings: z
    .array(issueSchema)
    .meta({ description: 'Items that are not in the catalogue; they stay on the shelf.' }),
});
export type PutShelfResult = z.infer<typeof putShelfResultSchema>;

export const pinResultSchema = z.strictObject({
  roomId: z.string(),
  changed: z.boolean().meta({ description: 'False: it was so already.' }),
  ...pinFields,
});
export type PinResult = z.infer<typeof pinResultSchema>;
