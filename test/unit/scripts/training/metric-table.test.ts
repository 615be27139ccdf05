import { describe, expect, it } from '@jest/globals';
import { metricTable } from '../../../../scripts/training/metric-table.ts';

const interval = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.01 });

describe('metricTable', () => {
  it('is a table in Markdown with a row a model', () => {
    const table = metricTable([
      {
        name: 'als',
        metrics: {
          k: 20,
          recall: interval(0.2),
          ndcg: interval(0.15),
          longTailRecall: interval(0.05),
          coverage: 0.5,
          topShare: 0.25,
        },
      },
      {
        name: 'popularity',
        metrics: {
          k: 20,
          recall: interval(0.04),
          ndcg: interval(0.03),
          longTailRecall: null,
          coverage: 0,
          topShare: null,
        },
      },
    ]);
    expect(table.split('\n')).toEqual([
      '| model      | Recall@20 (95 %)          | NDCG@20 (95 %)            | long-tail recall@20 | coverage@20 | share of the top 1 % |',
      '| ---------- | ------------------------- | ------------------------- | ------------------- | ----------- | -------------------- |',
      '| als        | 0.2000 (0.1900 to 0.2100) | 0.1500 (0.1400 to 0.1600) | 0.0500              | 50.0 %      | 25.0 %               |',
      '| popularity | 0.0400 (0.0300 to 0.0500) | 0.0300 (0.0200 to 0.0400) | –                   | 0.0 %       | –                    |',
      '',
    ]);
  });

  it('is nothing where nothing was measured', () => {
    expect(metricTable([])).toBe('');
  });
});
