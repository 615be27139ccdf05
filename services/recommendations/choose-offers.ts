import type { ItemRow, SkuRow } from '../live/live-rows.ts';
import type { LiveItem } from '../live/live-state.ts';
import { type Asking, isInPrice } from './asking.ts';
import type { Candidate } from './candidate.ts';
import { chooseSku, type Fit, type SizeChoice } from './choose-sku.ts';
import type { OrderHistory } from './order-history.ts';
import type { Detour } from './reasons.ts';
import type { Sellable } from './sellable.ts';

/** A candidate that can be bought now, as what. */
export interface Offer {
  readonly candidate: Candidate;
  readonly item: LiveItem;
  readonly sku: SkuRow;
  readonly price: number | null;
  readonly fit: Fit;
  /** The size to take, where it is known. */
  readonly size?: SizeChoice;
  /** Where it is not what the viewer would have had: why. */
  readonly detour?: Detour;
}

export interface OfferQuestion {
  readonly asking: Asking;
  readonly orders: Pick<OrderHistory, 'unfit'>;
  /** The size that the viewer is to take of an item; undefined: it is not known. */
  readonly sizeOf: (row: ItemRow) => SizeChoice | undefined;
  /** What an item costs in the room, where that is another price; null: as everywhere. */
  readonly roomPrice: (itemId: string) => number | null;
}

/** A substitute is looked for among so many candidates: all of them for each would be their square. */
const mostSubstitutes = 200;

/** A substitute costs at most so many times as much or as little. */
const mostPriceRatio = 2;

/**
 * Of sellable candidates, best first, the first `limit` as SKUs in the viewer's size. Where the
 * usual size and those beside it are sold out, the best candidate of the same category that is to be
 * had in the viewer's size takes the place, with the reason; without one, the item comes last, in
 * the nearest size that there is.
 *
 * @param pool the candidates, with their items; each is asked for and sellable
 */
export function chooseOffers(pool: readonly Sellable[], question: OfferQuestion): Offer[] {
  const { limit } = question.asking;
  const offers = new Map<string, Offer | undefined>();
  const offerOf = (at: number) => {
    const of = pool[at];
    if (of === undefined) return undefined;
    const { candidate, item } = of;
    const { itemId } = candidate;
    if (!offers.has(itemId)) offers.set(itemId, offer(candidate, item, question));
    return offers.get(itemId);
  };
  const chosen: Offer[] = [];
  const taken = new Set<string>();
  const last: Offer[] = [];
  for (let at = 0; at < pool.length && chosen.length < limit; at++) {
    const own = offerOf(at);
    if (own === undefined || taken.has(own.candidate.itemId)) continue;
    const substitute =
      own.fit === 'far' ? substituteFor(own, mostSubstitutes, offerOf, taken) : own;
    if (substitute === undefined) {
      last.push(own);
      continue;
    }
    taken.add(own.candidate.itemId);
    taken.add(substitute.candidate.itemId);
    chosen.push(substitute);
  }
  return [...chosen, ...last].slice(0, limit);
}

function offer(
  candidate: Candidate,
  item: LiveItem,
  { asking, orders, sizeOf, roomPrice }: OfferQuestion,
): Offer | undefined {
  const { row } = item;
  const size = sizeOf(row);
  const choice = chooseSku(row.skus, size, orders.unfit);
  if (choice === undefined) return undefined;
  const { sku, fit } = choice;
  if (asking.onlyMySize && size !== undefined && !isMine(choice.fit, item)) return undefined;
  const price = roomPrice(row.itemId) ?? sku.price;
  if (!isInPrice(price, asking.price)) return undefined;
  const isOther = size !== undefined && (fit === 'next' || fit === 'far');
  const detour = isOther ? { usual: size.label, offered: sku.sizeLabel ?? 'another' } : undefined;
  return { candidate, item, sku, price, fit, ...(size && { size }), ...(detour && { detour }) };
}

/** The size to take, or that of an item which comes in one size only. */
function isMine(fit: Fit, { row: { skus } }: LiveItem): boolean {
  const [first] = skus;
  return fit === 'usual' || skus.every(({ sizeLabel }) => sizeLabel === first?.sizeLabel);
}

function substituteFor(
  soldOut: Offer,
  count: number,
  offerOf: (at: number) => Offer | undefined,
  taken: ReadonlySet<string>,
): Offer | undefined {
  const { row } = soldOut.item;
  if (row.category === null || soldOut.detour === undefined) return undefined;
  for (let at = 0; at < count; at++) {
    const other = offerOf(at);
    if (other === undefined || other.fit === 'far' || other.fit === 'any') continue;
    if (taken.has(other.candidate.itemId) || other.item.row.category !== row.category) continue;
    if (!isNearInPrice(other.price, soldOut.price)) continue;
    const { itemId, title } = row;
    const candidate = { ...other.candidate, source: 'substitute' as const };
    return { ...other, candidate, detour: { ...soldOut.detour, instead: { itemId, title } } };
  }
  return undefined;
}

function isNearInPrice(a: number | null, b: number | null): boolean {
  if (a === null || b === null || a <= 0 || b <= 0) return true;
  return a / b <= mostPriceRatio && b / a <= mostPriceRatio;
}
