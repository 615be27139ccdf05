import { refuseRepeats, type UpsertResult } from '../http/upsert.ts';
import type { User, UserSwitches } from './users-schema.ts';
import type { UsersStore } from './users-store.ts';

/** The shop's users: their profiles and switches. */
export class UsersService {
  readonly #store: UsersStore;

  constructor(store: UsersStore) {
    this.#store = store;
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
}
