import { z } from 'zod';
import { fault, pathText, type Fault, type Path } from './fault.js';
import type { FaultCode } from './fault-codes.js';
import { allowedWords, nearest, suggestion } from './nearest.js';

/** How zod's issues become faults, and how schemas of the catalogue raise their own. */

/** An object with these keys and no others; the faults of unknown keys list those that are allowed. */
export function strict<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? keys : undefined) });
}

/** Adds a fault from within a transformation. */
export function addFault(
  context: z.RefinementCtx,
  code: FaultCode,
  message: string,
  path: readonly (string | number)[] = [],
): void {
  context.addIssue({ code: 'custom', message, path: [...path], params: { fault: code } });
}

/** The same for `refine`. */
export function refusal(
  code: FaultCode,
  message: string,
): { message: string; params: { readonly fault: FaultCode } } {
  return { message, params: { fault: code } };
}

/**
 * The faults that zod found in `value`, in the words of the person who wrote it. A key that is missing
 * because it was misspelt is one fault, not two. `quotes`: whether messages repeat values; where these may be
 * secrets they repeat words of closed lists only.
 */
export function zodFaults(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  { quotes }: { readonly quotes: boolean },
): Fault[] {
  const misspelt = new Set<string>();
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const path = pathOf(issue);
    const allowed = issue.message.split(', ');
    return issue.keys.map((key) => {
      misspelt.add(pathText([...path, nearest(key, allowed) ?? key]));
      return fault('unknown-key', [...path, key], unknownKey(key, allowed));
    });
  });
  const others = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [];
    const path = pathOf(issue);
    const found = valueAt(value, path);
    if (found === undefined && misspelt.has(pathText(path))) return [];
    const [code, message] = describe(issue, found, quotes ? quoted(found) : null);
    return [fault(code, path, message)];
  });
  return [...unknown, ...others];
}

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

export function unknownKey(key: string, allowed: readonly string[]): string {
  return `unknown key${suggestion(key, allowed)} ${allowedWords(allowed)}`;
}

type OtherIssue = Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>;
type Described = readonly [code: FaultCode, message: string];

/** `quote`: the value as messages repeat it; null: they must not. */
function describe(issue: OtherIssue, found: unknown, quote: string | null): Described {
  const subject = quote === null ? '' : `${quote} `;
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected, found, quote);
    case 'invalid_value':
      return describeChoice(found, issue.values.map(String), subject);
    case 'invalid_union': {
      const { options, discriminator } = issue as { options?: readonly unknown[]; discriminator?: string };
      if (discriminator !== undefined) return describeChoice(found, (options ?? []).map(String), subject);
      return describeBranch(issue, found, quote);
    }
    case 'too_small':
      if (found === '') return ['empty', 'must not be empty'];
      if (issue.origin === 'array') return ['too-few', `must have at least ${issue.minimum}`];
      return ['out-of-range', `${subject}must be at least ${issue.minimum}${unitOf(issue.origin)}`];
    case 'too_big':
      if (issue.origin === 'array') return ['out-of-range', `must have at most ${issue.maximum}`];
      return ['out-of-range', `${subject}must be at most ${issue.maximum}${unitOf(issue.origin)}`];
    case 'invalid_key':
      return ['malformed-value', issue.issues.map((inner) => inner.message).join('; ')];
    case 'invalid_format':
      return ['malformed-value', `${subject}${issue.message}`];
    case 'custom': {
      const { fault: code } = (issue.params ?? {}) as { fault?: FaultCode };
      return [code ?? 'malformed-value', issue.message];
    }
    case 'invalid_element':
    case 'not_multiple_of':
      return ['malformed-value', issue.message];
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters long' : '';
}

/**
 * Of a union without discriminator the branch that came nearest: the one with a complaint about content, not
 * kind.
 */
function describeBranch(
  issue: z.core.$ZodIssueInvalidUnion,
  found: unknown,
  quote: string | null,
): Described {
  const within = typeof found === 'object' && found !== null ? describeWithin(issue, found, quote) : null;
  if (within !== null) return within;
  const inner = issue.errors.flat();
  const best = inner.find(({ code }) => code !== 'invalid_type') ?? inner[0];
  if (best !== undefined && best.code !== 'unrecognized_keys') return describe(best, found, quote);
  return ['wrong-type', `${quote === null ? kindOf(found) : quote} is not allowed here`];
}

/** The one with a complaint about a part of it; null: none has. */
function describeWithin(
  { errors }: z.core.$ZodIssueInvalidUnion,
  found: object,
  quote: string | null,
): Described | null {
  const branch = errors.find((all) =>
    all.every(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
  );
  const issue = branch?.find(({ code }) => code === 'unrecognized_keys') ?? branch?.[0];
  if (issue === undefined) return null;
  if (issue.code === 'unrecognized_keys') {
    return [
      'unknown-key',
      issue.keys.map((key) => `${key}: ${unknownKey(key, issue.message.split(', '))}`).join('; '),
    ];
  }
  const path = pathOf(issue);
  const part = valueAt(found, path);
  const [code, message] = describe(issue, part, quote === null ? null : quoted(part));
  return [code, `${pathText(path)}: ${message}`];
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list (lines that begin with `- `)',
  object: 'keys with values',
  record: 'keys with values',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function describeType(expected: string, found: unknown, quote: string | null): Described {
  const kind = kinds[expected] ?? expected;
  if (found === undefined) return ['missing', `is missing: write ${kind}`];
  if (expected === 'string' && typeof found === 'number') {
    const fix = 'must be text, not a number: write it in quotes';
    return ['wrong-type', quote === null ? fix : `${quote} ${fix}, "${quote}"`];
  }
  return [
    'wrong-type',
    quote === null ? `must be ${kind}, not ${kindOf(found)}` : `${quote} must be ${kind}`,
  ];
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function describeChoice(found: unknown, allowed: readonly string[], subject: string): Described {
  const choices = allowedWords(allowed);
  if (found === undefined) return ['missing', `is missing ${choices}`];
  if (typeof found !== 'string') return ['wrong-type', `${subject}must be one word ${choices}`];
  return ['unknown-word', `'${found}' is unknown${suggestion(found, allowed)} ${choices}`];
}

function quoted(found: unknown): string {
  if (found === undefined) return 'nothing';
  const text = JSON.stringify(found) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null
      ? (inner as Record<string | number, unknown>)[part]
      : undefined;
  }, value);
}
