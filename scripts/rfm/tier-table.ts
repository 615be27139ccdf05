import { tiers } from '../../models/segmentation/tiers.ts';

/** Users and money by tier. */
export class TierTally {
  readonly #sums = new Map<string, { users: number; money: number }>();

  add(tier: string, users: number, money: number): void {
    const sum = this.#sums.get(tier) ?? { users: 0, money: 0 };
    this.#sums.set(tier, { users: sum.users + users, money: sum.money + money });
  }

  /** A line a tier, with shares. */
  text(): string {
    const all = [...this.#sums.values()];
    const users = all.reduce((total, sum) => total + sum.users, 0);
    const money = all.reduce((total, sum) => total + sum.money, 0);
    const lines = tiers.map((tier) => {
      const sum = this.#sums.get(tier) ?? { users: 0, money: 0 };
      return [
        tier.padEnd(12),
        sum.users.toLocaleString('en').padStart(12),
        percent(sum.users, users),
        Math.round(sum.money).toLocaleString('en').padStart(18),
        percent(sum.money, money),
      ].join(' ');
    });
    const head = `${'tier'.padEnd(12)} ${'users'.padStart(12)} ${' '.repeat(7)} ${'money'.padStart(18)}`;
    return `${[head, ...lines].join('\n')}\n`;
  }
}

function percent(part: number, whole: number): string {
  return (whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : '').padStart(7);
}
