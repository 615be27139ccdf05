import type { SplitDescription } from '../../../models/artifact/manifest.ts';
import type { Interval } from '../../../models/evaluation/bootstrap.ts';
import type { BlendChoice } from '../../../models/evaluation/choose-blend.ts';
import type { Gain } from '../../../models/evaluation/compare-models.ts';
import type { RankingMetrics } from '../../../models/evaluation/evaluate-model.ts';
import type { CurvePoint } from '../../../models/evaluation/exposure.ts';
import type { ActivityGroup, PopularityGroup } from '../../../models/evaluation/metric-groups.ts';
import type { ScoreBin } from '../../../models/evaluation/score-calibration.ts';
import type { ColdReport } from '../cold-report.ts';
import type { Role } from '../contenders.ts';
import type { LearningCurve } from '../learning-curve.ts';
import type { Choice } from '../train-model.ts';
import type { Settings } from '../trainers.ts';

/** Everything that is known of a run: `report.json`, and what `report.html` is drawn from. */
export interface EvaluationReport {
  readonly model: string;
  /** Of the artifact; undefined where none was written. */
  readonly version?: string;
  readonly dataset: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly seed: number;
  readonly threads: number;
  readonly node: string;
  readonly backend: string;
  /** Seconds by step. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly data: DataReport;
  readonly settings: Settings;
  readonly tried: Choice['tried'];
  /** Undefined where no weights were chosen. */
  readonly blend?: BlendReport;
  readonly learning: readonly LearningCurve[];
  /** Undefined, as all that is measured, where nothing was held out. */
  readonly split?: SplitDescription;
  readonly metrics?: RankingMetrics;
  readonly cold?: ColdReport;
  /** The model first, then those that it is compared with; empty where nothing was held out. */
  readonly models: readonly ModelReport[];
  /** How concentrated what users wanted is: what `ModelReport.exposure` is to be seen against. */
  readonly demand?: readonly CurvePoint[];
  readonly calibration?: CalibrationReport;
  readonly neighbours: readonly NeighbourExample[];
  readonly active: ActiveReport;
}

/** How the weights of a hybrid were chosen. */
export interface BlendReport extends Omit<BlendChoice, 'weights' | 'searched'> {
  readonly weights: Readonly<Record<string, number>>;
  /** The best weights that the search found, whether they were taken or not. */
  readonly searched: Readonly<Record<string, number>>;
}

export interface DataReport {
  readonly from: string | null;
  readonly to: string | null;
  /** Users with at least one interaction. */
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Left out where nothing was chosen. */
  readonly validation?: {
    readonly kind: SplitDescription['kind'];
    readonly users: number;
    readonly interactions: number;
  };
}

export interface ModelReport {
  readonly name: string;
  readonly role: Role;
  readonly metrics: RankingMetrics;
  /** What the model that the report is about has over this one; undefined for itself. */
  readonly gain?: { readonly recall: Gain; readonly ndcg: Gain };
  readonly byActivity: readonly ActivityGroup[];
  readonly byPopularity: readonly PopularityGroup[];
  /** Coverage@k for k = 1 … K. */
  readonly coverage: readonly number[];
  /** How recommendations are spread over the catalogue, most recommended items first. */
  readonly exposure: readonly CurvePoint[];
  /** Null where nothing was recommended. */
  readonly gini: number | null;
}

export interface CalibrationReport {
  /** How many of the test users, drawn at random, were scored. */
  readonly users: number;
  readonly byScore: readonly ScoreBin[];
  readonly byPlace: readonly Interval[];
}

export interface ItemReport {
  readonly id: string;
  readonly title?: string;
}

export interface NeighbourExample {
  /** Why it was chosen, such as `most popular`. */
  readonly why: string;
  readonly item: ItemReport;
  /** Training users who have it. */
  readonly users: number;
  readonly similar: readonly (ItemReport & { readonly score: number })[];
}

/** What changed against the active version, or why that is not known. */
export type ActiveReport =
  | { readonly why: string }
  | {
      readonly version: string;
      readonly kind: string;
      readonly created: string;
      /** Why only lists are compared; undefined: figures are too, in `models`. */
      readonly unfair?: string;
      readonly overlap: Interval;
      /** Share of the users whose first item is the same. */
      readonly sameFirst: number;
      readonly gained: readonly (ItemReport & ExposureReport)[];
      readonly lost: readonly (ItemReport & ExposureReport)[];
    };

export interface ExposureReport {
  /** How many test users have the item in their list. */
  readonly before: number;
  readonly after: number;
}
