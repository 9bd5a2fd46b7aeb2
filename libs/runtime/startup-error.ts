/** A process cannot start, for a reason that its operator can remove; the message says how. */
export class StartupError extends Error {
  override readonly name = 'CannotStart';
}

/**
 * What to tell of an error at the start. One with a name of its own (`ConfigFaults`, `DirectoryInUse`, ...)
 * says all there is to say; any other is a defect, or of somebody else, and is told with its stack.
 */
export function describeStartupError(error: unknown): { readonly message: string; readonly err: unknown } {
  const named = Error.isError(error) && !nameless.has(error.name);
  if (!named) return { message: 'cannot start', err: error };
  return { message: `cannot start: ${error.message}`, err: null };
}

const nameless = new Set([
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);
