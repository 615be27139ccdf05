import type { EmbeddedServer } from '../../services/database/embedded/embedded-server.ts';

export interface StartedForTests {
  readonly folder: string;
  readonly server: EmbeddedServer;
}

const key = Symbol.for('wardrobe.tests');
const shared = globalThis as unknown as Record<symbol, StartedForTests | undefined>;

/** Hands what the set-up started to the tear-down, which runs in the same process. */
export function afterTests(started: StartedForTests): void {
  shared[key] = started;
}

export function startedForTests(): StartedForTests | undefined {
  return shared[key];
}
