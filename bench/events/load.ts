import { Agent, request } from 'node:http';

export interface LoadResult {
  readonly seconds: number;
  readonly acknowledged: number;
  /** Milliseconds from the request to the end of the answer, sorted. */
  readonly latencies: Float64Array;
}

/**
 * Posts each body once over `connections` kept-alive connections, a new one as soon as the last is
 * answered.
 *
 * @throws Error at the first answer that is not 202 with every event accepted
 */
export async function load(
  url: string,
  bodies: readonly Buffer[],
  connections: number,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = new Float64Array(bodies.length);
  let next = 0;
  let acknowledged = 0;
  const client = async () => {
    while (next < bodies.length) {
      const index = next++;
      const sent = performance.now();
      const accepted = await post(url, bodies[index] as Buffer, agent);
      latencies[index] = performance.now() - sent;
      acknowledged += accepted;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { seconds, acknowledged, latencies: latencies.sort() };
}

function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const posting = request(`${url}/v1/events`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        if (response.statusCode !== 202) reject(new Error(`${response.statusCode}: ${text}`));
        else resolve(JSON.parse(text).accepted);
      });
      response.on('error', reject);
    });
    posting.on('error', reject);
    posting.end(body);
  });
}

/** The value below which a share of the sorted values lie. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
