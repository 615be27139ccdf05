import { randomUUID } from 'node:crypto';
import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../../../services/errors.ts';
import type { EvaluationReport } from './evaluation-report.ts';

/** Where the data of a page are kept: `report.json` beside `report.html`. */
export function jsonPathOf(page: string): string {
  return `${page.replace(/\.html?$/, '')}.json`;
}

/**
 * Says before a long training what would fail after it.
 *
 * @throws UsageError when a file at `path` could not be written
 */
export async function assertWritable(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new UsageError(`${path} cannot be written: ${folder} is not a folder`);
  }
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) throw new UsageError(`${path} cannot be written: ${folder} is read-only`);
}

/** Writes a report as a page and, beside it, as JSON; each is there whole or not at all. */
export async function writeReport(
  page: string,
  report: EvaluationReport,
  signal: AbortSignal,
): Promise<void> {
  // The charting library takes half a second to load, and nothing else needs it.
  const { renderPage } = await import('./page.ts');
  signal.throwIfAborted();
  await writeWhole(jsonPathOf(page), reportText(report));
  await writeWhole(page, renderPage(report));
}

/** A report as JSON. */
export function reportText(report: EvaluationReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** @throws UsageError when it cannot be written */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = resolve(path);
  const partial = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  try {
    await writeFile(partial, text);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be written: ${reason}`, [], { cause: error });
  }
}
