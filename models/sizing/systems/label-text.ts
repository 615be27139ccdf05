/** Longer labels than the catalogue takes are cut: what stands behind is no size. */
const longest = 50;

const spellings: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/[‐‑‒–—―−~～〜至]/g, '-'],
  [/[×✕＊*]/g, 'X'],
  [/[【〔「『[{]/g, '('],
  [/[】〕」』\]}]/g, ')'],
  [/號/g, '号'],
  [/碼/g, '码'],
  [/歲/g, '岁'],
  [/個/g, '个'],
  [/均一码|统码|通码|单码|标准码|均号/g, '均码'],
  [/(\d)\s*(?:½| 1\/2\b)/g, '$1.5'],
  [/(\d) 1\/3\b/g, '$1.33'],
  [/(\d) 2\/3\b/g, '$1.67'],
  [/[’'`´"”]/g, ''],
  [/\s+/g, ' '],
];

/**
 * A label as it is compared: half-width, upper case, one kind of dash, bracket and Chinese character
 * for each, no word for "size" around it. `Ｍ码` and `size m` are both `M`.
 */
export function normaliseLabel(label: string): string {
  // Before NFKC, which makes 38½ the number 381 over 2.
  let text = label.slice(0, longest).replace(/\s*½/g, '.5').normalize('NFKC').toUpperCase();
  for (const [pattern, replacement] of spellings) text = text.replace(pattern, replacement);
  return text
    .trim()
    .replace(/^(?:SIZE|SZ|尺码|尺寸|サイズ)\s*[:.]?\s*(?=.)/, '')
    .replace(/^(?:#|№|NO\.?(?=\s*\d))\s*/, '')
    .replace(/\s*(?:#|SIZE)$/, (found) => (text === found.trim() ? found : ''))
    .trim();
}

/**
 * A normalised label and, after it, the parts of it that may be the size: without what stands in
 * brackets, each bracket, and what slashes, bars and blanks separate (`M(165/88A)`, `S 4-6`,
 * `EU 38/US 8`). Two numbers with a slash between them are one size and stay together, unless the
 * other is a foot in millimetres (`36/230`).
 */
export function labelParts(text: string): readonly string[] {
  const parts = new Set([text]);
  const add = (part: string) => {
    const trimmed = part.trim();
    if (trimmed !== '') parts.add(trimmed);
  };
  const outside = text.replace(/\([^()]*\)?/g, ' ');
  const pieces = [
    outside,
    ...[...text.matchAll(/\(([^()]*)\)?/g)].map(([, inside]) => inside ?? ''),
  ];
  for (const piece of pieces) add(piece);
  for (const piece of pieces) {
    for (const part of piece.split(/[|,;=、，]/)) {
      add(part);
      if (!isOneSize(part)) for (const word of part.split('/')) add(word);
      for (const word of glued(part).split(' ')) add(word);
    }
  }
  return [...parts];
}

function isOneSize(part: string): boolean {
  if (!/^[\d\s./-]*$/.test(part)) return false;
  const [first = 0, second = 0] = part.split('/').map(Number);
  return !(second > 4 * first && second >= 90);
}

/** A region stays with its number. */
function glued(part: string): string {
  return part.replace(/\b([A-Z]{2,3}) (?=\d)/g, '$1');
}
