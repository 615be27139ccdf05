import { describe, expect, it } from '@jest/globals';
import { checkServer } from '../../../../services/database/check-server.ts';

describe('checkServer', () => {
  it.each(['postgres://u:12/secret@127.0.0.1:1/d', 'postgres://u:12#secret@127.0.0.1:1/d'])(
    'does not tell a password with a character that ends the host: %s',
    async (url) => {
      const error = await checkServer(url).catch((reason: Error) => reason);
      expect(String(error)).toContain('write / ? and # in a password as %2F, %3F and %23');
      expect(String(error)).not.toMatch(/12|secret/);
    },
  );

  it('tells the place and the reason, and not the password', async () => {
    const error = await checkServer('postgres://u:secret@127.0.0.1:1/d').catch((reason) => reason);
    expect(String(error)).toMatch(/cannot use 127\.0\.0\.1:1\/d: .*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });
});
