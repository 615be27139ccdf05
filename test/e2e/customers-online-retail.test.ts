import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { startBuilt } from '../helpers/built-service.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const file = sharedData('online-retail', 'online_retail.csv.gz');
const asOf = '2011-12-10';
const daysBefore = (days: number) =>
  new Date(Date.parse(`${asOf}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

// Minutes on a busy machine.
jest.setTimeout(600_000);

interface Customer {
  /** `2011-08-06`, of purchases. */
  readonly days: Set<string>;
  money: number;
}

/** What can be counted in the file without any of our code. */
async function countFile(path: string): Promise<ReadonlyMap<string, Customer>> {
  const lines: string[][] = parse(gunzipSync(await readFile(path)), { from_line: 2 });
  const customers = new Map<string, Customer>();
  for (const line of lines) {
    const [invoice = '', code = '', , quantity, date = '', price, customer = ''] = line;
    const isGoods = !/^(POST|DOT|C2|D|M|BANK CHARGES|AMAZONFEE|S|B|CRUK|GIFT_.*)$/i.test(code);
    if (customer === '' || !isGoods) continue;
    const id = customer.replace('.0', '');
    const of = customers.get(id) ?? { days: new Set<string>(), money: 0 };
    customers.set(id, of);
    // Cancellations have quantities below 0.
    of.money += Number(quantity) * Math.round(Number(price) * 100);
    if (!invoice.startsWith('C')) of.days.add(date.slice(0, 10));
  }
  return customers;
}

(file ? describe : describe.skip)('customers of Online Retail', () => {
  let test: TestDatabase;
  let folder: string;
  let customers: ReadonlyMap<string, Customer>;
  let report: {
    tiers: { tier: string; users: number; revenue: number; valued: number }[];
    points: { at: string; users: Record<string, number>; moves: { users: number }[] }[];
    value: { bands: { users: number }[]; tenths: { users: number; spend: number }[] };
  };
  const run = async (script: string, ...args: string[]) => {
    const environment = { DATABASE_URL: test.url, DATA_DIR: folder, WARDROBE_TIME_ZONE: 'UTC' };
    const end = await startBuilt(`scripts/${script}.js`, args, environment).ended;
    if (end.code !== 0) throw new Error(`${script}: ${end.stdout}\n${end.stderr}`);
    return end.stdout;
  };
  const tier = (name: string) => report.tiers.find((row) => row.tier === name);
  const withOrders = () => [...customers.values()].filter(({ days }) => days.size > 0);

  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-e2e-'));
    customers = await countFile(file ?? '');
    await run('import', 'online-retail', file ?? '');
    // Longer than the file, so that all of its money is in the window.
    const window = ['--window-days', '400', '--backfill-from', '2010-12-01'];
    await run('build-rfm', '--reset', '--as-of', asOf, ...window);
    await run('build-value', '--as-of', asOf);
    const paths = ['--json', join(folder, 'crm.json'), '--report', join(folder, 'crm.html')];
    await run('report-crm', ...paths);
    report = JSON.parse(await readFile(join(folder, 'crm.json'), 'utf8'));
  });
  afterAll(async () => {
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are as many as the file has, in the tiers that can be told from their last order', () => {
    const users = report.tiers.reduce((sum, row) => sum + row.users, 0);
    expect(users).toBe(customers.size);
    expect(users).toBe(4363);
    // Those who only ever sent something back.
    expect(tier('prospect')?.users).toBe(customers.size - withOrders().length);
    const last = (days: Set<string>) => [...days].sort().at(-1) ?? '';
    const lost = withOrders().filter(({ days }) => last(days) < daysBefore(180));
    expect(tier('lost')?.users).toBe(lost.length);
    const asleep = withOrders().filter(
      ({ days }) => last(days) >= daysBefore(180) && last(days) < daysBefore(90),
    );
    expect(tier('dormant')?.users).toBe(asleep.length);
  });

  it('have the money of the file, less what was cancelled', () => {
    const cents = [...customers.values()].reduce((sum, { money }) => sum + money, 0);
    const revenue = report.tiers.reduce((sum, row) => sum + row.revenue, 0);
    expect(revenue).toBeCloseTo(cents / 100, 2);
    // High value is what it is called.
    expect(tier('high_value')?.revenue ?? 0).toBeGreaterThan(0.7 * revenue);
    expect(tier('high_value')?.users ?? 0).toBeLessThan(0.35 * customers.size);
  });

  it('were as many at the first of each month as had come by then', () => {
    for (const { at, users } of report.points) {
      const day = at.slice(0, 10);
      const ordered = withOrders().filter(({ days }) => [...days].some((of) => of < day));
      const { prospect = 0, ...others } = users;
      const counted = Object.values(others).reduce((sum, count) => sum + count, 0);
      expect([day, counted]).toEqual([day, ordered.length]);
    }
    expect(report.points.map(({ at }) => at.slice(0, 10))).toEqual([
      ...Array.from({ length: 12 }, (_, month) => `2011-${String(month + 1).padStart(2, '0')}-01`),
      asOf,
    ]);
  });

  it('have a value each who has ordered, and nobody else', () => {
    const valued = report.tiers.reduce((sum, row) => sum + row.valued, 0);
    expect(valued).toBe(withOrders().length);
    expect(report.value.bands.reduce((sum, { users }) => sum + users, 0)).toBe(valued);
    const spend = report.value.tenths.map((row) => row.spend);
    expect(spend).toEqual(spend.toSorted((one, other) => other - one));
  });

  it('are drawn on a page', async () => {
    const page = await readFile(join(folder, 'crm.html'), 'utf8');
    expect(page.match(/<svg role="img"/g)).toHaveLength(5);
    expect(page).not.toMatch(/NaN|undefined|<script/);
  });

  it('are told apart by what is expected of them, though nobody is seen to stop', async () => {
    const json = join(folder, 'value.json');
    await run('evaluate-value', '--format', 'online-retail', '--file', file ?? '', '--json', json);
    const { bgNbd, orders } = JSON.parse(await readFile(json, 'utf8'));
    const known = withOrders().filter(({ days }) => [...days].some((day) => day <= '2011-08-06'));
    const later = known.flatMap(({ days }) => [...days].filter((day) => day > '2011-08-06'));
    expect(bgNbd).toMatchObject({ seesStopping: false, customers: known.length });
    expect(orders.actual).toBe(later.length);
    expect(orders.model.mae).toBeLessThan(0.75 * orders.meanRate.mae);
    const [least, most] = [orders.deciles[0], orders.deciles[9]];
    expect(most.actual).toBeGreaterThan(8 * least.actual);
  });
});
