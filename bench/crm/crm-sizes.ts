export interface CrmSizes {
  /** One in eight never buys. */
  readonly users: number;
  /** Lines of orders, about so many; one in ten comes back. */
  readonly purchases: number;
  /** Views, clicks, likes and carts of the last 90 days. */
  readonly otherEvents: number;
  readonly items: number;
  readonly rooms: number;
  /** How far the orders reach back. */
  readonly days: number;
  /** The end of the shop's history; a midnight in UTC keeps orders within the days' hours. */
  readonly until: Date;
}

export const fullCrmSizes: Omit<CrmSizes, 'until'> = {
  ...{ users: 1_000_000, purchases: 20_000_000, otherEvents: 2_000_000 },
  ...{ items: 50_000, rooms: 200, days: 730 },
};
