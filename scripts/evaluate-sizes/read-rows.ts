import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Info, parse } from 'csv-parse';
import type { Body, FitOutcome } from '../../models/sizing/size-types.ts';
import { UsageError } from '../../services/errors.ts';

/** A row of RentTheRunway. */
export interface RentalRow {
  /** Its place in the file, from 0. */
  readonly row: number;
  readonly user: string;
  readonly item: string;
  readonly category: string;
  readonly code: number;
  readonly fit: FitOutcome;
  readonly body: Body;
  /** Seconds since 1970, of the review. */
  readonly at: number;
}

export interface Rentals {
  readonly rows: readonly RentalRow[];
  /** Rows that say again what one before them says: same user, item, size and date. */
  readonly repeated: number;
}

const columns = [
  ...['fit', 'user_id', 'item_id', 'category', 'size', 'review_date'],
  ...['weight_lbs', 'height_in', 'bust_size_num', 'bust_size_letter', 'age', 'body_type'],
] as const;
type Line = Readonly<Record<(typeof columns)[number], string>>;

const cmOfInch = 2.54;
const kgOfPound = 0.453_592_37;
const cups = ['aa', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/**
 * Reads the CSV of RentTheRunway (Misra, Wan, McAuley 2018), plain or gzipped. What a wearer says
 * after wearing (rating, recommendation, occasion) is not read at all. Repeated rows count once.
 *
 * @throws UsageError naming the file and the line that cannot be read
 */
export async function readRentals(path: string): Promise<Rentals> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  const parser = parse({ columns: (header: string[]) => checkHeader(path, header), info: true });
  pipeline(input, parser, () => undefined);
  const rows: RentalRow[] = [];
  const seen = new Set<string>();
  let read = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Line; info: Info }>) {
      const row = rentalOf(record, read++, `${path}, line ${info.lines}`);
      const key = JSON.stringify([row.user, row.item, row.code, row.at]);
      if (seen.has(key)) continue;
      seen.add(key);
      rows.push(row);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${reason}`, [], { cause: error });
  }
  if (rows.length === 0) throw new UsageError(`${path} has no rows`);
  return { rows, repeated: read - rows.length };
}

function checkHeader(path: string, header: string[]): string[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new UsageError(
    `${path} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
  );
}

function rentalOf(line: Line, row: number, where: string): RentalRow {
  const code = Number(line.size);
  if (line.size === '' || !Number.isInteger(code) || code < 0 || code > 58) {
    throw new UsageError(`${where}: expected a size from 0 to 58, got "${line.size}"`);
  }
  const at = Date.parse(`${line.review_date}T00:00:00Z`) / 1000;
  if (Number.isNaN(at)) {
    throw new UsageError(`${where}: expected a date like 2016-04-20, got "${line.review_date}"`);
  }
  if (line.fit !== 'small' && line.fit !== 'fit' && line.fit !== 'large') {
    throw new UsageError(`${where}: expected small, fit or large, got "${line.fit}"`);
  }
  const { user_id: user, item_id: item, category, fit } = line;
  return { row, user, item, category, code, fit, body: bodyOf(line), at };
}

function bodyOf(line: Line): Body {
  const inches = within(line.height_in, 48, 84);
  const pounds = within(line.weight_lbs, 60, 400);
  const band = within(line.bust_size_num, 26, 50);
  const cup = cups.indexOf(line.bust_size_letter);
  const age = within(line.age, 14, 90);
  return {
    ...(inches && { heightCm: inches * cmOfInch }),
    ...(pounds && { weightKg: pounds * kgOfPound }),
    ...(band && cup >= 0 && { bustCm: (band + cup) * cmOfInch }),
    ...(age && { age }),
    ...(line.body_type && { bodyType: line.body_type }),
  };
}

/** Numbers that no body has are slips of the pen. */
function within(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return text !== '' && value >= least && value <= most ? value : undefined;
}
