import type { WriteStream } from 'node:tty';
import { Presets, SingleBar } from 'cli-progress';
import type { FitProgress } from '../../models/recommenders/model.ts';

/** Shows how far one piece of work has come. */
export interface Progress {
  update(progress: FitProgress): void;
  /** Call it always, whether the work was done or failed. */
  stop(): void;
}

/** Makes a progress for a piece of work, by its name. */
export type StartProgress = (label: string) => Progress;

const plainLineEvery = 5000;

/**
 * A bar with the loss and the time left on a terminal; elsewhere a line every five seconds and one
 * at the end.
 *
 * @param clock milliseconds
 */
export function progressOn(out: WriteStream, clock: () => number = Date.now): StartProgress {
  return (label) => (out.isTTY ? barProgress(out, label, clock) : plainProgress(out, label, clock));
}

/** `loss 123.4, 12 s left`, as far as each is known. */
export function describeProgress({ done, total, loss }: FitProgress, milliseconds: number): string {
  const left = done > 0 ? (milliseconds * (total - done)) / done / 1000 : undefined;
  const parts = [
    loss === undefined ? undefined : `loss ${loss.toPrecision(6)}`,
    left === undefined ? undefined : `${Math.ceil(left)} s left`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function barProgress(out: WriteStream, label: string, clock: () => number): Progress {
  const bar = new SingleBar(
    { stream: out, format: `${label} [{bar}] {percentage} % {text}`, hideCursor: true },
    Presets.legacy,
  );
  const started = clock();
  bar.start(1, 0, { text: '' });
  return {
    update: (progress) => {
      bar.setTotal(progress.total);
      bar.update(progress.done, { text: describeProgress(progress, clock() - started) });
    },
    stop: () => bar.stop(),
  };
}

function plainProgress(out: WriteStream, label: string, clock: () => number): Progress {
  const started = clock();
  let shown = started;
  return {
    update: (progress) => {
      const now = clock();
      const isLast = progress.done === progress.total;
      if (!isLast && now - shown < plainLineEvery) return;
      shown = now;
      const percentage = Math.floor((100 * progress.done) / progress.total);
      const text = describeProgress(progress, now - started);
      out.write(`${label} ${percentage} %${text && `, ${text}`}\n`);
    },
    stop: () => undefined,
  };
}

/** Runs `work` with a progress of its own. */
export async function withProgress<T>(
  start: StartProgress,
  label: string,
  work: (onProgress: (progress: FitProgress) => void) => Promise<T>,
): Promise<T> {
  const progress = start(label);
  try {
    return await work((step) => progress.update(step));
  } finally {
    progress.stop();
  }
}
