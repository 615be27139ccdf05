/** One line of an `interactions` file: a user and the items of that user, in the file's order. */
export interface InteractionLine {
  readonly user: string;
  readonly items: readonly string[];
}

const longestId = 128;

/**
 * Reads `user item item …`, the ids separated by spaces or tabs. A line with a user alone is
 * allowed; an item that stands there twice is given twice.
 *
 * @returns undefined for a blank line
 * @throws Error for an id longer than 128 characters or with a control character in it
 */
export function parseInteractionLine(line: string): InteractionLine | undefined {
  const [user, ...items] = line.trim().split(/[ \t]+/);
  if (!user) return undefined;
  checkId('user', user);
  for (const item of items) checkId('item', item);
  return { user, items };
}

function checkId(name: string, id: string): void {
  if (id.length > longestId) {
    throw new Error(`${name} id of ${id.length} characters; at most ${longestId} are allowed`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(id)) {
    throw new Error(`${name} id ${JSON.stringify(id)} has a control character`);
  }
}
