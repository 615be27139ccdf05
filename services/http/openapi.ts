import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import type { Route, RouteResponse } from './route.ts';
import { problemSchema } from './schemas.ts';

/** The OpenAPI 3.1 document of a list of routes. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Wardrobe',
      version,
      description: 'Recommendations, sizes and segments for live-commerce fashion shops.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const body = route.documentedBody ?? route.body;
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    ...((route.params || route.query) && {
      requestParams: {
        ...(route.params && { path: route.params }),
        ...(route.query && { query: route.query }),
      },
    }),
    ...((body || route.upload) && {
      requestBody: {
        required: true,
        content: {
          ...(body && { 'application/json': { schema: body } }),
          ...(route.upload && texts(route.upload.contentTypes, route.upload.description)),
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, response]) => [
          status,
          { description: response.description, ...contentOf(response) },
        ]),
      ),
      default: {
        description: 'An error',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
}

/** Bodies that have no schema but in words. */
function texts(types: readonly string[], description: string) {
  const schema = { type: 'string' as const, description };
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function contentOf({ schema, events, files }: RouteResponse) {
  if (schema) return { content: { 'application/json': { schema } } };
  if (files) {
    const each = Object.entries(files).map(([type, what]) => texts([type], what));
    return { content: Object.assign({}, ...each) as ReturnType<typeof texts> };
  }
  if (!events) return {};
  // A stream is a text; each of its messages, named as one, has JSON as data.
  const messages = Object.entries(events).map(([event, data]) =>
    z.object({ id: z.string(), event: z.literal(event), data }),
  );
  const [first, ...others] = messages;
  if (first === undefined) return {};
  const message = others.length === 0 ? first : z.union([first, ...others]);
  return { content: { 'text/event-stream': { schema: message } } };
}
