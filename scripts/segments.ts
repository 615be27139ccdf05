import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { SegmentTools } from '../services/create-services.ts';
import { AppError, UsageError } from '../services/errors.ts';
import { parse } from '../services/http/validation.ts';
import { runProcess, untilStopped } from '../services/run-process.ts';
import { exportQuerySchema } from '../services/segments/exports/segment-exports-schema.ts';
import type { Segment } from '../services/segments/segments-schema.ts';
import {
  countText,
  listText,
  previewText,
  reasonOf,
  refreshText,
  snapshotText,
} from './segments/segments-text.ts';
import { withSegmentTools } from './segments/with-segment-tools.ts';
import { writeDownload } from './segments/write-download.ts';
import { wholeNumber } from './training/options.ts';

const json = () => new Option('--json', 'answer as JSON, as the API does');
const say = (line: string) => process.stderr.write(line);

interface Shown {
  readonly json?: true;
}

/** Answers on standard output: for people, or for programs. */
function answer<T>({ json: asJson }: Shown, body: T, text: (body: T) => string): void {
  process.stdout.write(asJson ? `${JSON.stringify(body, null, 2)}\n` : text(body));
}

async function everySegment({ segments }: SegmentTools): Promise<Segment[]> {
  const all: Segment[] = [];
  for (let after: string | undefined; ; after = all.at(-1)?.segmentId) {
    const page = await segments.list(200, after);
    all.push(...page.segments);
    if (page.nextCursor === null) return all;
  }
}

async function readRule(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rule: ${path}: ${reasonOf(error)}`, [], { cause: error });
  }
}

interface ExportFlags extends Shown {
  readonly out: string;
  readonly [name: string]: unknown;
}

async function exportSegment(segmentId: string, { out, ...flags }: ExportFlags): Promise<void> {
  // `--no-header` and `--no-safe` are true where they are not given.
  const given = Object.entries(flags)
    .filter(([name, value]) => !(['header', 'safe'].includes(name) && value === true))
    .map(([name, value]) => [name, String(value)]);
  const request = parse(exportQuerySchema, Object.fromEntries(given), 'options');
  const abort = new AbortController();
  untilStopped().then((signal) => abort.abort(signal));
  await withSegmentTools({}, async ({ exports }) => {
    const download = await exports.open(segmentId, request);
    let told = 0;
    const written = await writeDownload(download, out, abort.signal, (bytes) => {
      if (bytes - told < 10_000_000) return;
      told = bytes;
      say(`${Math.round(bytes / 1_000_000)} MB\n`);
    });
    say(`${written} bytes in ${out}\n`);
  });
}

interface RefreshFlags extends Shown {
  readonly all?: true;
  readonly connections: number;
  readonly sharing: boolean;
}

async function refresh(ids: readonly string[], flags: RefreshFlags): Promise<void> {
  if ((ids.length === 0) === (flags.all !== true)) {
    throw new UsageError('refresh: expected ids of segments, or --all');
  }
  const { connections } = flags;
  await withSegmentTools({ connections }, async (tools) => {
    for (const id of ids) await tools.refresh.check(id);
    const chosen = flags.all ? await tools.refresh.dynamicIds() : ids;
    const started = performance.now();
    let done = 0;
    const mostSets = flags.sharing ? 100 : 0;
    const outcomes = await tools.refresh.refreshAll(chosen, { connections, mostSets }, (one) => {
      done += 1;
      const what = 'error' in one ? `failed: ${reasonOf(one.error)}` : `${one.refreshed.ms} ms`;
      say(`${done} of ${chosen.length}: ${one.segmentId} ${what}\n`);
    });
    const body = outcomes.map((one) =>
      'error' in one ? { segmentId: one.segmentId, error: reasonOf(one.error) } : one.refreshed,
    );
    const ms = performance.now() - started;
    answer(flags, body, () => refreshText(outcomes, ms));
    const failure = outcomes.flatMap((one) => ('error' in one ? [one.error] : []))[0];
    if (failure === undefined) return;
    if (!(failure instanceof AppError)) throw failure;
    process.exitCode = 1;
  });
}

const program = new Command('segments').description(
  'Sets of users, from the shell. docs/segments.md says what they are.',
);

program
  .command('list')
  .description('the segments there are')
  .addOption(json())
  .action((flags: Shown) =>
    withSegmentTools({}, async (tools) => answer(flags, await everySegment(tools), listText)),
  );

program
  .command('count <segment>')
  .description('how many users a segment holds now')
  .addOption(json())
  .action((id: string, flags: Shown) =>
    withSegmentTools({}, async ({ segments }) =>
      answer(flags, await segments.count(id), countText),
    ),
  );

program
  .command('preview')
  .description('whom a rule would hold')
  .requiredOption('--rule <file>', 'the rule as JSON')
  .addOption(json())
  .action(async (flags: Shown & { readonly rule: string }) => {
    const rule = await readRule(flags.rule);
    await withSegmentTools({}, async ({ segments }) =>
      answer(flags, await segments.preview(rule), previewText),
    );
  });

program
  .command('export <segment>')
  .description('all members as a file; the options are those of the API (docs/api.md)')
  .requiredOption('--out <file>', 'where they are written; - is standard output')
  .option('--format <format>', 'csv or ndjson')
  .option('--columns <names>', 'fields with a comma between them')
  .option('--of <snapshot>', 'the number of a snapshot; left out: who is in it now')
  .option('--part <part>', 'of a snapshot: members, joined or left')
  .option('--holdout <which>', 'exclude or only')
  .option('--cursor <user>', 'goes on after this user')
  .option('--limit <n>', 'at most so many')
  .option('--gzip', 'a gzip file')
  .option('--no-header', 'CSV: without the line of names')
  .option('--bom', 'CSV: with a byte order mark, for Excel')
  .option('--no-safe', 'CSV: as it is, for programs')
  .action(exportSegment);

program
  .command('snapshot <segment>')
  .description('freezes who is in a segment now')
  .addOption(json())
  .action((id: string, flags: Shown) =>
    withSegmentTools({}, async ({ snapshots }) =>
      answer(flags, await snapshots.take(id), snapshotText),
    ),
  );

program
  .command('refresh [segments...]')
  .description('computes who is in dynamic segments, and tells webhooks')
  .option('--all', 'all of them')
  .option('--connections <n>', 'how many at once', wholeNumber(1, 16), 2)
  .option('--no-sharing', 'compute conditions anew that several segments have')
  .addOption(json())
  .action(refresh);

await runProcess(async () => {
  await program.parseAsync();
});
