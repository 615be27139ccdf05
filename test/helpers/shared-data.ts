import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.WARDROBE_TEST_DATA ?? join(import.meta.dirname, '../../../shared/data');

/** The path of public research data beside the checkout, or undefined where it is not there. */
export function sharedData(...parts: string[]): string | undefined {
  const path = join(folder, ...parts);
  return existsSync(path) ? path : undefined;
}
