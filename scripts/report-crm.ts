import { Command } from 'commander';
import { createValueService } from '../services/create-services.ts';
import { readCrmReport } from '../services/crm-report/crm-report.ts';
import { runProcess } from '../services/run-process.ts';
import { crmText } from './crm/crm-text.ts';
import { assertWritable, writeWhole } from './training/report/write-report.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('report-crm')
  .description('Print tiers, groups, who moved from month to month, and value, from what is built.')
  .option('--report <file>', 'write a report with charts as HTML')
  .option('--json <file>', 'write every figure as JSON');

await runProcess(async () => {
  const { report, json } = command.parse().opts<{ report?: string; json?: string }>();
  for (const path of [report, json]) if (path !== undefined) await assertWritable(path);
  await withDatabase('report-crm', async (database) => {
    const value = createValueService(database);
    const figures = await readCrmReport(database, () => value.active());
    process.stdout.write(crmText(figures));
    if (json !== undefined) await writeWhole(json, `${JSON.stringify(figures, null, 2)}\n`);
    if (report === undefined) return;
    // The charting library takes half a second to load, and nothing else needs it.
    const { crmPage } = await import('./training/report/crm/crm-page.ts');
    await writeWhole(report, crmPage(figures));
  });
});
