import type { ImportReport } from './run-import.ts';
import { importTables } from './staged-rows.ts';

/** A report in words, lines that end in a newline. */
export function describeReport(report: ImportReport, seconds: number): string {
  const { tables } = report;
  const touched = importTables.filter((table) => total(tables[table]) > 0);
  const lines = touched.map((table) => {
    const { inserted, updated, unchanged } = tables[table];
    const counts =
      table === 'events'
        ? `${count(inserted)} inserted, ${count(unchanged)} duplicates`
        : `${count(inserted)} inserted, ${count(updated)} updated, ${count(unchanged)} unchanged`;
    return `${table.padEnd(8)}${counts}`;
  });
  for (const [why, rows] of report.leftOut) lines.push(`left out ${count(rows)} rows: ${why}`);
  if (report.rejectFile !== undefined) {
    lines.push(`bad lines: ${count(report.rejected)}, in ${report.rejectFile}`);
  }
  const changed = touched.some((table) => tables[table].inserted + tables[table].updated > 0);
  if (!changed) lines.push('nothing changed: all of it was there already');
  const rate = Math.round(report.lines / seconds);
  lines.push(`${count(report.lines)} rows in ${seconds.toFixed(1)} s, ${count(rate)} rows/s`);
  return `${lines.join('\n')}\n`;
}

function total({ inserted, updated, unchanged }: ImportReport['tables']['users']): number {
  return inserted + updated + unchanged;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
