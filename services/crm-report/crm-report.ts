import { rfmGroups, tiers } from '../../models/segmentation/tiers.ts';
import { churnBands } from '../../models/segmentation/value/churn-band.ts';
import type { Database } from '../database/database.ts';
import { ConflictError } from '../errors.ts';
import type { ValueModel } from '../value/value-service.ts';
import {
  type BandRow,
  type GridCell,
  type GroupRow,
  type MoveRow,
  readBands,
  readGrid,
  readGroups,
  readMoves,
  readSpendTenths,
  readTierState,
  readTiers,
  type SpendTenth,
  type TierRow,
} from './crm-report-store.ts';

/** Who there is, by tier, group, score and value, and who moved from month to month. */
export interface CrmReport {
  readonly asOf: Date;
  readonly windowDays: number;
  readonly tiers: readonly TierRow[];
  readonly groups: readonly GroupRow[];
  readonly grid: readonly GridCell[];
  readonly points: readonly CrmPoint[];
  /** Undefined: no value has been built. */
  readonly value: CrmValue | undefined;
}

/** A point in time: who was in which tier, and where they came from since the point before. */
export interface CrmPoint {
  readonly at: string;
  readonly users: Readonly<Record<string, number>>;
  readonly moves: readonly MoveRow[];
}

export interface CrmValue {
  readonly model: ValueModel;
  readonly bands: readonly BandRow[];
  readonly tenths: readonly SpendTenth[];
}

/**
 * Reads the report from what has been built, in one snapshot.
 *
 * @param active the model that the values are of
 * @throws ConflictError when there are no tiers
 */
export function readCrmReport(
  database: Database,
  active: () => Promise<ValueModel | undefined>,
): Promise<CrmReport> {
  return database.transaction(async (transaction) => {
    const state = await readTierState(transaction);
    if (state === undefined) {
      throw new ConflictError('there are no tiers yet: run npm run build-rfm first');
    }
    const model = await active();
    const moves = await readMoves(transaction, state.asOf);
    return {
      ...state,
      tiers: inOrder(await readTiers(transaction), tiers, ({ tier }) => tier),
      groups: inOrder(await readGroups(transaction), rfmGroups, ({ group }) => group),
      grid: await readGrid(transaction),
      points: pointsOf(moves),
      value: model && {
        model,
        bands: inOrder(await readBands(transaction), churnBands, ({ band }) => band),
        tenths: await readSpendTenths(transaction),
      },
    };
  }, 'repeatable read');
}

function inOrder<Row>(
  rows: readonly Row[],
  order: readonly string[],
  nameOf: (row: Row) => string,
): Row[] {
  return rows.toSorted((one, other) => order.indexOf(nameOf(one)) - order.indexOf(nameOf(other)));
}

function pointsOf(moves: readonly MoveRow[]): CrmPoint[] {
  const points = new Map<string, { users: Record<string, number>; moves: MoveRow[] }>();
  for (const move of moves) {
    const point = points.get(move.at) ?? { users: {}, moves: [] };
    points.set(move.at, point);
    point.users[move.to] = (point.users[move.to] ?? 0) + move.users;
    point.moves.push(move);
  }
  return [...points].map(([at, point]) => ({ at, ...point }));
}
