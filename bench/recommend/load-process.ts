// The load, in a process of its own: says what it measured, and what it cost itself.
import { type ProfileMixOptions, profileMix } from '../profile/profile-mix.ts';
import { type SizeMixOptions, sizeMix } from '../sizes/size-mix.ts';
import { type LoadSpec, runLoad } from './http-load.ts';
import { type MixOptions, requestMix } from './request-mix.ts';

export interface LoadOrder {
  readonly spec: LoadSpec;
  /** Left out: one small request again and again. */
  readonly mix?: MixOptions;
  /** In place of it: questions for sizes. */
  readonly sizes?: SizeMixOptions;
  /** In place of it: profiles of users. */
  readonly profiles?: ProfileMixOptions;
}

export interface LoadReport {
  readonly seconds: number;
  readonly latencies: readonly (readonly [string, Float64Array])[];
  readonly delays: Float64Array;
  readonly errors: readonly (readonly [string, number])[];
  /** Seconds of processor time. */
  readonly cpu: number;
}

const smallest = {
  kind: 'trivial',
  bytes: Buffer.from('GET / HTTP/1.1\r\nHost: bench\r\n\r\n'),
  status: 200,
};

function requests({ mix, sizes, profiles }: LoadOrder) {
  if (mix) return requestMix(mix);
  if (sizes) return sizeMix(sizes);
  return profiles ? profileMix(profiles) : () => smallest;
}

process.on('message', async (order: LoadOrder) => {
  const before = process.cpuUsage();
  const result = await runLoad(order.spec, requests(order));
  const { user, system } = process.cpuUsage(before);
  const report: LoadReport = {
    seconds: result.seconds,
    latencies: [...result.latencies],
    delays: result.delays,
    errors: [...result.errors],
    cpu: (user + system) / 1e6,
  };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());
