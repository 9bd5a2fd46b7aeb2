export type Leaf = string | number | boolean | null;

/**
 * Plain values by path: `lines.hours.price`. Members of lists by their id, those without one by their place.
 */
export type Leaves = ReadonlyMap<string, Leaf>;

/** Of a JSON value. An empty list or object has no leaf. */
export function leavesOf(value: unknown, path: string): Leaves {
  const leaves = new Map<string, Leaf>();
  collect(value, path, leaves);
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, Leaf>): void {
  if (value === undefined) return;
  if (value === null || typeof value !== 'object') {
    leaves.set(path, value as Leaf);
    return;
  }
  const entries = Array.isArray(value)
    ? value.map((item, index) => [memberName(item, index), item as unknown] as const)
    : Object.entries(value);
  for (const [name, item] of entries) collect(item, path === '' ? name : `${path}.${name}`, leaves);
}

function memberName(item: unknown, index: number): string {
  const id = typeof item === 'object' && item !== null ? (item as { readonly id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : String(index);
}
