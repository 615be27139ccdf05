import type { Database } from '../../services/database/database.ts';
import { exampleShopper } from '../../services/simulation/shop-store.ts';

/** Three lines for a shell that show what the service answers, with ids that it knows. */
export async function exampleLines(database: Database, url: string, now: Date): Promise<string[]> {
  const example = await exampleShopper(database);
  if (example === undefined) {
    return [
      `curl '${url}/readyz'`,
      `curl '${url}/openapi.json'`,
      `curl '${url}/v1/users/anyone/recommendations?limit=5'`,
    ];
  }
  const { userId, itemId } = example;
  const event = {
    eventId: `example-${now.getTime()}`,
    type: 'cart',
    userId,
    itemId,
    occurredAt: now.toISOString(),
  };
  const body = JSON.stringify({ events: [event] });
  return [
    `curl '${url}/v1/users/${encodeURIComponent(userId)}/recommendations?limit=5'`,
    `curl '${url}/v1/events' -H 'Content-Type: application/json' -d '${body}'`,
    `curl '${url}/v1/users/${encodeURIComponent(userId)}/items/${encodeURIComponent(itemId)}/size'`,
  ];
}
