import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isConnectionError } from '../../../../services/database/connection-errors.ts';

describe('isConnectionError', () => {
  it.each(['127.0.0.1:1', '%2Fnowhere%2Fat%2Fall'])(
    'knows that no server is at %s',
    async (place) => {
      const client = new pg.Client({ connectionString: `postgres://u@${place}/d` });
      const error = await client.connect().catch((reason) => reason);
      expect(isConnectionError(error)).toBe(true);
    },
  );

  it('does not take a missing file for a missing server', () => {
    expect(isConnectionError({ code: 'ENOENT', syscall: 'open' })).toBe(false);
  });
});
