/**
 * The JSON of a text; undefined where it is not JSON (JSON itself has no undefined). Without members named
 * `length` that are objects or lists, which no record has: zod measures whatever has a `length`, also an
 * object where it wants text, and throws where that cannot be compared with a number.
 */
export function parseJson(text: string): unknown {
  try {
    return mayHaveLength(text) ? JSON.parse(text, withoutLength) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The name as it is, or with letters written as escapes. */
function mayHaveLength(text: string): boolean {
  return text.includes('"length"') || text.includes('\\u006') || text.includes('\\u007');
}

function withoutLength(name: string, value: unknown): unknown {
  return name === 'length' && typeof value === 'object' && value !== null ? undefined : value;
}

/**
 * Half a surrogate pair has no UTF-8, so two texts would become one in the store. JSON as it is written here
 * has it only as an escape. A backslash before the backslash makes it another text, which is well-formed.
 */
export function isWellFormedJson(text: string): boolean {
  return !text.includes('\\ud') || !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text);
}
