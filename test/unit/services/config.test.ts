import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../services/config.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      dataDir: undefined,
      logLevel: 'info',
      poolSize: 10,
      threads: undefined,
      exposureDays: 30,
      demo: 'auto',
      underNpm: false,
    });
  });

  it('takes what is set, with the data folder made absolute', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgresql://me@db/shop',
      DATA_DIR: 'here',
      WARDROBE_THREADS: '4',
    });
    expect(config).toMatchObject({ port: 0, host: '::1', threads: 4 });
    expect(config.databaseUrl).toBe('postgresql://me@db/shop');
    expect(config.dataDir).toBe(resolve('here'));
  });

  it('takes an empty setting for one that is not set, and leaves the rest of the environment alone', () => {
    expect(readConfig({ PORT: '', HOME: '/x', PORTS: 'y' }).port).toBe(3000);
  });

  it('names every unknown and malformed setting at once', () => {
    const read = () =>
      readConfig({ PORT: '65536', DATABASE_URL: 'mysql://x', WARDROBE_TREADS: '2' });
    expect(read).toThrow(/PORT: expected a whole number from 0 to 65535/);
    expect(read).toThrow(/DATABASE_URL: expected postgres:/);
    expect(read).toThrow(/WARDROBE_TREADS: unknown setting \(known: PORT, HOST/);
  });
});
