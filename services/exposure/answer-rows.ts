import type { LoggedAnswer } from './logged-answer.ts';

/** The columns of `answerRow`, in its order. */
export const answerColumns =
  'shown_at, request_id, user_id, session_id, room_id, version, variant, item_ids, scores, sources, source_numbers';

// U+0000 is what Postgres cannot store. No id that was let in has it.
const special = /[\\\t\n\r\0]/;
const specialInArray = /["\\\t\n\r\0]/;

/** An answer as a line of the text format of `copy`. */
export function answerRow(answer: LoggedAnswer): string {
  const { viewer, items } = answer;
  let itemIds = '';
  let scores = '';
  let numbers = '';
  const sources: string[] = [];
  for (const { itemId, source, score } of items) {
    let number = sources.indexOf(source) + 1;
    if (number === 0) number = sources.push(source);
    const separator = itemIds === '' ? '' : ',';
    itemIds += `${separator}"${specialInArray.test(itemId) ? escapedTwice(itemId) : itemId}"`;
    scores += `${separator}${shortened(score)}`;
    numbers += `${separator}${number}`;
  }
  return (
    `${answer.shownAt.toISOString()}\t${field(answer.requestId)}\t${field(viewer?.userId)}\t` +
    `${field(viewer?.sessionId)}\t${field(answer.roomId)}\t${field(answer.modelVersion)}\t` +
    `${field(answer.variant)}\t{${itemIds}}\t{${scores}}\t` +
    `{${sources.map((source) => `"${escapedTwice(source)}"`).join(',')}}\t{${numbers}}\n`
  );
}

/** A score with about the digits that a `real` keeps: most of writing one out is the digits. */
function shortened(score: number): string {
  const size = Math.abs(score);
  if (size >= 0.1 && size < 1e6) return String(Math.round(score * 1e5) / 1e5);
  return score === 0 ? '0' : score.toPrecision(6);
}

function field(value: string | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  return special.test(value) ? escaped(value) : value;
}

/** An element of an array: quoted for the array, then for the line. */
function escapedTwice(text: string): string {
  return escaped(text.replace(/["\\]/g, '\\$&'));
}

const escapes: Readonly<Record<string, string>> = {
  ...{ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '' },
};

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (character) => escapes[character] ?? '');
}
