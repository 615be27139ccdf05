import type { Look } from '../chart-options.ts';
import type { EvaluationReport } from '../evaluation-report.ts';

/** What every section of the page is made from. */
export interface SectionContext {
  readonly report: EvaluationReport;
  /** How each of the report's models is drawn, in their order. */
  readonly looks: readonly Look[];
}

/** The models with their looks, the one that the report is about first. */
export function drawnModels({ report, looks }: SectionContext) {
  return report.models.flatMap((model, at) => {
    const look = looks[at];
    return look ? [{ model, look, name: model.name }] : [];
  });
}
