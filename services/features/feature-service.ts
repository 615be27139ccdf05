import { type EventWeights, eventWeights } from '../../models/dataset/event-weights.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { tryAgain } from '../database/try-again.ts';
import { defaultTimeZone } from '../time-zone.ts';
import {
  adoptForeignEvents,
  lockFeatures,
  readFeatureState,
  saveFeatureState,
  summariseEventRanges,
  tellOfItems,
} from './feature-state-store.ts';
import {
  addItemFeatures,
  addKnownByEvents,
  addReturnedUsers,
  addSegmentTrends,
  addSkuOutcomes,
  addUserFeatures,
  addUserSkuOutcomes,
  areUsersReturned,
  clearFeatures,
  endExclusions,
  excludeUsers,
  vacuumFeatures,
} from './feature-store.ts';
import { excludeWaiting, forgetLateEvents, forgetUsers } from './forget-store.ts';
import { eventsToTake, type FullReason, reasonForFull } from './new-events.ts';
import {
  addReturnedTags,
  addTags,
  clearTags,
  excludeTags,
  saveTagSettings,
  tagDefinition,
  vacuumTags,
} from './tag-store.ts';

export interface FeatureReport {
  /** Why everything was built anew; undefined: only new events were added. */
  readonly full: FullReason | undefined;
  /** How many of each had new events (in a full build: any). */
  readonly users: number;
  readonly items: number;
  readonly skus: number;
  /** Tags of users: a user's brand, say. */
  readonly tags: number;
  /** Users whose events were deleted because they had asked for it. */
  readonly forgotten: number;
}

type BuildReport = Omit<FeatureReport, 'forgotten'>;

export type FeatureStep = 'users' | 'items' | 'sizes' | 'tags' | 'tidying up';

export interface FeatureOptions {
  /** Builds everything anew. */
  readonly full?: boolean;
  readonly onStep?: (step: FeatureStep, full: FullReason | undefined) => void;
}

const feature = 'behaviour';
const tagFeature = 'tags';

/**
 * Builds the behaviour features of users and items from the events.
 *
 * Every column is a sum, a minimum, a maximum or a log-sum, so that a build adds up the events that
 * came since the last one and merges the result: users and items without new events are not
 * touched. Which events are new is told by snapshots, not by times: an event whose transaction was
 * open during the last build is taken by the next one, exactly once. A full build replaces the
 * tables in one transaction, during which readers see the old rows.
 *
 * A user whose switch `personalised` is off has no features; those of items count everybody's
 * events, because they are totals that name nobody. When the switch is on again, the user's
 * features are built from all events that are kept. Whoever has features and no row in `users` gets
 * one. Before a build, the events of users who asked for
 * it are deleted, and their features are built anew from those that came after.
 */
export class FeatureService {
  readonly #database: Database;
  readonly #weights: EventWeights;
  readonly #timeZone: string;

  /** @param timeZone the shop's: by whose clock users are active */
  constructor(database: Database, weights = eventWeights, timeZone = defaultTimeZone) {
    this.#database = database;
    this.#weights = weights;
    this.#timeZone = timeZone;
  }

  /** Two builds at once come one after the other. */
  async build(options: FeatureOptions = {}): Promise<FeatureReport> {
    const forgotten = await this.#forget();
    const report = await this.#attempt(options);
    options.onStep?.('tidying up', report.full);
    // Those who turned the switch off or asked for a deletion while the build was running, which it
    // could not see.
    await this.#database.transaction(async (transaction) => {
      await lockFeatures(transaction);
      await excludeUsers(transaction);
      await excludeTags(transaction);
      await excludeWaiting(transaction);
    });
    await summariseEventRanges(this.#database);
    if (report.full !== undefined) {
      await vacuumFeatures(this.#database);
      await vacuumTags(this.#database);
    }
    return { ...report, forgotten };
  }

  /** A transaction of its own: users are not to wait for the build when they turn their switches. */
  #forget(): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      await lockFeatures(transaction);
      return forgetUsers(transaction);
    });
  }

  /** A row that somebody else changed during a build (an erasure, say) makes it start again. */
  #attempt(options: FeatureOptions): Promise<BuildReport> {
    return tryAgain(() =>
      this.#database.transaction(
        (transaction) => this.#buildIn(transaction, options),
        'repeatable read',
      ),
    );
  }

  async #buildIn(
    transaction: Transaction,
    { full: asked = false, onStep }: FeatureOptions,
  ): Promise<BuildReport> {
    await lockFeatures(transaction);
    const definition = definitionOf(this.#weights);
    const { current, kept } = await readFeatureState(transaction, feature);
    const full = asked ? 'asked for' : reasonForFull(current, kept, definition);
    if (full !== undefined) {
      await clearFeatures(transaction);
      await adoptForeignEvents(transaction);
    }
    const events = eventsToTake(full, kept);
    const { time } = current;
    await forgetLateEvents(transaction, events);
    onStep?.('users', full);
    await excludeUsers(transaction);
    const added = await addUserFeatures(transaction, events, time);
    onStep?.('items', full);
    const items = await addItemFeatures(transaction, events, time, this.#weights);
    await addSegmentTrends(transaction, events, time, this.#weights);
    onStep?.('sizes', full);
    await addUserSkuOutcomes(transaction, events, time);
    const skus = await addSkuOutcomes(transaction, events, time);
    onStep?.('tags', full);
    const tags = await this.#buildTags(transaction, full);
    const returned = await this.#includeReturned(transaction, time);
    await saveTagSettings(transaction, tagDefinition(this.#weights, this.#timeZone));
    await addKnownByEvents(transaction);
    await saveFeatureState(transaction, feature, current, definition);
    if (items > 0) await tellOfItems(transaction);
    return { full, users: added + returned, items, skus, tags };
  }

  /**
   * Tags have a state of their own: they are built anew when only their definition has changed. A
   * full build of the others is one of theirs too, because it forgets who was excluded before.
   */
  async #buildTags(transaction: Transaction, others: FullReason | undefined): Promise<number> {
    const definition = tagDefinition(this.#weights, this.#timeZone);
    const { current, kept } = await readFeatureState(transaction, tagFeature);
    const full = others ?? reasonForFull(current, kept, definition);
    if (full !== undefined) await clearTags(transaction);
    await excludeTags(transaction);
    const { time } = current;
    const added = await addTags(transaction, eventsToTake(full, kept), time, definition);
    await saveFeatureState(transaction, tagFeature, current, definition);
    return added;
  }

  async #includeReturned(transaction: Transaction, time: string): Promise<number> {
    if (!(await areUsersReturned(transaction))) return 0;
    const users = await addReturnedUsers(transaction, time);
    await addReturnedTags(transaction, time, tagDefinition(this.#weights, this.#timeZone));
    await endExclusions(transaction);
    return users;
  }
}

/** Everything that the kept sums depend on. How an interest passes is not in them. */
function definitionOf({ interest: _, ...summed }: EventWeights): string {
  return JSON.stringify({ ...summed, segments: 'gender, decade of birth' });
}
