// What the profile is compared with: the same parts, each by a statement of its own, one after another.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '../../services/database/database.ts';
import { servingSettings } from '../../services/database/serving-settings.ts';

const database = new Database({
  url: process.env.DATABASE_URL ?? '',
  poolSize: 10,
  applicationName: 'bench-naive',
  statementTimeout: 10_000,
  settings: servingSettings,
});

const parts: readonly (readonly [name: string, sql: string])[] = [
  ['user', 'select * from users where user_id = $1::text'],
  ['features', 'select * from user_features where user_id = $1::text'],
  ['tier', 'select * from user_rfm where user_id = $1::text'],
  ['value', 'select * from user_clv where user_id = $1::text'],
  ['tags', 'select * from user_tags where user_id = $1::text order by weight desc limit 20'],
  ['sizes', 'select * from user_size_profiles where user_id = $1::text order by category'],
];

async function answer(userId: string): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = { userId };
  for (const [name, sql] of parts) all[name] = await database.query(sql, [userId]);
  return all;
}

const server = createServer(async (request, response) => {
  const body = Buffer.from(JSON.stringify(await answer(request.url?.split('/').at(-1) ?? '')));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(
    `${JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: 'listening' })}\n`,
  );
});
