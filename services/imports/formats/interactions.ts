import { parseInteractionLine } from '../../../models/dataset/interaction-line.ts';
import type { Format, FormatOptions } from '../format.ts';
import { lineReader } from '../line-reader.ts';
import { RowError } from '../row-error.ts';
import type { RowSink } from '../row-writer.ts';
import { contentId } from './content-id.ts';
import { checkedId } from './data-set-row.ts';

/** Implicit feedback, a line a user: `user item item …`. Each pair becomes a like. */
export const interactions: Format = {
  name: 'interactions',
  description: 'a line a user: user item item …',
  kind: 'data-set',
  entitiesFromEvents: true,
  open: (file, _head, options) =>
    lineReader(file.path, (text, line) =>
      file.line(line, text, (sink) => takeLine(text, sink, options)),
    ),
};

function takeLine(text: string, sink: RowSink, { occurredAt }: FormatOptions): void {
  const { user, items } = parsed(text);
  if (items.length === 0) sink.leaveOut('users without an item');
  const userId = checkedId('user', user);
  for (const item of items) {
    const itemId = checkedId('item', item);
    const eventId = contentId('ia', [userId, itemId]);
    sink.events({ eventId, userId, itemId, type: 'like', occurredAt });
  }
}

// Any word may be an id, so that a file of another format would be taken for ids in silence.
const anotherFormat = /^\s*[[{"]/;

function parsed(text: string): NonNullable<ReturnType<typeof parseInteractionLine>> {
  if (anotherFormat.test(text))
    throw new RowError('looks like JSON or CSV; expected: user item item …');
  try {
    const line = parseInteractionLine(text);
    if (line !== undefined) return line;
  } catch (error) {
    throw new RowError((error as Error).message);
  }
  throw new RowError('is blank');
}
