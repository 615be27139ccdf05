import type { Length } from './shape-types.ts';

/** What a word or letter behind a size says of its length. */
export function lengthOf(text: string | undefined): Length {
  if (text === undefined || /^(?:R|REG|REGULAR|标准)$/.test(text)) return 0;
  return /^(?:P|S|PETITE|SHORT|短)$/.test(text) ? -1 : 1;
}
