import type { z } from 'zod';
import { pathText, type Path } from '../fault.js';
import { suggestion } from '../nearest.js';

/** One thing wrong in a contract: where, what was found, what is allowed. */
export interface Fault {
  /** `lines[0].price`; empty: the contract as a whole. */
  readonly path: string;
  readonly message: string;
}

export function fault(path: Path, message: string): Fault {
  return { path: pathText(path), message };
}

/** The faults that zod found in `value`, in the words of whoever wrote it. */
export function zodFaults(issues: readonly z.core.$ZodIssue[], value: unknown): Fault[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => fault([...path, key], 'unknown key'));
    return [fault(path, describe(issue, valueAt(value, path)))];
  });
}

type OtherIssue = Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>;

function describe(issue: OtherIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return found === undefined
        ? `is missing: write ${kinds[issue.expected] ?? issue.expected}`
        : wrongKind(issue.expected, found);
    case 'invalid_value':
      return choice(found, issue.values.map(String));
    case 'invalid_union': {
      const { options, discriminator } = issue as { options?: readonly unknown[]; discriminator?: string };
      if (discriminator !== undefined) return choice(found, (options ?? []).map(String));
      return firstOf(issue, found);
    }
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum}`
        : `${shown(found)} must be at least ${issue.minimum}`;
    case 'too_big':
      return `${shown(found)} must be at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join('; ');
    case 'invalid_format':
      return `${shown(found)} ${issue.message}`;
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return issue.message;
  }
}

/**
 * Of a union without discriminator the branch that came nearest: the one with a complaint about content, not
 * kind.
 */
function firstOf(issue: z.core.$ZodIssueInvalidUnion, found: unknown): string {
  const inner = issue.errors.flat();
  const best = inner.find(({ code }) => code !== 'invalid_type') ?? inner[0];
  if (best === undefined || best.code === 'unrecognized_keys') return `${shown(found)} is not allowed here`;
  return describe(best, found);
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function wrongKind(expected: string, found: unknown): string {
  if (expected === 'string' && typeof found === 'number') {
    return `${found} must be text, not a number: write it in quotes, "${found}"`;
  }
  return `${shown(found)} must be ${kinds[expected] ?? expected}`;
}

function choice(found: unknown, allowed: readonly string[]): string {
  const list = `(allowed: ${allowed.join(', ')})`;
  if (found === undefined) return `is missing ${list}`;
  if (typeof found !== 'string') return `${shown(found)} must be one word ${list}`;
  return `'${found}' is unknown${suggestion(found, allowed)} ${list}`;
}

function shown(found: unknown): string {
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
