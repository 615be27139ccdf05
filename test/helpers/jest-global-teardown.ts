import { rm } from 'node:fs/promises';
import { startedForTests } from './jest-shared.ts';

/** Stops the embedded server and removes its folder. */
export default async function tearDown(): Promise<void> {
  const started = startedForTests();
  if (started === undefined) return;
  await started.server.release();
  await rm(started.folder, { recursive: true, force: true });
}
