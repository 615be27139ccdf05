import { KnownBodies, KnownItems, Oracle, OwnBelief, SizeChart, UsualSize } from './baselines.ts';
import { GeneralChart } from './general-chart.ts';
import type { MakeSizePolicy, SizeLoopOptions } from './loop.ts';

export const policies = [
  'own',
  'usual',
  'chart',
  'general-chart',
  'known-bodies',
  'known-items',
  'oracle',
] as const;
export type PolicyName = (typeof policies)[number];

export function makePolicy(name: PolicyName, { windowDays }: SizeLoopOptions): MakeSizePolicy {
  switch (name) {
    case 'own':
      return async () => new OwnBelief();
    case 'usual':
      return async ({ world }) => new UsualSize(world, windowDays);
    case 'chart':
      return async ({ world }) => new SizeChart(world);
    case 'general-chart':
      return async ({ world }) => new GeneralChart(world);
    case 'known-bodies':
      return async ({ world }) => new KnownBodies(world);
    case 'known-items':
      return async ({ world }) => new KnownItems(world);
    case 'oracle':
      return async ({ world }) => new Oracle(world);
  }
}
