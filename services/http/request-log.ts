import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

const acceptedId = /^[\w.:-]{1,64}$/;

/**
 * Gives every request an id (the caller's `X-Request-Id` where it is a plain one) and logs one line
 * for each answer. Paths carry user ids, so the route is logged in their place.
 */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (request, response) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && acceptedId.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    quietReqLogger: true,
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? 'error' : 'debug',
    // Wrapped, they would take the place of the logger's own serializer of errors.
    wrapSerializers: false,
    serializers: {
      req: (request) => ({ id: request.id, method: request.method }),
      res: (response) => ({ statusCode: response.statusCode }),
    },
    customProps: (request) => {
      const { route } = request as { route?: { path?: string } };
      return { route: route?.path };
    },
  }) as unknown as RequestHandler;
}
