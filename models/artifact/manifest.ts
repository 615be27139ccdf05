import { z } from 'zod';

export const manifestName = 'manifest.json';
export const formatVersion = 1;

const count = z.int().min(0);
const instant = z.iso.datetime();
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hex digits');

/** A mean over the test users with its 95 % bootstrap interval. */
const intervalSchema = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** Which held-out interactions a metric was measured on. */
export const splitSchema = z.strictObject({
  /** `time`: from `cutoff` on; `given`: a test that came with the data; `random`: a seeded part. */
  kind: z.enum(['time', 'given', 'random']),
  cutoff: instant.optional(),
  testDays: z.number().positive().optional(),
  /** SHA-256 of the test interactions: two models compare on the same one only. */
  fingerprint: digest,
  users: count,
  interactions: count,
});

export const metricsSchema = z.strictObject({
  split: splitSchema,
  /** How many items were recommended to each user. */
  k: z.int().min(1),
  recall: intervalSchema,
  ndcg: intervalSchema,
  /** Null where no test user has an item of the long tail. */
  longTailRecall: intervalSchema.nullable(),
  coverage: z.number().min(0).max(1),
  /** Null where nothing was recommended. */
  topShare: z.number().min(0).max(1).nullable(),
});

/** How a model of sizes did on held-out outcomes. */
export const sizeMetricsSchema = z.strictObject({
  /** Its interactions are outcomes. */
  split: splitSchema,
  /** How a piece turns out in the size that was taken. */
  fit: z.strictObject({
    /** Mean, in nats. */
    logLoss: z.number().min(0),
    /** Mean of the three one-vs-rest areas; null where an outcome is missing from the test. */
    auc: z.number().min(0).max(1).nullable(),
    /** Of the likeliest outcome. */
    calibrationError: z.number().min(0).max(1),
  }),
  /** Which size of an item's run is kept. */
  choice: z.strictObject({
    /** Kept pieces of items that come in more than one size. */
    pieces: count,
    logLoss: z.number().min(0),
    exact: z.number().min(0).max(1),
    withinOne: z.number().min(0).max(1),
  }),
});

const jsonSchema = z.json();
export type Json = z.infer<typeof jsonSchema>;

export const manifestSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  /** Name of the trained model, at most 128 characters of `A–Z a–z 0–9 . _ -`. */
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  kind: z.enum([
    'popularity',
    'item-neighbours',
    'slim',
    'als',
    'spectral',
    'user-neighbours',
    'hybrid',
    'sizes',
  ]),
  created: instant,
  /** What the model was fitted on; `from` and `to` are null for data without timestamps. */
  data: z.strictObject({
    from: instant.nullable(),
    to: instant.nullable(),
    users: count,
    items: count,
    interactions: count,
  }),
  configuration: z.record(z.string(), jsonSchema),
  /** What the events were weighed by, where it was fitted on events; serving weighs by the same. */
  eventWeights: z.record(z.string(), jsonSchema).optional(),
  /** The artifact that the fit started from; left out where it started anew. */
  parent: z
    .strictObject({
      version: z.string(),
      /** Of its manifest, which has those of its other files. */
      sha256: digest,
      /** What started from it; the other components were fitted anew. */
      components: z.array(z.string()).min(1),
      /** Items that it knew, of all in `data`. */
      items: count,
    })
    .optional(),
  seed: z.int(),
  metrics: metricsSchema.nullable(),
  /** Of models of sizes; `metrics` is null then. */
  sizeMetrics: sizeMetricsSchema.optional(),
  /** What computed the model, such as `wasm-simd` or `typescript`. */
  backend: z.string().min(1).max(128),
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,100}\.safetensors$/),
        bytes: count,
        sha256: digest,
      }),
    )
    .min(1)
    .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, {
      error: 'names a file twice',
    }),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type SplitDescription = z.infer<typeof splitSchema>;
export type SizeMetrics = z.infer<typeof sizeMetricsSchema>;
export type ManifestMetrics = z.infer<typeof metricsSchema>;

/** What a model answers; of each family one version is active. */
export type ModelFamily = 'recommendations' | 'sizes';

export function familyOf(kind: Manifest['kind']): ModelFamily {
  return kind === 'sizes' ? 'sizes' : 'recommendations';
}
