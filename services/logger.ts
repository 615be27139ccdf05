import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';

// What is told of an error. Not `detail`, `where` and `hint`, in which Postgres quotes the row or
// the key that it refused, and not the issues of an input, which quote what came.
const toldOfErrors = [
  'type',
  'message',
  'stack',
  'code',
  'severity',
  'table',
  'constraint',
] as const;

/** One JSON line an event, without personal data. */
export function createLogger(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: toldOf },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function toldOf(error: Error): Record<string, unknown> {
  const described: Record<string, unknown> = stdSerializers.err(error);
  return Object.fromEntries(toldOfErrors.map((name) => [name, described[name]]));
}
