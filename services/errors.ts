/** One thing that is wrong with an input: where, what code, and in words what was expected. */
export interface Issue {
  /** A path such as `events[3].occurredAt`; empty for the whole. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** An error that a caller can act on. Its code is stable; its message is for people. */
export abstract class AppError extends Error {
  abstract readonly status: number;
  abstract readonly code: string;
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.issues = issues;
  }
}

export class InvalidInputError extends AppError {
  override readonly status = 400;
  override readonly code = 'invalid_input';
}

export class UnsupportedMediaTypeError extends AppError {
  override readonly status = 415;
  override readonly code = 'unsupported_media_type';
}

export class UnsupportedCharsetError extends AppError {
  override readonly status = 415;
  override readonly code = 'unsupported_charset';
}

export class UnsupportedEncodingError extends AppError {
  override readonly status = 415;
  override readonly code = 'unsupported_encoding';
}

/** A body of the right kind that cannot be read: cut off, not as compressed as it says, not UTF-8. */
export class MalformedBodyError extends AppError {
  override readonly status = 400;
  override readonly code = 'malformed_body';
}

export class BodyTooLargeError extends AppError {
  override readonly status = 413;
  override readonly code = 'body_too_large';
}

export class NotFoundError extends AppError {
  override readonly status = 404;
  override readonly code = 'not_found';
}

export class ConflictError extends AppError {
  override readonly status = 409;
  override readonly code = 'conflict';
}

/** Something this service stands on does not answer. Trying again later is right. */
export class UnavailableError extends AppError {
  override readonly status = 503;
  override readonly code = 'unavailable';
}

/** As much of a kind is under way as this process does at once. Trying again later is right. */
export class BusyError extends AppError {
  override readonly status = 503;
  override readonly code = 'busy';
  /** Seconds after which trying again is worth while: what is under way takes minutes. */
  readonly retryAfter = 10;
}

/** A question that the database has not answered within the time that it is given. */
export class TooSlowError extends AppError {
  override readonly status = 503;
  override readonly code = 'too_slow';
}

/** A setting, argument or file that a person gave on the command line or in the environment. */
export class UsageError extends AppError {
  override readonly status = 400;
  override readonly code = 'usage';
}
