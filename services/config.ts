import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type EventWeights, eventWeights } from '../models/dataset/event-weights.ts';
import { changedWeights } from '../models/dataset/event-weights-config.ts';
import { UsageError } from './errors.ts';
import {
  defaultRanking,
  type RankingSettings,
  rankingSettingsSchema,
} from './recommendations/ranking-settings.ts';
import { defaultTimeZone, isTimeZone } from './time-zone.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: `expected a whole number from ${least} to ${most}`,
    });

const timeZoneSchema = z
  .string()
  .refine(isTimeZone, { error: `expected the name of a time zone, such as ${defaultTimeZone}` });

/** The settings, by their names in the environment. README.md has the table. */
const settingsSchema = z.strictObject({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'expected postgres://user:password@host:port/database')
    .optional(),
  DATA_DIR: z.string().min(1).optional(),
  WARDROBE_LOG_LEVEL: z.enum(logLevels).default('info'),
  WARDROBE_POOL_SIZE: wholeNumber(1, 200).default(10),
  WARDROBE_THREADS: wholeNumber(1, 256).optional(),
  WARDROBE_EXPOSURE_DAYS: wholeNumber(1, 3650).default(30),
  WARDROBE_RETURN_DAYS: wholeNumber(1, 365).default(14),
  WARDROBE_EVENT_WEIGHTS: z.string().min(1).optional(),
  WARDROBE_RANKING: z.string().min(1).optional(),
  WARDROBE_TIME_ZONE: timeZoneSchema.default(defaultTimeZone),
  WARDROBE_STREAMS: wholeNumber(0, 1_000_000).default(10_000),
  WARDROBE_SEGMENT_SECONDS: wholeNumber(1, 3600).default(30),
  WARDROBE_REFRESH_SECONDS: wholeNumber(1, 3600).default(120),
  WARDROBE_REFRESH_WORKERS: wholeNumber(0, 16).default(1),
  WARDROBE_WEBHOOK_PRIVATE: z.enum(['refuse', 'allow']).default('refuse'),
  WARDROBE_AUDIENCE_USERS: wholeNumber(0, 16_000_000).default(1_000_000),
  WARDROBE_AUDIENCE_MINUTES: wholeNumber(1, 10_080).default(60),
  WARDROBE_EXPORTS: wholeNumber(1, 100).default(4),
  WARDROBE_EXPORT_MINUTES: wholeNumber(1, 1440).default(60),
  WARDROBE_DEMO: z.enum(['auto', 'off']).default('auto'),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Undefined: the embedded server. */
  readonly databaseUrl: string | undefined;
  /**
   * Absolute path of the folder for the embedded server and the model cache. Undefined: a folder
   * of its own choosing (see `defaultDataDir`).
   */
  readonly dataDir: string | undefined;
  readonly logLevel: (typeof logLevels)[number];
  readonly poolSize: number;
  /** Threads for training; undefined: one a core. */
  readonly threads: number | undefined;
  /** What events say of an interest: the defaults, with what a file changes of them. */
  readonly eventWeights: EventWeights;
  /** How answers are ranked: the defaults, with what a file changes of them. */
  readonly ranking: RankingSettings;
  /** Whether npm runs this process, through a shell that does not pass on signals. */
  readonly underNpm: boolean;
  /** Whether `npm start` fills an empty embedded database with a simulated shop. */
  /** How many days recommendation_log is kept. */
  readonly exposureDays: number;
  /** Days after which a piece that has not come back is kept. */
  readonly returnDays: number;
  /** The shop's, by its name in the IANA database: by whose clock users are active. */
  readonly timeZone: string;
  readonly demo: 'auto' | 'off';
  /** How many users this process keeps for audiences and lookalikes; 0: none. */
  readonly audienceUsers: number;
  /** Minutes after which they are read anew, when somebody asks. */
  readonly audienceMinutes: number;
  /** Seconds after which a question about segments is given up. */
  readonly segmentSeconds: number;
  /** Seconds after which computing the members of a segment is given up. */
  readonly refreshSeconds: number;
  /** How many segments this process computes at once when they are due. */
  readonly refreshWorkers: number;
  /** Whether webhooks may be sent to addresses that are not of the public internet. */
  readonly webhookPrivate: 'refuse' | 'allow';
  /** How many exports, uploads and snapshots of segments this process does at once. */
  readonly mostExports: number;
  /** Minutes after which one of them is given up. */
  readonly exportMinutes: number;
  /** How many streams of rankings this process keeps open at most. */
  readonly mostStreams: number;
}

