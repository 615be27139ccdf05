import { describe, expect, it } from '@jest/globals';
import { retryAfter } from '../../../../services/segment-webhooks/retry-after.ts';
import { signature } from '../../../../services/segment-webhooks/webhook-signature.ts';

describe('signature', () => {
  // printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac 'a-secret'
  it('is what other programs work out', () => {
    expect(signature('a-secret', new Date('2026-01-01T00:00:00.999Z'), '{"a":1}')).toBe(
      't=1767225600,v1=10eee57da8c7fefb4814d8ccbb56163c6ea7e093ea0755cdbe5601a70fc38728',
    );
  });
});

describe('retryAfter', () => {
  it.each([
    [1, 0, 5_000],
    [1, 0.5, 7_500],
    [2, 0, 10_000],
    [5, 0.5, 120_000],
    [16, 0, 1_800_000],
    [16, 0.5, 2_700_000],
  ])('of attempt %i by %f is %i ms', (attempt, random, ms) => {
    expect(retryAfter(attempt, random)).toBe(ms);
  });
});
