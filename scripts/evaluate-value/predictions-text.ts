import type { ValueEvaluation } from '../../models/segmentation/value/evaluate-value.ts';

const columns = [
  ...['customer', 'repeats', 'recency', 'age', 'mean', 'alive', 'band'],
  ...['expectedOrders', 'orders', 'expectedSpend', 'spend'],
] as const;

/** CSV: what was known of each customer (times in days), what was expected, and what they did. */
export function predictionsText({ customers }: ValueEvaluation): string {
  const lines = customers.map((customer) =>
    columns.map((column) => quoted(customer[column] ?? '')).join(','),
  );
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