/**
 * Reads the settings, and the files that two of them may name.
 *
 * @throws UsageError that names every unknown or malformed setting at once, or every such field of
 *   a file
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const known = Object.keys(settingsSchema.shape);
  const given = Object.entries(environment).filter(
    ([name, value]) =>
      value !== undefined && value !== '' && (known.includes(name) || name.startsWith('WARDROBE_')),
  );
  const parsed = settingsSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw settingsError(parsed.error, known);
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR === undefined ? undefined : resolve(settings.DATA_DIR),
    logLevel: settings.WARDROBE_LOG_LEVEL,
    poolSize: settings.WARDROBE_POOL_SIZE,
    threads: settings.WARDROBE_THREADS,
    eventWeights:
      readSettingsFile('WARDROBE_EVENT_WEIGHTS', settings.WARDROBE_EVENT_WEIGHTS, changedWeights) ??
      eventWeights,
    ranking:
      readSettingsFile('WARDROBE_RANKING', settings.WARDROBE_RANKING, (content) =>
        rankingSettingsSchema.parse(content),
      ) ?? defaultRanking,
    exposureDays: settings.WARDROBE_EXPOSURE_DAYS,
    returnDays: settings.WARDROBE_RETURN_DAYS,
    timeZone: settings.WARDROBE_TIME_ZONE,
    mostStreams: settings.WARDROBE_STREAMS,
    audienceUsers: settings.WARDROBE_AUDIENCE_USERS,
    audienceMinutes: settings.WARDROBE_AUDIENCE_MINUTES,
    segmentSeconds: settings.WARDROBE_SEGMENT_SECONDS,
    refreshSeconds: settings.WARDROBE_REFRESH_SECONDS,
    refreshWorkers: settings.WARDROBE_REFRESH_WORKERS,
    webhookPrivate: settings.WARDROBE_WEBHOOK_PRIVATE,
    mostExports: settings.WARDROBE_EXPORTS,
    exportMinutes: settings.WARDROBE_EXPORT_MINUTES,
    demo: settings.WARDROBE_DEMO,
    underNpm: environment.npm_lifecycle_event !== undefined,
  };
}

/** What a file that a setting names holds; undefined where it names none. */
function readSettingsFile<T>(
  setting: keyof z.infer<typeof settingsSchema>,
  path: string | undefined,
  parse: (content: unknown) => T,
): T | undefined {
  if (path === undefined) return undefined;
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const issues = error instanceof z.ZodError ? fileIssues(error) : [];
    const reason = error instanceof Error ? error.message : String(error);
    const lines = issues.map(({ path: field, message }) => `${field}: ${message}`);
    const what = lines.length > 0 ? lines.join('; ') : reason;
    throw new UsageError(`${setting}: ${path}: ${what}`, issues, { cause: error });
  }
}

function fileIssues(error: z.ZodError) {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: path || 'the file', code: 'malformed_field', message: issue.message }];
    }
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      code: 'unknown_field',
      message: 'unknown field',
    }));
  });
}

function settingsError(error: z.ZodError, known: readonly string[]): UsageError {
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: key,
          code: 'unknown_setting',
          message: `unknown setting (known: ${known.join(', ')})`,
        }))
      : [{ path: issue.path.join('.'), code: 'malformed_setting', message: issue.message }],
  );
  const lines = issues.map((issue) => `${issue.path}: ${issue.message}`);
  return new UsageError(`settings: ${lines.join('; ')}`, issues);
}
