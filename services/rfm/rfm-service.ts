import { type TierRules, tierRulesSchema } from '../../models/segmentation/tier-rules.ts';
import { rfmGroups, tiers } from '../../models/segmentation/tiers.ts';
import { InvalidInputError, type Issue, NotFoundError } from '../errors.ts';
import type { Amounts, RfmSummary, RfmTransitions } from './rfm-schema.ts';
import type { CellCount, RfmStore } from './rfm-store.ts';

export interface RfmServiceOptions {
  readonly store: Pick<RfmStore, 'summary' | 'transitions'>;
  readonly now: () => Date;
}

const scores = [1, 2, 3, 4, 5];

/** How many users are in which tier, what they are worth, and who moved. */
export class RfmService {
  readonly #store: RfmServiceOptions['store'];
  readonly #now: () => Date;

  constructor({ store, now }: RfmServiceOptions) {
    this.#store = store;
    this.#now = now;
  }

  /** @throws NotFoundError when no tiers have been built */
  async summary(): Promise<RfmSummary> {
    const found = await this.#store.summary();
    if (found === undefined) {
      throw new NotFoundError('there are no tiers yet: run build-features or build-rfm');
    }
    const { state, cells } = found;
    const amountsOf = shareIn(cells);
    return {
      asOf: state.asOf.toISOString(),
      windowDays: state.windowDays,
      rulesVersion: state.rulesVersion,
      computedAt: state.computedAt.toISOString(),
      users: amountsOf(() => true).users,
      revenue: amountsOf(() => true).revenue,
      thresholds: {
        recency: state.recencyCuts.map((time) => time.toISOString()),
        frequency: [...state.frequencyCuts],
        monetary: [...state.monetaryCuts],
      },
      grid: gridOf(amountsOf),
      outsideWindow: amountsOf(({ recencyScore }) => recencyScore === null),
      ...namedOf(tierRulesSchema.parse(state.rules), amountsOf),
    };
  }

  /**
   * Who was in which tier at `from`, and in which at `to`.
   *
   * @param from and to as times in UTC
   * @throws InvalidInputError when `from` is not before `to`, or `to` is still to come
   */
  async transitions(from: string, to: string): Promise<RfmTransitions> {
    refuseTimes(from, to, this.#now().toISOString());
    const { historyFrom, counts } = await this.#store.transitions(new Date(from), new Date(to));
    const usersOf = (before: string | null, after: string) =>
      counts.find((count) => count.before === before && count.after === after)?.users ?? 0;
    const rows = [...tiers, null].map((before) => {
      const row = Object.fromEntries(tiers.map((after) => [after, usersOf(before, after)]));
      const users = Object.values(row).reduce((total, part) => total + part, 0);
      return { from: before, users, to: row as RfmTransitions['matrix'][number]['to'] };
    });
    const users = rows.reduce((total, row) => total + row.users, 0);
    const entered = rows.at(-1)?.users ?? 0;
    const same = tiers.reduce((total, tier) => total + usersOf(tier, tier), 0);
    return {
      ...{ from, to, historyFrom: historyFrom?.toISOString() ?? null },
      ...{ users, changed: users - entered - same, entered, matrix: rows },
    };
  }
}

type AmountsOf = (isOne: (cell: CellCount) => boolean) => Amounts;

/** Users and money of some of the cells, and what share of all they are. */
function shareIn(cells: readonly CellCount[]): AmountsOf {
  const sum = (some: readonly CellCount[]) => ({
    users: some.reduce((total, { users }) => total + users, 0),
    revenue: cents(some.reduce((total, { revenue }) => total + revenue, 0)),
  });
  const all = sum(cells);
  return (isOne) => {
    const { users, revenue } = sum(cells.filter(isOne));
    return {
      users,
      userShare: all.users > 0 ? users / all.users : 0,
      revenue,
      revenueShare: all.revenue > 0 ? revenue / all.revenue : 0,
    };
  };
}

const cents = (amount: number) => Math.round(amount * 100) / 100;

function gridOf(amountsOf: AmountsOf): RfmSummary['grid'] {
  return scores.toReversed().flatMap((recencyScore) =>
    scores.map((frequencyScore) => ({
      recencyScore,
      frequencyScore,
      ...amountsOf(
        (cell) => cell.recencyScore === recencyScore && cell.frequencyScore === frequencyScore,
      ),
    })),
  );
}

function namedOf(rules: TierRules, amountsOf: AmountsOf): Pick<RfmSummary, 'tiers' | 'groups'> {
  return {
    tiers: tiers.map((tier) => {
      const { name, treatment } = rules.tiers[tier];
      return { tier, name, treatment, ...amountsOf((cell) => cell.tier === tier) };
    }),
    groups: rfmGroups.map((group) => {
      const { name, treatment } = rules.groups[group];
      return { group, name, treatment, ...amountsOf((cell) => cell.group === group) };
    }),
  };
}

/** All times are UTC and of one form, so that they are compared as texts. */
function refuseTimes(from: string, to: string, now: string): void {
  const issues: Issue[] = [];
  if (from >= to) {
    const message = `expected a time before ${to}, got ${from}`;
    issues.push({ path: 'query.from', code: 'not_before', message });
  }
  if (to > now) {
    const message = `expected a time that is past, got ${to}; it is ${now}`;
    issues.push({ path: 'query.to', code: 'future', message });
  }
  const [first] = issues;
  if (first !== undefined) throw new InvalidInputError(`${first.path}: ${first.message}`, issues);
}
