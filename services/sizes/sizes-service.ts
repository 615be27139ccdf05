import type { Body } from '../../models/sizing/size-types.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import { type ItemRow, userKey } from '../live/live-rows.ts';
import type { LiveState } from '../live/live-state.ts';
import { unknownViewer, type Viewer } from '../recommendations/viewer.ts';
import type { SizedItem } from './garments.ts';
import { isMissing, type MissingSizes, nothingMissing, type SizeAdvisor } from './size-advisor.ts';
import { sizeReport } from './size-report.ts';
import type { SizeReportStore } from './size-report-store.ts';
import type { SizeReport, Suggestion } from './sizes-schema.ts';
import { suggest, withoutSizes } from './suggest.ts';

/** For whom, and of which item. */
export interface SizeQuery {
  readonly userId: string | null;
  /** Measurements that come with the question; they go before those of the user's profile. */
  readonly body: Body;
  readonly itemId: string;
  /** A size that the answer is to speak of as well. */
  readonly label: string | null;
}

/** Why a query has no suggestion. */
export interface SizeProblem {
  readonly code: 'unknown_item' | 'unknown_label';
  readonly message: string;
}

export interface SizesOptions {
  readonly live: LiveState<Viewer>;
  readonly advisor: SizeAdvisor;
  readonly reports: Pick<SizeReportStore, 'sizes'>;
  readonly now: () => Date;
}

/** Far more than an answer needs whose data changes all the time. */
const mostAttempts = 64;

/** Which size fits: the size to take with its chances, or an honest word that it is not known. */
export class SizesService {
  readonly #options: SizesOptions;

  constructor(options: SizesOptions) {
    this.#options = options;
  }

  /**
   * One outcome a query, in their order, all on one state of the data.
   *
   * @throws UnavailableError when the database does not answer
   */
  async suggest(queries: readonly SizeQuery[]): Promise<(Suggestion | SizeProblem)[]> {
    const now = this.#options.now();
    return this.#attempt(queries, now, (missing) =>
      queries.map((query) => this.#answer(query, now, missing)),
    );
  }

  /**
   * How an item's sizes turned out, sold and are stocked.
   *
   * @param days that are looked back
   * @throws NotFoundError when the item is not in the catalogue
   * @throws UnavailableError when the database does not answer
   */
  async report(itemId: string, days: number): Promise<SizeReport> {
    const to = this.#options.now();
    const from = new Date(to.getTime() - days * 86_400_000);
    const [runs] = await this.#attempt([{ itemId, userId: null }], to, (missing) => [
      this.#runs(itemId, to, missing),
    ]);
    if (!runs) throw new NotFoundError(`item ${itemId} is not in the catalogue`);
    const figures = await this.#options.reports.sizes(itemId, from);
    return sizeReport({ itemId, figures, runs, from, to });
  }

  /** Attempts on what is in memory, and brings what turns out to be missing. */
  async #attempt<Answer>(
    queries: readonly Pick<SizeQuery, 'itemId' | 'userId'>[],
    now: Date,
    make: (missing: MissingSizes) => Answer[],
  ): Promise<Answer[]> {
    const { live, advisor } = this.#options;
    const users = queries.flatMap(({ userId }) => (userId === null ? [] : [userKey(userId)]));
    const asked = queries.map(({ itemId }) => itemId);
    let missing = nothingMissing();
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      // A return that is committed between the two makes what was read of its item void.
      await Promise.all([
        advisor.bring(missing, now),
        live.bring({ viewers: users, items: [...asked, ...missing.items] }),
      ]);
      // From here to the return nothing may be awaited: what is in memory is one state of the data.
      missing = nothingMissing();
      const answers = make(missing);
      if (!isMissing(missing)) return answers;
    }
    throw new UnavailableError('what was asked for has not stopped changing; ask again');
  }

  #answer(query: SizeQuery, now: Date, missing: MissingSizes): Suggestion | SizeProblem {
    const { live, advisor } = this.#options;
    const { userId, itemId, label } = query;
    const item = live.item(itemId);
    if (item === undefined) missing.items.add(itemId);
    if (!item || item.row.hidden) return unknownItem(itemId);
    const viewer = userId === null ? unknownViewer(now) : live.viewer(userKey(userId));
    // It is brought with every attempt.
    if (viewer === undefined) missing.items.add(itemId);
    const sized = advisor.sized(item.row);
    const asked = label === null ? undefined : sized.places.get(label);
    if (label !== null && asked === undefined) return unknownLabel(label, [...sized.places.keys()]);
    if (viewer === undefined) return unknownItem(itemId);
    if (sized.garment.run.sizes.length === 0) return withoutSizes(userId, itemId);
    return this.#ofItem({ ...query, viewer, row: item.row, sized, asked, now }, missing);
  }

  #ofItem(
    { viewer, row, body, now, ...question }: ItemQuestion,
    missing: MissingSizes,
  ): Suggestion | SizeProblem {
    const { advisor } = this.#options;
    const serving = advisor.serving();
    const stored = advisor.household(viewer, serving, now, missing);
    const known = advisor.known(row, serving, now, missing);
    if (stored === undefined || known === undefined) return unknownItem(row.itemId);
    const household = advisor.withBody(stored, body, serving, now);
    const { personalised } = viewer;
    return suggest({
      ...{ ...question, ...serving, row, household, known },
      ...{ personalised: personalised && !stored.isBlank, isSwitchedOff: !personalised },
    });
  }

  #runs(itemId: string, now: Date, missing: MissingSizes): SizeReport['runs'] | undefined {
    const { live, advisor } = this.#options;
    const item = live.item(itemId);
    if (item === undefined) missing.items.add(itemId);
    if (!item) return undefined;
    const serving = advisor.serving();
    const known = advisor.known(item.row, serving, now, missing);
    if (known === undefined) return undefined;
    const { small, fit, large } = known.counts;
    return { ...known.runs, outcomes: small + fit + large, small, large };
  }
}

interface ItemQuestion extends Pick<SizeQuery, 'userId' | 'body'> {
  readonly viewer: Viewer;
  readonly row: ItemRow;
  readonly sized: SizedItem;
  readonly asked: number | undefined;
  readonly now: Date;
}

function unknownItem(itemId: string): SizeProblem {
  const message = `item ${itemId} is not in the catalogue`;
  return { code: 'unknown_item', message };
}

function unknownLabel(label: string, labels: readonly string[]): SizeProblem {
  const sizes = labels.length === 0 ? 'it has no sizes' : `its sizes are ${labels.join(', ')}`;
  return { code: 'unknown_label', message: `the item does not come in ${label}: ${sizes}` };
}
