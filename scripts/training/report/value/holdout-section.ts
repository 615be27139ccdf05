import type {
  HoldoutFigures,
  ValueEvaluation,
} from '../../../../models/segmentation/value/evaluate-value.ts';
import { figure as number, signedPercent as signed, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { paragraph, section, table } from '../parts.ts';

const columns = [
  { name: '', isText: true },
  { name: 'total' },
  { name: 'error of the total' },
  { name: 'MAE' },
  { name: 'RMSE' },
];

/** What each customer did after the calibration's end, beside naive predictions. */
export function holdoutSection({ orders, spend, gammaGamma }: ValueEvaluation): Html {
  return section(
    'holdout',
    'Each customer in the holdout',
    paragraph(
      'MAE and RMSE are of single customers. “Each at their past rate” lets everybody go on as before; “all at the mean rate” makes no difference between customers.',
    ),
    html`<h3>Orders</h3>
${figuresTable(orders)}`,
    spend
      ? html`<h3>Money, less what came back</h3>
${figuresTable(spend)}`
      : paragraph(`There is no expected money: ${String(gammaGamma)}`),
  );
}

function figuresTable({ actual, model, pastRate, meanRate }: HoldoutFigures): Html {
  const rows = [
    { name: 'this model', of: model, isMain: true },
    { name: 'each at their past rate', of: pastRate, isMain: false },
    { name: 'all at the mean rate', of: meanRate, isMain: false },
  ];
  return table(columns, [
    ...rows.map(({ name, of, isMain }) => ({
      cells: [
        name,
        whole(Math.round(of.total)),
        signed(of.totalError),
        number(of.mae),
        number(of.rmse),
      ],
      isMain,
    })),
    { cells: ['what happened', whole(Math.round(actual)), '', '', ''] },
  ]);
}
