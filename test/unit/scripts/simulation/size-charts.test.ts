import { describe, expect, it } from '@jest/globals';
import { makeItems } from '../../../../scripts/simulation/catalogue.ts';
import { brandCharts } from '../../../../scripts/simulation/size-charts.ts';
import { putSizeChartsSchema } from '../../../../services/size-charts/size-charts-schema.ts';

const items = makeItems(1, 1500, { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 3, 1) });
const charts = brandCharts(items);

describe('brandCharts', () => {
  it('has one chart for each category of a brand, as the service takes them', () => {
    const keys = items.map(({ brand, category }) => `${brand} ${category.path}`);
    expect(charts).toHaveLength(new Set(keys).size);
    for (const chart of charts) {
      expect(putSizeChartsSchema.safeParse({ charts: [chart] }).error).toBeUndefined();
    }
  });

  it('says what the standard gives, to half of the way to the next size', () => {
    const chart = charts.find(
      ({ categoryPath, sizes }) =>
        categoryPath.at(-1) === 'blouses' && sizes.some(({ label }) => label === '160/84A'),
    );
    expect(chart?.sizes.find(({ label }) => label === '160/84A')).toEqual({
      ...{ label: '160/84A', length: 'regular' },
      ...{ bustCm: { min: 82, max: 86 }, waistCm: { min: 66, max: 70 } },
    });
  });
});
