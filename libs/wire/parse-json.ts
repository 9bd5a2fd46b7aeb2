/** The JSON of a text; undefined where it is not JSON (JSON itself has no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Half a surrogate pair has no UTF-8, so two texts would become one in the store. JSON as it is written here
 * has it only as an escape. A backslash before the backslash makes it another text, which is well-formed.
 */
export function isWellFormedJson(text: string): boolean {
  return !text.includes('\\ud') || !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text);
}
