import { z } from 'zod';

export const towersConfigSchema = z.strictObject({
  /** Length of a feature's row in the lookup tables. */
  embedding: z.int().min(1).max(512).default(32),
  hidden: z.int().min(1).max(1024).default(64),
  /** Pairs a step; each is also the other way's negative of all the others. */
  batch: z.int().min(2).default(256),
  /** Items drawn evenly that are negatives of the whole batch besides (mixed negative sampling). */
  evenNegatives: z.int().min(0).default(256),
  epochs: z.int().min(1).default(6),
  /** Epochs without a gain on validation after which it ends. */
  patience: z.int().min(1).default(2),
  /** Of the dense weights (Adam). */
  rate: z.number().positive().default(0.001),
  /** Of the tables (Adagrad). */
  tableRate: z.number().positive().default(0.02),
  /** What draws the rows of the tables towards zero. */
  decay: z.number().min(0).default(1e-5),
  /** Of the squares of the dense weights in the loss. */
  penalty: z.number().min(0).default(1e-4),
  /** Share of an item's or a user's features that a step does not see. */
  dropout: z.number().min(0).max(0.95).default(0.5),
  /** Share of pairs whose user comes without a history, as a new one does. */
  newUserShare: z.number().min(0).max(1).default(0.2),
  /** Share of items that are met as their ALS factor instead of as their content. */
  knownShare: z.number().min(0).max(1).default(0.5),
  /** Newest items of a history whose content the user tower sees. */
  recent: z.int().min(1).max(200).default(20),
  /** What dot products are multiplied by before the softmax, to begin with. */
  scale: z.number().positive().default(20),
});
export type TowersConfig = z.infer<typeof towersConfigSchema>;
