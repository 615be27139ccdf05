import { moment, whole } from '../format.ts';
import { type Html, type HtmlPart, html } from '../html.ts';
import { section } from '../parts.ts';
import type { SectionContext } from './context.ts';

/** Data, split, machine and time: what is needed to do it again. */
export function runSection({ report }: SectionContext): Html {
  const { data, split, seconds } = report;
  const facts: [string, HtmlPart][] = [
    ['data', html`<code>${report.dataset}</code>`],
    [
      'training',
      `${whole(data.users)} users, ${whole(data.items)} items, ${whole(data.interactions)} interactions`,
    ],
    ...(data.from !== null && data.to !== null
      ? [['training’s time', `${moment(data.from)} to ${moment(data.to)}`] as [string, string]]
      : []),
    ...(data.validation ? [validationFact(data.validation)] : []),
    ...(split ? testFacts(split) : []),
    ['seed', String(report.seed)],
    ['computed by', `${report.backend}, ${report.threads} threads, Node ${report.node}`],
    [
      'seconds',
      Object.entries(seconds)
        .map(([name, value]) => `${name} ${value.toFixed(1)}`)
        .join(', '),
    ],
  ];
  return section(
    'run',
    'This run',
    html`<dl>
${facts.map(
  ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
)}</dl>
`,
  );
}

function validationFact({
  kind,
  users,
  interactions,
}: NonNullable<SectionContext['report']['data']['validation']>): [string, HtmlPart] {
  return ['validation', `${whole(users)} users, ${whole(interactions)} interactions (${kind})`];
}

function testFacts({
  kind,
  cutoff,
  testDays,
  users,
  interactions,
  fingerprint,
}: NonNullable<SectionContext['report']['split']>): [string, HtmlPart][] {
  const when =
    cutoff === undefined ? kind : `${kind}: ${testDays ?? '?'} days from ${moment(cutoff)}`;
  return [
    ['test', `${whole(users)} users, ${whole(interactions)} interactions (${when})`],
    ['fingerprint of the test', html`<code>${fingerprint}</code>`],
  ];
}
