// A generated shop for the benches of CRM: `npm run build && node dist/bench/crm-shop.js [--help]`.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { withBenchDatabase } from './bench-database.ts';
import { fullCrmSizes } from './crm/crm-sizes.ts';
import { makeCrmShop } from './crm/make-crm-shop.ts';

const whole = (text: string) => {
  if (!/^(0|[1-9]\d{0,8})$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('crm-shop')
  .description('Makes a shop of users with orders and keeps it, for the benches that take --keep.')
  .requiredOption('--keep <folder>', 'of the database; one that has users already stays as it is')
  .option('--users <n>', 'one in eight never buys', whole, fullCrmSizes.users)
  .option('--purchases <n>', 'about so many lines of orders', whole, fullCrmSizes.purchases)
  .option('--other-events <n>', 'views, clicks, likes, carts', whole, fullCrmSizes.otherEvents)
  .option('--items <n>', 'in five sizes', whole, fullCrmSizes.items)
  .option('--rooms <n>', 'with shelves', whole, fullCrmSizes.rooms)
  .option('--days <n>', 'of orders', whole, fullCrmSizes.days)
  .option('--until <date>', 'the end of the orders; the start of today in UTC unless given')
  .parse()
  .opts<typeof fullCrmSizes & { keep: string; until?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const { keep, until = new Date().toISOString().slice(0, 10), ...sizes } = options;
const folder = resolve(keep);
mkdirSync(folder, { recursive: true });
await withBenchDatabase(async ({ database }) => {
  const [made] = await database.query('select from users limit 1');
  if (made !== undefined) {
    say(`there is a shop in ${folder} already`);
    return;
  }
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  await makeCrmShop(database, { ...sizes, until: new Date(until) }, (step) =>
    say(`[${seconds()}] ${step}`),
  );
  const [counts] = await database.query<Record<'purchases' | 'returns', number>>(
    `select count(*) filter (where type = 'purchase') as purchases,
       count(*) filter (where type = 'return') as returns
     from events where type in ('purchase', 'return')`,
  );
  say(
    `[${seconds()}] ${counts?.purchases.toLocaleString('en')} purchases, ` +
      `${counts?.returns.toLocaleString('en')} returns, until ${until}, in ${folder}`,
  );
}, folder);
