import { Oracle, OwnBelief, SizeChart, UsualSize } from './baselines.ts';
import type { MakeSizePolicy, SizeLoopOptions } from './loop.ts';

export const policies = ['own', 'usual', 'chart', 'oracle'] as const;
export type PolicyName = (typeof policies)[number];

export function makePolicy(name: PolicyName, { windowDays }: SizeLoopOptions): MakeSizePolicy {
  switch (name) {
    case 'own':
      return async () => new OwnBelief();
    case 'usual':
      return async ({ world }) => new UsualSize(world, windowDays);
    case 'chart':
      return async ({ world }) => new SizeChart(world);
    case 'oracle':
      return async ({ world }) => new Oracle(world);
  }
}
