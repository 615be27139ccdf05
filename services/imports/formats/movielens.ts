import { UsageError } from '../../errors.ts';
import { dataSetStock, type Format, type FormatOptions, type SourceFile } from '../format.ts';
import { lineReader } from '../line-reader.ts';
import type { Reader } from '../reader.ts';
import { RowError } from '../row-error.ts';
import type { RowSink } from '../row-writer.ts';
import { byName, checkWidth, type NamedFields } from '../table-reader.ts';
import { contentId } from './content-id.ts';
import { checkedId } from './data-set-row.ts';

type ColumnType = 'token' | 'token_seq' | 'float' | 'float_seq';

interface Table {
  readonly names: readonly string[];
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly take: (fields: NamedFields, sink: RowSink) => void;
}

const columnTypes: readonly string[] = ['token', 'token_seq', 'float', 'float_seq'];

// From this rating on somebody liked what they saw (the usual cut on a scale of 1 to 5).
const likedFrom = 4;

/** MovieLens and other sets in RecBole's atomic files: tab-separated, a header with types. */
export const movieLens: Format = {
  name: 'movielens',
  description: 'ratings, items and users in atomic files (.inter, .item, .user)',
  kind: 'data-set',
  entitiesFromEvents: true,
  open: (file, _head, options) => atomicReader(file, options),
};

function atomicReader(file: SourceFile, options: FormatOptions): Reader {
  let table: Table | undefined;
  return lineReader(file.path, (text, line) => {
    if (table === undefined) {
      table = tableOf(file, text, options);
      return;
    }
    const { names, take } = table;
    file.line(line, text, (sink) => {
      const fields = text.split('\t');
      checkWidth(fields, names.length);
      take(byName(names, fields), sink);
    });
  });
}

/** @throws UsageError for a header without types or without the columns of any of the three */
function tableOf(file: SourceFile, header: string, options: FormatOptions): Table {
  const columns = header.split('\t').map((column) => column.split(':'));
  const wrong = columns.find(([name, type]) => !name || !columnTypes.includes(type ?? ''));
  if (wrong !== undefined) {
    throw new UsageError(
      `${file.path}:1: wrong header: expected columns like user_id:token, separated by tabs, got ${JSON.stringify(wrong.join(':').slice(0, 80))}`,
    );
  }
  const names = columns.map(([name]) => name ?? '');
  const types = Object.fromEntries(columns.map(([name, type]) => [name, type as ColumnType]));
  return { names, types, take: takeOf(file, names, types, options) };
}

function takeOf(
  file: SourceFile,
  names: readonly string[],
  types: Table['types'],
  options: FormatOptions,
): Table['take'] {
  const ofUser = names.includes('user_id');
  const ofItem = names.includes('item_id');
  if (ofUser && ofItem) return (fields, sink) => takeRating(names, fields, sink, options);
  if (ofItem) return (fields, sink) => takeItem(types, fields, sink);
  if (ofUser) return (fields, sink) => takeUser(types, fields, sink);
  throw new UsageError(`${file.path}:1: wrong header: expected user_id, item_id or both`);
}

function takeRating(
  names: readonly string[],
  fields: NamedFields,
  sink: RowSink,
  options: FormatOptions,
): void {
  const rating = fields.rating ? numberOf('rating', fields.rating) : undefined;
  sink.events({
    eventId: contentId(
      'ml',
      names.map((name) => fields[name] ?? ''),
    ),
    userId: checkedId('user_id', fields.user_id),
    itemId: checkedId('item_id', fields.item_id),
    type: rating !== undefined && rating >= likedFrom ? 'like' : 'view',
    properties: rating === undefined ? undefined : { rating },
    occurredAt: fields.timestamp ? timeOf(fields.timestamp) : options.occurredAt,
  });
}

const titles = ['movie_title', 'title', 'name'];
const genres = ['class', 'genre', 'genres'];

function takeItem(types: Table['types'], fields: NamedFields, sink: RowSink): void {
  const itemId = checkedId('item_id', fields.item_id);
  const title = titles.find((name) => fields[name]);
  const genre = genres.find((name) => fields[name]);
  const named = genre === undefined ? [] : listOf(fields[genre]);
  const { release_year: year, ...others } = attributesOf(types, fields, ['item_id', title, genre]);
  sink.items({
    itemId,
    title: title === undefined ? '' : fields[title],
    categoryPath: named.slice(0, 1),
    attributes: {
      ...others,
      ...(named.length > 0 && { genres: named }),
      ...(year !== undefined && { releaseYear: Number(year) || year }),
    },
  });
  sink.skus({ skuId: itemId, itemId, stock: dataSetStock });
}

const genders: Readonly<Record<string, string>> = { F: 'female', M: 'male' };

function takeUser(types: Table['types'], fields: NamedFields, sink: RowSink): void {
  const gender = genders[fields.gender ?? ''];
  const { age, ...others } = attributesOf(types, fields, ['user_id', gender && 'gender']);
  sink.users({
    userId: checkedId('user_id', fields.user_id),
    gender,
    attributes: { ...others, ...(age !== undefined && { age: Number(age) || age }) },
  });
}

/** The columns that have no field of their own, by their names. */
function attributesOf(
  types: Table['types'],
  fields: NamedFields,
  taken: readonly (string | undefined)[],
): Record<string, unknown> {
  const left = Object.entries(fields).filter(([name, text]) => text && !taken.includes(name));
  return Object.fromEntries(
    left.map(([name, text]) => {
      if (types[name] === 'float') return [name, numberOf(name, text)];
      return [name, types[name] === 'token' ? text : listOf(text)];
    }),
  );
}

function listOf(text = ''): string[] {
  return text.split(' ').filter((part) => part !== '');
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new RowError(`${name}: expected a number, got ${JSON.stringify(text)}`);
}

const earliest = Date.UTC(1900, 0, 1) / 1000;
const latest = Date.UTC(2200, 0, 1) / 1000;

/** @param text seconds since 1970 */
function timeOf(text: string): string {
  const seconds = numberOf('timestamp', text);
  if (seconds >= earliest && seconds < latest) return new Date(seconds * 1000).toISOString();
  throw new RowError(`timestamp: expected seconds since 1970 of 1900 to 2199, got ${text}`);
}
