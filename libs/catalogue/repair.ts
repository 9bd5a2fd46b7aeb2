import type { z } from 'zod';
import { pathText, type Path } from './fault.js';
import { nearest } from './nearest.js';

/** A value of the right form, made of one with faults, so that these hide no others. */
export interface Repaired<T> {
  /** As it would have to be written. */
  readonly value: unknown;
  readonly data: T;
  /** What was made up: what is said about it is not about the contract as it was written. */
  readonly invented: readonly Invented[];
}

export interface Invented {
  readonly path: Path;
  /** Of a clause that was made up as a whole; null: it has none, or is a part of one. */
  readonly id: string | null;
}

/**
 * Repairs one fault after the other: a misspelt key or word becomes the nearest one, a number becomes text;
 * where nothing shows what was meant, something of the right form is made up. null: there is no help.
 */
export function repaired<T>(schema: z.ZodType<T>, written: unknown): Repaired<T> | null {
  let value = written;
  const invented: Invented[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value, data: parsed.data, invented };
    const [issue] = parsed.error.issues;
    const next = issue === undefined ? null : mended(schema, value, issue, parsed.error.issues);
    if (next === null) return null;
    value = next.value;
    if (next.invented !== null) invented.push(next.invented);
  }
  return null;
}

/** Whether what a fault says may follow from something that was made up. */
export function restsOn(
  invented: readonly Invented[],
  fault: { readonly path: string; readonly message: string },
): boolean {
  return invented.some(({ path, id }) => {
    // an example is read as a whole: its month follows from all that it gives
    const text = pathText(path[0] === 'examples' ? path.slice(0, 2) : path);
    const isNamed = id !== null && fault.message.includes(`'${id}'`);
    return (
      isNamed || fault.path.startsWith(text) || text.startsWith(fault.path) || fault.message.startsWith(text)
    );
  });
}

const maxRounds = 60;

interface Mended {
  readonly value: unknown;
  readonly invented: Invented | null;
}

type Issue = z.core.$ZodIssue;

function mended<T>(
  schema: z.ZodType<T>,
  value: unknown,
  issue: Issue,
  issues: readonly Issue[],
): Mended | null {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys')
    return { value: withoutUnknown(value, path, issue), invented: null };
  const found = valueAt(value, path);
  const meant = meantBy(found, issue);
  if (meant !== undefined) {
    const next = withAt(value, path, meant);
    if (isBetter(schema, next, path, issues)) return { value: next, invented: null };
  }
  for (let at = path; at.length > 0; at = at.slice(0, -1)) {
    const own = valueAt(value, at);
    const isClause = typeof own === 'object' && own !== null && !Array.isArray(own);
    const id = isClause && 'id' in own ? { id: own.id } : {};
    const name = isClause ? ('id' in own ? String(own.id) : String(at.at(-1))) : null;
    for (const candidate of candidates) {
      const filled =
        typeof candidate === 'object' && !Array.isArray(candidate) ? { ...candidate, ...id } : candidate;
      const next = withAt(value, at, filled);
      if (isBetter(schema, next, at, issues)) return { value: next, invented: { path: at, id: name } };
    }
  }
  return null;
}

/** Forms that some key takes, from words and numbers to whole clauses. */
const candidates: readonly unknown[] = [
  undefined,
  '1',
  'a1',
  1,
  true,
  '2026-01-01',
  '2026-01',
  '1min',
  'FR',
  'EUR',
  'Europe/Paris',
  [],
  ['a1'],
  {},
  { kind: 'count', of: 'handled' },
  { type: 'aht' },
  { model: 'oneOff', amount: '0', day: '2026-01-01', id: 'a1' },
  { shape: 'step', points: [{ lt: '0.5', rate: '-0.01' }] },
  { kind: 'earnBack', of: ['a1'], share: '0.1', ifTargetsMetFor: 1, id: 'a1' },
  { kind: 'amount', id: 'a1', over: 'calendarYear', minimum: '1' },
  { id: 'a1', rate: '0.1' },
  { kind: 'period', of: ['a1'], from: '2026-01-01', to: '2026-01-02', proof: 'a1', id: 'a1' },
  { name: 'a1', countryCode: 'FR' },
  { programme: 'a1' },
  { says: 'a1', period: '2026-01', price: '0' },
];

/** undefined: nothing shows it. */
function meantBy(found: unknown, issue: Issue): unknown {
  if (typeof found === 'number') return String(found);
  if (typeof found !== 'string') return undefined;
  if (issue.code === 'invalid_value') return nearest(found, issue.values.map(String)) ?? undefined;
  const { options } = issue as { readonly options?: readonly unknown[] };
  return options === undefined ? undefined : (nearest(found, options.map(String)) ?? undefined);
}

/** The place has no fault any more, and no other place has got one. */
function isBetter<T>(schema: z.ZodType<T>, value: unknown, at: Path, issues: readonly Issue[]): boolean {
  const parsed = schema.safeParse(value);
  if (parsed.success) return true;
  const left = parsed.error.issues;
  return (
    left.length < issues.length && !left.some(({ path }) => at.every((part, index) => path[index] === part))
  );
}

/** Each unknown key under the name of the nearest one that is free, else left out. */
function withoutUnknown(value: unknown, path: Path, issue: z.core.$ZodIssueUnrecognizedKeys): unknown {
  const own = valueAt(value, path) as Readonly<Record<string, unknown>>;
  const allowed = issue.message.split(', ');
  const entries = Object.entries(own).flatMap(([key, inner]): [string, unknown][] => {
    if (!issue.keys.includes(key)) return [[key, inner]];
    const near = nearest(key, allowed);
    return near === null || near in own ? [] : [[near, inner]];
  });
  return withAt(value, path, Object.fromEntries(entries));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null
      ? (inner as Record<string | number, unknown>)[part]
      : undefined;
  }, value);
}

/** undefined: without it. */
function withAt(target: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    return (target as readonly unknown[]).map((item, index) =>
      index === step ? withAt(item, rest, value) : item,
    );
  }
  const object = typeof target === 'object' && target !== null ? (target as Record<string, unknown>) : {};
  const inner = withAt(object[step], rest, value);
  const others = Object.entries(object).filter(([key]) => key !== String(step));
  return Object.fromEntries(inner === undefined ? others : [...others, [step, inner]]);
}
