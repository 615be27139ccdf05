import { createHmac } from 'node:crypto';

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 with the secret over `<t>.<body>`. The time is
 * signed, so that a message cannot be sent again much later by somebody who has seen it.
 */
export function signature(secret: string, at: Date, body: string): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hex}`;
}
