import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { AppError, BusyError, type Issue } from '../errors.ts';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly issues?: readonly Issue[];
  /** Seconds; of a 503, where it is not 1. */
  readonly retryAfter?: number;
}

// What express' body parser calls its errors: https://expressjs.com/en/resources/middleware/body-parser.html
const parserProblems: Record<string, Omit<Problem, 'status'>> = {
  'entity.parse.failed': {
    code: 'malformed_json',
    detail: 'expected a JSON object; the body is not one, or is not valid JSON',
  },
  'entity.too.large': { code: 'body_too_large', detail: 'the body is larger than the limit' },
  'encoding.unsupported': {
    code: 'unsupported_encoding',
    detail: 'expected gzip, deflate, br or identity as content encoding',
  },
  'charset.unsupported': { code: 'unsupported_charset', detail: 'expected UTF-8' },
  'request.aborted': { code: 'aborted', detail: 'the request was ended by the client' },
  'request.size.invalid': { code: 'wrong_length', detail: 'the body is not of the stated length' },
};

const invalidUtf8 = 'encoding.invalid';

/**
 * For the body parser's `verify`: decoding would put U+FFFD for what is not UTF-8, and two ids that
 * differ could become one.
 */
export function refuseInvalidUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw Object.assign(new Error('not UTF-8'), { type: invalidUtf8 });
}

/** Sends an error as `application/problem+json`. */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  const { status, retryAfter = 1 } = problem;
  if (status === 503) response.setHeader('Retry-After', String(retryAfter));
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: STATUS_CODES[problem.status] ?? 'Error',
        status: problem.status,
        code: problem.code,
        detail: problem.detail,
        instance: request.originalUrl.split('?')[0],
        requestId: String(request.id),
        ...(problem.issues?.length && { errors: problem.issues }),
      }),
    );
}

/** The last middleware: every error becomes a problem. What was not foreseen is logged, not told. */
export const handleError: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  const problem = problemOf(error);
  if (problem.status >= 500)
    request.log.error({ err: error, code: problem.code }, 'request failed');
  sendProblem(request, response, problem);
};

function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    const { status, code, message, issues } = error;
    const retryAfter = error instanceof BusyError ? { retryAfter: error.retryAfter } : {};
    return { status, code, detail: message, issues, ...retryAfter };
  }
  if (isParserError(error)) {
    if (error.type === invalidUtf8) {
      return { status: 400, code: 'malformed_json', detail: 'the body is not valid UTF-8' };
    }
    const known = parserProblems[error.type];
    if (known) return { status: error.status, ...known };
  }
  // What cannot be unpacked has no type, but the code of zlib.
  if (isUnpackError(error)) {
    const detail = 'the body is not what its Content-Encoding says';
    return { status: 400, code: 'malformed_body', detail };
  }
  // express cannot decode `%` followed by something else in a path
  if (error instanceof Error && error.name === 'URIError') {
    return { status: 400, code: 'invalid_input', detail: 'the path is not valid percent-encoding' };
  }
  return {
    status: 500,
    code: 'internal',
    detail: 'an unexpected error; see the log of the service',
  };
}

function isUnpackError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { status, code } = error as Record<string, unknown>;
  return status === 400 && typeof code === 'string';
}

function isParserError(error: unknown): error is { type: string; status: number } {
  if (typeof error !== 'object' || error === null) return false;
  const { type, status } = error as Record<string, unknown>;
  return typeof type === 'string' && typeof status === 'number';
}
