/** A JSON Schema, of the keywords that `z.toJSONSchema` writes. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * What a reader of the `old` schema would stumble over in what is written by the `current` one, as paths with
 * a reason. Further members are none: readers must take those that they do not know.
 */
export function breakingChanges(old: Schema, current: Schema, path = ''): string[] {
  if (branchesOf(old) !== null) return unionChanges(old, current, path);
  const changes = Object.keys(old).flatMap((keyword) => keywordChanges(keyword, old, current, path));
  return [
    ...changes,
    ...membersOf(old).flatMap(([name, schema]) => {
      const now = membersOf(current).find(([other]) => other === name)?.[1];
      const at = `${path}.${name}`;
      return now === undefined ? [`${at} is gone`] : breakingChanges(schema, now, at);
    }),
    ...(['items', 'additionalProperties'] as const).flatMap((keyword) => {
      const [was, is] = [old[keyword], current[keyword]];
      if (!isSchema(was)) return [];
      return isSchema(is) ? breakingChanges(was, is, `${path}[]`) : [`${path}[] is gone`];
    }),
  ];
}

const structure = new Set(['properties', 'items', 'additionalProperties', 'required', 'enum']);
const words = new Set(['$schema', 'title', 'description', 'default']);

function keywordChanges(keyword: string, old: Schema, current: Schema, path: string): string[] {
  if (words.has(keyword)) return [];
  if (keyword === 'required') {
    const lost = list(old, 'required').filter((name) => !list(current, 'required').includes(name));
    return lost.map((name) => `${path}.${String(name)} may be absent now`);
  }
  if (keyword === 'enum') {
    const known = list(old, 'enum');
    const now = current['enum'] === undefined ? [current['const']] : list(current, 'enum');
    return now
      .filter((value) => !known.includes(value))
      .map((value) => `${path} may be ${String(value)} now`);
  }
  if (keyword === 'type') {
    const known = new Set([old['type']].flat());
    const isKnown = [current['type']].flat().every((type) => known.has(type));
    return isKnown ? [] : [`${path} has another type`];
  }
  if (structure.has(keyword) || JSON.stringify(old[keyword]) === JSON.stringify(current[keyword])) return [];
  return [`${path} has another ${keyword}`];
}

/** Each form that is written now must be one that could be written before. */
function unionChanges(old: Schema, current: Schema, path: string): string[] {
  const before = branchesOf(old) ?? [];
  return (branchesOf(current) ?? [current]).flatMap((branch) => {
    const changes = before.map((each) => breakingChanges(each, branch, path));
    const fewest = changes.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return fewest.length === 0 ? [] : fewest;
  });
}

function branchesOf({ anyOf, oneOf }: Schema): readonly Schema[] | null {
  const branches = anyOf ?? oneOf;
  return Array.isArray(branches) ? (branches as readonly Schema[]) : null;
}

function membersOf({ properties }: Schema): [string, Schema][] {
  return isSchema(properties) ? Object.entries(properties as Record<string, Schema>) : [];
}

function list(schema: Schema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
