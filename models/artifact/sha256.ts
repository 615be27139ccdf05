import { createHash } from 'node:crypto';

/** One update takes at most 2 GiB; a file of factors may be longer. */
const chunk = 1 << 28;

/** SHA-256 of bytes or of UTF-8 text, as 64 hex digits. */
export function sha256(content: Uint8Array | string): string {
  const hash = createHash('sha256');
  if (typeof content === 'string') return hash.update(content).digest('hex');
  for (let at = 0; at < content.length; at += chunk) hash.update(content.subarray(at, at + chunk));
  return hash.digest('hex');
}
