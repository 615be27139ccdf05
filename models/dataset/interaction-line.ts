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
  checkLength('user', user);
  for (const item of items) checkLength('item', item);
  // Looked for in the whole line: to look into each id takes as long as all the rest.
  if (hasControlCharacter(line)) {
    checkCharacters('user', user);
    for (const item of items) checkCharacters('item', item);
  }
  return { user, items };
}

function checkLength(name: string, id: string): void {
  if (id.length <= longestId) return;
  throw new Error(`${name} id of ${id.length} characters; at most ${longestId} are allowed`);
}

function checkCharacters(name: string, id: string): void {
  if (!hasControlCharacter(id)) return;
  throw new Error(`${name} id ${JSON.stringify(id)} has a control character`);
}

/** A tab is none: it separates, and no id has one. */
function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);
}
