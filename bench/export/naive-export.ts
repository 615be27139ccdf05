// How an export is often written, to compare with: `--way cursor` reads rows with a cursor of the
// driver and makes CSV of them here, `--way memory` reads all of them first. Prints one line of JSON.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Command } from 'commander';
import { Database } from '../../services/database/database.ts';
import { memoryOf } from '../recommend/processes.ts';
import { everybody } from './export-shop.ts';

const options = new Command('naive-export')
  .requiredOption('--url <url>')
  .requiredOption('--way <way>')
  .parse()
  .opts<{ url: string; way: 'cursor' | 'memory' }>();

const query = `
select u.user_id, r.tier, r.frequency, r.monetary, u.channel, v.expected_spend_365d
from segment_members m
join users u on u.user_id = m.user_id
left join user_rfm r on r.user_id = u.user_id
left join user_clv v on v.user_id = u.user_id
where m.segment_id = $1::text and random_bucket('bench', u.user_id) >= 0.05
order by u.user_id`;

type Row = Readonly<Record<string, unknown>>;

function csvLine(row: Row): string {
  const cells = Object.values(row).map((value) => {
    const text = value === null ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(',')}\n`;
}

const database = new Database({
  ...{ url: options.url, poolSize: 1, applicationName: 'naive', statementTimeout: 0 },
  settings: { work_mem: '64MB', jit: 'off' },
});
const before = memoryOf(process.pid);
let peak = before;
const sampling = setInterval(() => {
  peak = Math.max(peak, memoryOf(process.pid));
}, 100);
const out = createWriteStream('/dev/null');
const began = performance.now();
let rows = 0;

async function write(row: Row): Promise<void> {
  rows += 1;
  if (!out.write(csvLine(row))) await once(out, 'drain');
}

if (options.way === 'memory') {
  for (const row of await database.query<Row>(query, [everybody])) await write(row);
} else {
  await database.transaction(async (transaction) => {
    for await (const row of transaction.rows<Row>(query, [everybody])) await write(row);
  });
}
clearInterval(sampling);
peak = Math.max(peak, memoryOf(process.pid));
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - began) / 1000;
process.stdout.write(
  `${JSON.stringify({ rows, seconds, before, peak, cpu: (user + system) / 1e6 })}\n`,
);
await database.close();
