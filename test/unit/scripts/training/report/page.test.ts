import { describe, expect, it } from '@jest/globals';
import type {
  EvaluationReport,
  ModelReport,
} from '../../../../../scripts/training/report/evaluation-report.ts';
import { renderPage } from '../../../../../scripts/training/report/page.ts';

const interval = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.01 });
const gain = { difference: interval(0.02), up: 7, down: 3 };
const script = `<script>alert("x")</script>`;

function modelReport(change: Partial<ModelReport> = {}): ModelReport {
  return {
    name: 'hybrid',
    role: 'model',
    metrics: {
      k: 2,
      recall: interval(0.1234),
      ndcg: interval(0.2345),
      longTailRecall: interval(0.05),
      coverage: 0.456,
      topShare: 0.5,
    },
    byActivity: [
      { low: 0, high: 0, users: 4, recall: interval(0.1), ndcg: interval(0.1) },
      { low: 1, high: 9, users: 6, recall: interval(0.2), ndcg: interval(0.3) },
    ],
    byPopularity: [
      {
        ...{ low: 1, high: 2, items: 5, wanted: 0, recall: null },
        ...{ wantedShare: 0, recommendedShare: 0.2 },
      },
      {
        ...{ low: 3, high: 2000, items: 5, wanted: 9, recall: interval(0.3) },
        ...{ wantedShare: 1, recommendedShare: 0.8 },
      },
    ],
    coverage: [0.2, 0.456],
    exposure: [
      { items: 0, total: 0 },
      { items: 1, total: 1 },
    ],
    gini: 0.4,
    ...change,
  };
}

function evaluationReport(change: Partial<EvaluationReport> = {}): EvaluationReport {
  const model = modelReport();
  const active = modelReport({
    name: 'active version',
    role: 'active',
    gain: { recall: gain, ndcg: gain },
  });
  return {
    model: 'hybrid',
    version: '20260131-0123abcd',
    dataset: `/data/${script}`,
    created: '2026-01-31T12:00:00.000Z',
    ...{ seed: 1, threads: 2, node: 'v20.20.2', backend: 'wasm-simd' },
    seconds: { read: 1.25 },
    data: {
      ...{ from: null, to: null, users: 10, items: 10, interactions: 50 },
      validation: { kind: 'random', users: 10, interactions: 5 },
    },
    settings: { weights: { als: 1, slim: 0.5 }, note: script },
    tried: {
      als: [
        { point: { dimensions: 8 }, score: 0.1 },
        { point: { dimensions: 16 }, score: 0.2 },
      ],
    },
    blend: {
      weights: { als: 1, slim: 0.5 },
      searched: { als: 0.9, slim: 0.1 },
      reason: 'gain-not-clear',
      cuts: [
        {
          ...{ kind: 'blocks', users: 9, popularityShift: 1.04 },
          ...{ simpleNdcg: 0.2, searchedNdcg: 0.21 },
        },
      ],
      gain: interval(0.001),
    },
    learning: [{ part: 'als', losses: [9, 4, 3] }],
    split: { kind: 'given', fingerprint: 'f'.repeat(64), users: 10, interactions: 20 },
    metrics: model.metrics,
    cold: {
      unseenItemShare: 0.25,
      warmUsers: { users: 6, recall: interval(0.2), ndcg: interval(0.3) },
    },
    models: [model, active],
    demand: model.exposure,
    calibration: {
      users: 10,
      byScore: [
        { low: -1, high: 0, meanScore: -0.5, recommendations: 9, hitRate: interval(0.1) },
        { low: 0, high: 2, meanScore: 1, recommendations: 9, hitRate: interval(0.3) },
      ],
      byPlace: [interval(0.3), interval(0.1)],
    },
    neighbours: [
      {
        ...{ why: 'most popular item', users: 1234 },
        item: { id: 'i1', title: script },
        similar: [{ id: script, score: 0.75 }],
      },
    ],
    active: {
      ...{ version: '20260130-aaaa', kind: 'als', created: '2026-01-30T12:00:00.000Z' },
      ...{ overlap: interval(0.6), sameFirst: 0.4 },
      gained: [{ id: 'i2', title: 'Coat', before: 1, after: 1005 }],
      lost: [],
    },
    ...change,
  };
}

describe('renderPage', () => {
  it('is one page that runs and fetches nothing, whatever titles and ids hold', () => {
    const page = renderPage(evaluationReport());
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|https?:|\son\w+=/i);
    expect(page).not.toMatch(/url\((?!#)/);
    expect(page.match(/<svg role="img" aria-label="[^"]+"/g)?.length).toBe(13);
    expect(page).not.toContain('<style >');
  });

  it('has the figures, the gains and what changed', () => {
    const page = renderPage(evaluationReport());
    for (const text of [
      '<b>0.1234</b>',
      '<b>NDCG@2 is above that of active version</b>, the best of the others: +0.0200 (+8.5\u00a0%)',
      '0.1134 to 0.1334',
      '<b>45.6\u00a0%</b>',
      '+0.0200 <em class="up">+8.5\u00a0%</em>',
      'version <b>20260131-0123abcd</b>',
      'Active is <b>20260130-aaaa</b> (als, made 2026-01-30 12:00 UTC)',
      'Coat <code>i2</code></th><td class="number">1</td><td class="number">1,005</td>',
      'the simple rule was kept: the gain of the searched weights is not clear',
      'most popular item; 1,234 training users',
      'No model can know 40.0\u00a0% of the test users and the items of 25.0\u00a0%',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('gives the ids of its drawings once each, and the same page again', () => {
    const page = renderPage(evaluationReport());
    const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
    expect(renderPage(evaluationReport())).toBe(page);
  });

  it('says so where nothing was measured, compared or is known', () => {
    const { split, metrics, cold, demand, calibration, blend, version, ...rest } =
      evaluationReport();
    const page = renderPage({
      ...rest,
      ...{ models: [], learning: [], tried: {}, settings: { count: 'users' }, neighbours: [] },
      active: { why: 'No version is active yet: this model would be the first one.' },
    });
    expect(page).toContain('Nothing was held out, so nothing was measured.');
    expect(page).toContain('No version is active yet');
    expect(page).not.toContain('<svg role="img"');
    expect(page).not.toMatch(/NaN|undefined|null/);
  });

  it('compares lists alone where figures would not be fair', () => {
    const report = evaluationReport();
    const unfair = 'the active one has learnt from the test';
    const page = renderPage({
      ...report,
      models: report.models.slice(0, 1),
      active: { ...report.active, unfair } as EvaluationReport['active'],
    });
    expect(page).toContain('Its figures are not compared: the active one has learnt from the test');
    expect(page).toContain('<b>60.0\u00a0%</b> are the same');
  });
});
