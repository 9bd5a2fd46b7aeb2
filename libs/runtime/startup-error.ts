import { ConfigFaults } from './config-faults.js';
import { systemFault } from './system-fault.js';

/** A process cannot start, for a reason that its operator can remove; the message says how. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly code = 'cannot-start';
}

/** What to log of an error at the start. */
export interface StartupReport {
  /** Null: a defect. */
  readonly code: string | null;
  readonly message: string;
  /** The error of a defect, for its stack; else null. */
  readonly err: unknown;
}

/**
 * Of an error that is written for the operator, its message is enough; any other is a defect, and is logged
 * with its stack.
 */
export function describeStartupError(error: unknown): StartupReport {
  const fault = systemFault(error);
  if (fault !== null) return { code: 'system-fault', message: `cannot start: ${fault}`, err: null };
  if (!isForOperator(error)) return { code: null, message: 'cannot start', err: error };
  return { code: error.code, message: `cannot start: ${error.message}`, err: null };
}

type OperatorError = Error & { readonly code: string };

/**
 * `StartupError`, `ConfigFaults`, and the errors of catalogue, log and store: this library does not import
 * them and knows them by their kebab-case code, which no error of Node, a package or the language has.
 */
function isForOperator(error: unknown): error is OperatorError {
  if (error instanceof StartupError || error instanceof ConfigFaults) return true;
  if (!Error.isError(error) || !('code' in error)) return false;
  return typeof error.code === 'string' && /^[a-z]+(-[a-z0-9]+)+$/.test(error.code);
}
