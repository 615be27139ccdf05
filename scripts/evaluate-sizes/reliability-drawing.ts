import {
  classStatements,
  reliabilityBins,
  type Statements,
  topLabels,
} from '../../models/evaluation/reliability.ts';
import type { SeedRun } from './measure-seed.ts';
import type { Split } from './parts.ts';

/** How often what the model states comes true, over the test rows of all seeds, as SVG. */
export async function reliabilityDrawing(runs: readonly SeedRun[], split: Split): Promise<string> {
  // The charting library takes half a second to load, and nothing else needs it.
  const { reliabilitySvg } = await import('../training/report/reliability-svg.ts');
  const chances = joined(runs.map(({ answers }) => answers.chances));
  const labels = runs.flatMap(({ answers }) => [...answers.labels]);
  const choices = runs.flatMap(({ answers }) => answers.choices);
  const suggested: Statements = {
    chances: Float64Array.from(choices, ({ chance }) => chance),
    right: Uint8Array.from(choices, (choice) => (choice.suggested === choice.kept ? 1 : 0)),
  };
  const curve = (name: string, statements: Statements) => ({
    name,
    bins: reliabilityBins(statements, { cut: 'rows' }),
  });
  return reliabilitySvg(`Sizes on RentTheRunway, ${split} split`, [
    curve('likeliest outcome', topLabels(chances, labels, 3)),
    curve('small', classStatements(chances, labels, 3, 0)),
    curve('large', classStatements(chances, labels, 3, 2)),
    curve('suggested size', suggested),
  ]);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
