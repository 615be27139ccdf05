import type { CrmPoint, CrmReport } from '../../services/crm-report/crm-report.ts';

/** The figures for a terminal. */
export function crmText({ asOf, windowDays, tiers, groups, points, value }: CrmReport): string {
  const all = tiers.reduce((sum, { users }) => sum + users, 0);
  const lines = [
    `as of ${asOf.toISOString()}, orders of ${windowDays} days: ${whole(all)} users`,
    '',
    cells('tier', ['users', 'share', 'money', 'orders in 365 d', 'money in 365 d', 'alive']),
    ...tiers.map(({ tier, users, revenue, orders, spend, alive }) =>
      cells(tier, [
        ...[whole(users), percent(users / all), whole(revenue), whole(orders), whole(spend)],
        alive === null ? '–' : alive.toFixed(3),
      ]),
    ),
    '',
    cells('group', ['users', 'share', 'money']),
    ...groups.map(({ group, users, revenue }) =>
      cells(group, [whole(users), percent(users / all), whole(revenue)]),
    ),
    '',
    ...movesLines(points),
  ];
  if (value === undefined) lines.push('', 'no value has been built: npm run build-value');
  else {
    lines.push(
      '',
      `by ${value.model.version}`,
      cells('band', ['users', 'alive', 'orders in 365 d', 'money in 365 d']),
      ...value.bands.map(({ band, users, alive, orders, spend }) =>
        cells(band, [whole(users), alive.toFixed(3), whole(orders), whole(spend)]),
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Who is in which tier at each point, and how many came from another one. */
function movesLines(points: readonly CrmPoint[]): string[] {
  const names = [...new Set(points.flatMap(({ users }) => Object.keys(users)))];
  return [
    cells('at', [...names, 'came', 'moved']),
    ...points.map(({ at, users, moves }) => {
      const count = (is: (from: string | null, to: string) => boolean) =>
        moves.reduce((sum, { from, to, users: of }) => sum + (is(from, to) ? of : 0), 0);
      const came = count((from) => from === null);
      const moved = count((from, to) => from !== null && from !== to);
      return cells(at.slice(0, 10), [
        ...names.map((name) => whole(users[name] ?? 0)),
        whole(came),
        whole(moved),
      ]);
    }),
  ];
}

function cells(name: string, values: readonly string[]): string {
  return `${name.padEnd(20)}${values.map((value) => ` ${value.padStart(15)}`).join('')}`;
}

function whole(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en');
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}
