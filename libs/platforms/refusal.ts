import type { z } from 'zod';
import { exceededBound, maxDepth, maxValues } from './limits.js';
import { parseJson } from './parse-json.js';
import type { Normalized, Refusal } from './platform.js';

/** The result for a delivery that is refused as a whole. */
export function refuseDelivery(refusal: Refusal): Normalized {
  return { facts: [], refusals: [refusal], warnings: [] };
}

/** The body as JSON, or the refusal of a body that is none. */
export function parseBody(body: string): { readonly json: unknown } | { readonly refusal: Refusal } {
  const bound = exceededBound(body);
  if (bound === 'values') {
    const message = `the body has more than ${maxValues} values, the most that are read: split it`;
    return { refusal: { row: null, code: 'too-many-rows', path: '', message } };
  }
  if (bound === 'depth') {
    const message = `the body has lists and objects more than ${maxDepth} levels deep within each other`;
    return { refusal: { row: null, code: 'nested-too-deeply', path: '', message } };
  }
  try {
    return { json: parseJson(body) };
  } catch {
    const message = 'the body is not JSON; it must be one JSON object in UTF-8';
    return { refusal: { row: null, code: 'unreadable', path: '', message } };
  }
}

/** The refusal of JSON that this platform does not send. */
export function unknownKind(path: string, message: string): Refusal {
  return { row: null, code: 'unknown-kind', path, message };
}

/** The refusal of a field that is missing or wrong; `what` says what is allowed. */
export function invalidField(row: number | null, path: string, what: string): Refusal {
  return { row, code: 'invalid-field', path, message: `${path === '' ? 'the delivery' : path} ${what}` };
}

/**
 * One refusal for all faults of a row (or delivery), at the path of the first. `at` is where the parsed value
 * lies. The messages are those of our fields and of zod's types; neither quotes a value.
 */
export function invalidFields(row: number | null, at: string, error: z.ZodError): Refusal {
  const faults = error.issues.slice(0, 5).map((issue) => {
    const path = join(at, issue.path);
    return { path, message: `${path === '' ? 'the delivery' : path}: ${issue.message}` };
  });
  const more = error.issues.length - faults.length;
  return {
    row,
    code: 'invalid-field',
    path: faults[0]?.path ?? at,
    message: faults.map((fault) => fault.message).join('; ') + (more > 0 ? `; and ${more} more` : ''),
  };
}

/** The refusal of an instant that is not plausible (`isPlausible`); `what` says what of the field it is. */
export function implausibleTime(row: number | null, path: string, what = ''): Refusal {
  const allowed =
    'must lie between 1990-01-01 and the receipt of the delivery, or after it by no more than limits.ahead of the connection';
  return { row, code: 'implausible-time', path, message: `${path}${what} ${allowed}` };
}

function join(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    at,
  );
}
