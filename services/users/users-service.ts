import { refuseRepeats, type UpsertResult } from '../http/upsert.ts';
import type { BehaviourStore } from './behaviour-store.ts';
import type { User, UserSwitches } from './users-schema.ts';
import type { UsersStore } from './users-store.ts';

const done = [
  'no event up to askedAt counts for this user any more, on any process',
  "the user's features, tags and outcomes of sizes are deleted",
  'the log of answers does not name the user',
];

const withNextBuild = [
  'the events up to askedAt are deleted; their ids are kept, so that they do not come back',
  'features and tags are built of what the user did after askedAt, if the switch is on',
];

/** The shop's users: their profiles and switches. */
export class UsersService {
  readonly #store: UsersStore;
  readonly #behaviour: BehaviourStore;

  constructor(store: UsersStore, behaviour: BehaviourStore) {
    this.#store = store;
    this.#behaviour = behaviour;
  }

  /**
   * Creates or replaces users, all or none. A switch that is left out stays as it is.
   *
   * @throws InvalidInputError when a user is named twice
   */
  async putUsers(users: readonly User[]): Promise<UpsertResult> {
    refuseRepeats(users, 'users', 'userId');
    const { created, updated } = await this.#store.upsert(users);
    return { created, updated, unchanged: users.length - created - updated };
  }

  /** Turns the switches that are given; a user who is not known is created with them. */
  async patchUser(userId: string, switches: UserSwitches) {
    return { userId, ...(await this.#store.turn(userId, switches)) };
  }

  /** Forgets what a user did up to now; one who is not known is created. */
  async forgetBehaviour(userId: string) {
    const askedAt = await this.#behaviour.forget(userId);
    return { userId, askedAt: askedAt.toISOString(), done, withNextBuild };
  }
}
