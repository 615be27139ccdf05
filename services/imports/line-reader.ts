import { LineSplitter } from './line-splitter.ts';
import type { Reader } from './reader.ts';

/**
 * Reads lines that end in LF or CRLF.
 *
 * @param onLine called with each line and its number, from 1; blank lines are left out
 */
export function lineReader(path: string, onLine: (text: string, line: number) => void): Reader {
  return new LineSplitter(path, (text, line) => {
    const content = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (content.trim() !== '') onLine(content, line);
  });
}
