const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

// https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08 is "connection
// exception", class 57P "operator intervention" (shutdown, crash, starting up), 53300 "too many
// connections".
const postgresCodes = /^(08...|57P..|53300)$/;

const driverMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;

/** Whether an error of the driver means that the database cannot be reached now. */
export function isConnectionError(error: unknown): boolean {
  // Looked at by its fields: an error of Node itself may come from another realm.
  if (typeof error !== 'object' || error === null) return false;
  const { code = '', message = '', syscall, errors } = error as Record<string, unknown>;
  // Of a server on a Unix socket, which takes the socket's file with it when it stops.
  const isNoSocket = code === 'ENOENT' && syscall === 'connect';
  const known = isNoSocket || networkCodes.has(String(code)) || postgresCodes.test(String(code));
  if (known || driverMessages.test(String(message))) return true;
  // Node reports a host with several addresses as one error of many.
  return Array.isArray(errors) && errors.some(isConnectionError);
}
