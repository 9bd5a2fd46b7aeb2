/**
 * JSON without members named `length` that are objects or lists: zod measures whatever has a `length`, also
 * an object where it wants text, and throws where that cannot be compared with a number. No platform sends
 * any. Throws `SyntaxError` where the text is no JSON.
 */
export function parseJson(text: string): unknown {
  return mayHaveLength(text) ? JSON.parse(text, withoutLength) : JSON.parse(text);
}

/** The name as it is, or with letters written as escapes. */
function mayHaveLength(text: string): boolean {
  return text.includes('"length"') || text.includes('\\u006') || text.includes('\\u007');
}

function withoutLength(name: string, value: unknown): unknown {
  return name === 'length' && typeof value === 'object' && value !== null ? undefined : value;
}
