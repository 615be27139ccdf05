import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { RawRequest } from '../recommend/http-load.ts';

export interface ProfileMixOptions {
  readonly users: number;
  readonly seed: number;
}

/** Questions for one user's profile, any user as often as another. */
export function profileMix({ users, seed }: ProfileMixOptions): () => RawRequest {
  const random = seededRandom(seed);
  return () => {
    const path = `/v1/users/user-${Math.floor(random() * users)}`;
    const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`, 'latin1');
    return { kind: 'profile', bytes, status: 200 };
  };
}
