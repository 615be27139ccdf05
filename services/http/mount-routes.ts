import type { IncomingHttpHeaders } from 'node:http';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { InvalidInputError, UnsupportedMediaTypeError } from '../errors.ts';
import { sendDownload } from './download.ts';
import { EventStream, type StreamMessage } from './event-stream.ts';
import { sendProblem } from './problem.ts';
import type { Route, RouteDownload, RouteInput, RouteOutput, RouteStream } from './route.ts';
import { openUpload, type Upload } from './upload.ts';
import { parse } from './validation.ts';

export interface MountOptions {
  /** Checks answers against their documented schema: for tests. A wrong one becomes a 500. */
  readonly checkResponses: boolean;
}

/** Serves routes, and answers 405 where a path is known but not with the method used. */
export function mountRoutes(app: Express, routes: readonly Route[], options: MountOptions): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = expressPath(route.path);
    app[route.method](path, handlerOf(route, options));
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) app.all(path, refuseMethod(allowed));
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function handlerOf(route: Route, options: MountOptions): RequestHandler {
  return async (request, response) => {
    const input = new CheckedInput(route, request, response);
    const output = await route.handle(input);
    if ('stream' in output) return stream(route, output, response, options);
    if ('bytes' in output) {
      if (options.checkResponses) checkDownload(route, output);
      return sendDownload(request, response, output, input.signal);
    }
    if (options.checkResponses) checkResponse(route, output.status, output.body);
    answer(response, output);
  };
}

/** What a handler gets. Logger and signal are made when they are asked for: most do not. */
class CheckedInput
  implements RouteInput<Record<string, unknown>, Record<string, unknown>, unknown>
{
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
  readonly upload: Upload | undefined;
  readonly #request: Request;
  readonly #response: Response;
  #signal: AbortSignal | undefined;

  /** @throws InvalidInputError with every offending path */
  constructor(route: Route, request: Request, response: Response) {
    this.params = route.params ? parse(route.params, request.params, 'path') : {};
    this.query = parseQuery(route, request.query);
    this.upload = route.upload && openUpload(request, route.upload);
    this.body = this.upload === undefined ? parseBody(route, request) : undefined;
    this.#request = request;
    this.#response = response;
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  get requestId(): string {
    return this.#request.id;
  }

  get log(): Logger {
    return this.#request.log;
  }

  get signal(): AbortSignal {
    this.#signal ??= goneSignal(this.#response);
    return this.#signal;
  }
}

/** Aborted when the client goes before it has the whole answer. */
function goneSignal(response: Response): AbortSignal {
  const abort = new AbortController();
  const look = () => {
    if (!response.writableFinished) abort.abort();
  };
  if (response.closed) look();
  else response.once('close', look);
  return abort.signal;
}

/** As `response.json` does, in one piece with the head. */
function answer(response: Response, { status, headers, body }: RouteOutput): void {
  response.status(status).set(headers ?? {});
  if (body === undefined) {
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

function stream(
  route: Route,
  { retry, stream }: RouteStream,
  response: Response,
  { checkResponses }: MountOptions,
): void {
  // Open for hours: not to be counted among the times of requests.
  response.locals.isStream = true;
  const client = new EventStream(response, {
    ...(retry !== undefined && { retry }),
    ...(checkResponses && { check: (message) => checkMessage(route, message) }),
  });
  stream(client);
  // What is asked for is what would be answered, not the answer.
  if (response.req.method === 'HEAD') client.end();
}

function parseQuery(route: Route, query: unknown): Record<string, unknown> {
  if (route.query) return parse(route.query, query, 'query');
  const [unknown] = Object.keys(query as object);
  if (unknown === undefined) return {};
  throw new InvalidInputError(`query.${unknown}: this operation takes no query parameters`);
}

function parseBody(route: Route, request: Request): unknown {
  if (!route.body) return undefined;
  if (!request.is('application/json')) {
    const expected = ['application/json', ...(route.upload?.contentTypes ?? [])].join(' or ');
    throw new UnsupportedMediaTypeError(`expected a body with Content-Type: ${expected}`);
  }
  return parse(route.body, request.body);
}

function checkResponse(route: Route, status: number, body: unknown): void {
  const documented = route.responses[String(status)];
  if (!documented) throw new Error(`${route.operationId} does not document status ${status}`);
  documented.schema?.parse(JSON.parse(JSON.stringify(body)));
}

function checkDownload(route: Route, { contentType }: RouteDownload): void {
  const [type = ''] = contentType.split(';');
  if (route.responses['200']?.files?.[type] === undefined) {
    throw new Error(`${route.operationId} does not document ${type}`);
  }
}

function checkMessage(route: Route, { event, data }: StreamMessage): void {
  const documented = route.responses['200']?.events?.[event];
  if (!documented) throw new Error(`${route.operationId} does not document the event ${event}`);
  documented.parse(JSON.parse(data));
}

function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    sendProblem(request, response, {
      status: 405,
      code: 'method_not_allowed',
      detail: `${request.method} is not possible here; expected ${allowed.join(' or ')}`,
    });
  };
}
