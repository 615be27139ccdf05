/** What happened in a drive. */
export interface DriveReport {
  readonly seconds: number;
  readonly visits: number;
  readonly questions: number;
  /** Questions and messages that were not answered as they should be. */
  readonly failures: number;
  /** Of each kind of event, how many. */
  readonly events: Readonly<Record<string, number>>;
  /** Pieces bought that will be sent back as too small or too large. */
  readonly misfits: number;
  /** SKUs in answers that the service had been told to be sold out before it was asked. */
  readonly soldOutShown: number;
  readonly personalised: number;
  readonly degraded: number;
  /** Milliseconds a question: median, 95 and 99 of a hundred. */
  readonly latency: readonly [p50: number, p95: number, p99: number];
}

/** Counts while a drive runs. */
export class DriveTally {
  readonly #latencies: number[] = [];
  readonly #events: Record<string, number> = {};
  visits = 0;
  failures = 0;
  misfits = 0;
  soldOutShown = 0;
  personalised = 0;
  degraded = 0;

  answered(milliseconds: number): void {
    this.#latencies.push(milliseconds);
  }

  happened(type: string): void {
    this.#events[type] = (this.#events[type] ?? 0) + 1;
  }

  report(seconds: number): DriveReport {
    const sorted = Float64Array.from(this.#latencies).sort();
    const quantile = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const { visits, failures, misfits, soldOutShown, personalised, degraded } = this;
    return {
      ...{ seconds, visits, failures, misfits, soldOutShown, personalised, degraded },
      questions: sorted.length,
      events: { ...this.#events },
      latency: [quantile(0.5), quantile(0.95), quantile(0.99)],
    };
  }
}

const whole = (value: number) => Math.round(value).toLocaleString('en');

/** A report as lines of two columns. */
export function describeDrive(report: DriveReport): string {
  const { events, latency, questions } = report;
  const [p50, p95, p99] = latency.map((value) => value.toFixed(1));
  const of = (type: string) => events[type] ?? 0;
  const share = (part: number, all: number) =>
    all === 0 ? '' : ` (${((100 * part) / all).toFixed(1)} %)`;
  const rows: readonly (readonly [string, string])[] = [
    ['seconds', report.seconds.toFixed(1)],
    ['visits', whole(report.visits)],
    [
      'questions',
      `${whole(questions)}, ${whole(questions / Math.max(1, report.seconds))} a second`,
    ],
    ['latency', `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`],
    ['personalised', `${whole(report.personalised)}${share(report.personalised, questions)}`],
    ['degraded', whole(report.degraded)],
    ['shown', whole(of('impression'))],
    ['clicked', `${whole(of('click'))}${share(of('click'), of('impression'))}`],
    ['carted', whole(of('cart'))],
    ['bought', `${whole(of('purchase'))}, of which ${whole(report.misfits)} will not fit`],
    ['sold out, shown', whole(report.soldOutShown)],
    ['failures', whole(report.failures)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)} ${value}\n`).join('');
}
