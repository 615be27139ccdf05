import type { ViewerEvent } from '../live/live-rows.ts';
import type { LiveItem } from '../live/live-state.ts';

/** Items by what they are. An item is meant when it is in every list that is given. */
export interface ItemFilter {
  readonly itemIds?: readonly string[] | undefined;
  /** Any category of an item's path. */
  readonly categories?: readonly string[] | undefined;
  readonly brands?: readonly string[] | undefined;
}

/** What is asked for. */
export interface Asking {
  readonly userId: string | null;
  /** Whose events count when there is no user. */
  readonly sessionId: string | null;
  /** What the viewer did that has not been stored, newest first. */
  readonly events: readonly ViewerEvent[];
  /** Null: the whole catalogue. */
  readonly roomId: string | null;
  readonly include: ItemFilter;
  readonly exclude: ItemFilter;
  readonly price: { readonly min?: number | undefined; readonly max?: number | undefined };
  readonly onlyMySize: boolean;
  /** 1 to 200. */
  readonly limit: number;
  /** Whether reasons are given. */
  readonly explain: boolean;
  /** All chance in the answer comes from it. */
  readonly requestId: string;
}

export const anything: Pick<Asking, 'include' | 'exclude' | 'price' | 'onlyMySize' | 'events'> = {
  include: {},
  exclude: {},
  price: {},
  onlyMySize: false,
  events: [],
};

/** Whether nothing is asked of an item but that it is there. */
export function isUnfiltered({ include, exclude }: Asking): boolean {
  return noFilter(include) && noFilter(exclude);
}

function noFilter({ itemIds, categories, brands }: ItemFilter): boolean {
  return itemIds === undefined && categories === undefined && brands === undefined;
}

/** Whether an item is among those asked for, but for its price, which is that of the SKU. */
export function isAskedFor({ row }: LiveItem, { include, exclude }: Asking): boolean {
  const isIn = (list: readonly string[] | undefined, ids: readonly string[]) =>
    list === undefined ? undefined : ids.some((id) => list.includes(id));
  const brand = row.brand === null ? [] : [row.brand];
  return (
    isIn(include.itemIds, [row.itemId]) !== false &&
    isIn(include.categories, row.categoryPath) !== false &&
    isIn(include.brands, brand) !== false &&
    isIn(exclude.itemIds, [row.itemId]) !== true &&
    isIn(exclude.categories, row.categoryPath) !== true &&
    isIn(exclude.brands, brand) !== true
  );
}

export function isInPrice(price: number | null, { min, max }: Asking['price']): boolean {
  if (min === undefined && max === undefined) return true;
  return price !== null && price >= (min ?? 0) && price <= (max ?? Number.POSITIVE_INFINITY);
}
