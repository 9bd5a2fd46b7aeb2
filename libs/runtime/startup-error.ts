/** A process cannot start, for a reason that its operator can remove; the message says how. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly code = 'cannot-start';
}

/**
 * What to log of an error at the start. An error with a class other than the built-in ones (`ConfigFaults`,
 * ...) is written for the operator and its message is enough; any other is a defect, and is logged with its
 * stack.
 */
export function describeStartupError(error: unknown): { readonly message: string; readonly err: unknown } {
  const isForOperator = Error.isError(error) && !builtIn.has(error.name);
  if (!isForOperator) return { message: 'cannot start', err: error };
  return { message: `cannot start: ${error.message}`, err: null };
}

const builtIn = new Set([
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);
