import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { ZodObject, ZodType, z } from 'zod';
import type { EventStream } from './event-stream.ts';

/** What a handler gets: checked input and the request's own logger and id. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  readonly log: Logger;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface RouteOutput {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that goes on: a stream of server-sent events. */
export interface RouteStream {
  /** Milliseconds after which a client that was cut off comes again. */
  readonly retry?: number;
  /** Called once with the client; returns at once. */
  readonly stream: (client: EventStream) => void;
}

export interface RouteResponse {
  readonly description: string;
  readonly schema?: ZodType;
  /** Of a stream of server-sent events: by the name of the event what its data are. */
  readonly events?: Readonly<Record<string, ZodType>>;
}

/**
 * One operation of the API. The schemas that check a request are the ones the OpenAPI document is
 * made from, so that the two cannot differ.
 */
export interface Route<
  Params extends ZodObject = ZodObject,
  Query extends ZodObject = ZodObject,
  Body extends ZodType = ZodType,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/v1/users/{userId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Shown in the document in place of `body` where a handler checks the elements one by one. */
  readonly documentedBody?: ZodType;
  /** Successful answers by status. Errors are documented for every route alike. */
  readonly responses: Readonly<Record<string, RouteResponse>>;
  handle(
    input: RouteInput<z.infer<Params>, z.infer<Query>, z.infer<Body>>,
  ): Promise<RouteOutput | RouteStream> | RouteOutput | RouteStream;
}

/** Gives a route its types from its schemas, and forgets them, so that routes fit one list. */
export function route<Params extends ZodObject, Query extends ZodObject, Body extends ZodType>(
  definition: Route<Params, Query, Body>,
): Route {
  return definition as unknown as Route;
}
