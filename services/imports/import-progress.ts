import type { WriteStream } from 'node:tty';
import { Presets, SingleBar } from 'cli-progress';

/** Told how an import goes on. */
export interface ImportProgress {
  /** @param bytes of all files together; undefined where that is not known */
  reading(bytes: number | undefined): void;
  read(bytes: number, lines: number): void;
  /** A step after reading, like `merging 192,544 events`. */
  step(what: string): void;
  stop(): void;
}

export const silentProgress: ImportProgress = {
  reading: () => undefined,
  read: () => undefined,
  step: () => undefined,
  stop: () => undefined,
};

const plainLineEvery = 5000;

/** Rows, rate and time left: a bar on a terminal, elsewhere a line every five seconds. */
export function createProgress(out: WriteStream, clock: () => number = Date.now): ImportProgress {
  return out.isTTY ? barProgress(out, clock) : plainProgress(out, clock);
}

/**
 * How reading stands, in words.
 *
 * @param seconds since the start
 */
export function describeReading(
  lines: number,
  bytes: number,
  total: number | undefined,
  seconds: number,
): string {
  const rate = seconds > 0 ? Math.round(lines / seconds) : 0;
  const known = `${lines.toLocaleString('en')} rows, ${rate.toLocaleString('en')} rows/s`;
  if (total === undefined || bytes === 0) return known;
  // By bytes of the files themselves: how many rows they hold is not known beforehand.
  const left = Math.round((seconds * (total - bytes)) / bytes);
  return `${known}, ${minutes(left)} left`;
}

function minutes(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function barProgress(out: WriteStream, clock: () => number): ImportProgress {
  const bar = new SingleBar(
    {
      stream: out,
      format: 'reading [{bar}] {percentage}% | {text}',
      hideCursor: true,
      clearOnComplete: false,
      // What is read ends in one line whether it was all or not.
      stopOnComplete: false,
    },
    Presets.legacy,
  );
  let total: number | undefined;
  let started = 0;
  let running = false;
  const stop = () => {
    if (running) bar.stop();
    running = false;
  };
  return {
    reading: (bytes) => {
      total = bytes;
      started = clock();
      running = true;
      bar.start(bytes ?? 0, 0, { text: '' });
    },
    read: (bytes, lines) =>
      bar.update(bytes, {
        text: describeReading(lines, bytes, total, (clock() - started) / 1000),
      }),
    step: (what) => {
      stop();
      out.write(`${what}\n`);
    },
    stop,
  };
}

function plainProgress(out: WriteStream, clock: () => number): ImportProgress {
  let total: number | undefined;
  let started = 0;
  let last = 0;
  return {
    reading: (bytes) => {
      total = bytes;
      started = clock();
      last = started;
    },
    read: (bytes, lines) => {
      const now = clock();
      if (now - last < plainLineEvery) return;
      last = now;
      const percent = total === undefined ? '' : `${Math.floor((100 * bytes) / total)}%, `;
      const text = describeReading(lines, bytes, total, (now - started) / 1000);
      out.write(`reading: ${percent}${text}\n`);
    },
    step: (what) => {
      out.write(`${what}\n`);
    },
    stop: () => undefined,
  };
}
