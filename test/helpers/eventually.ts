import { setImmediate } from 'node:timers/promises';

const patience = 20_000;

/** Resolves as soon as `holds` does, and rejects when it has not for long. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${holds}`);
    await setImmediate();
  }
}
