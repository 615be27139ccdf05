import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { ZodObject, ZodType, z } from 'zod';
import type { EventStream } from './event-stream.ts';
import type { Upload, UploadRule } from './upload.ts';

/** What a handler gets: checked input and the request's own logger and id. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  /** Undefined where the request came with an upload in its place. */
  readonly body: Body;
  /** Of a route that takes one, where the request is of its type. */
  readonly upload: Upload | undefined;
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

/** An answer of bytes that are made while they are sent, of any length. */
export interface RouteDownload {
  /** With its charset; the part before it is one of the route's documented ones. */
  readonly contentType: string;
  /** What a browser saves it as; without folders. */
  readonly fileName: string;
  /**
   * True: a gzip file, named so, whatever the client accepts. False: as it is. Undefined: compressed
   * on the way where the client accepts that.
   */
  readonly gzip?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The bytes, asked for when there is room for more of them. An error before the first of them is
   * answered as any other. One after it breaks the connection, so that nobody takes a part for the
   * whole.
   *
   * @param signal aborted when the client has gone
   */
  readonly bytes: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

export type RouteAnswer = RouteOutput | RouteStream | RouteDownload;

export interface RouteResponse {
  readonly description: string;
  readonly schema?: ZodType;
  /** Of a download: its content types, each with what it holds. */
  readonly files?: Readonly<Record<string, string>>;
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
  /** A body that is read while it comes, in place of the JSON one where the request's type says so. */
  readonly upload?: UploadRule;
  /** Successful answers by status. Errors are documented for every route alike. */
  readonly responses: Readonly<Record<string, RouteResponse>>;
  handle(
    input: RouteInput<z.infer<Params>, z.infer<Query>, z.infer<Body>>,
  ): Promise<RouteAnswer> | RouteAnswer;
}

/** Gives a route its types from its schemas, and forgets them, so that routes fit one list. */
export function route<Params extends ZodObject, Query extends ZodObject, Body extends ZodType>(
  definition: Route<Params, Query, Body>,
): Route {
  return definition as unknown as Route;
}
