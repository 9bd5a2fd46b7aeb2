import type { z } from 'zod';
import { pathText, type CatalogueFault, type Path } from './fault.js';
import { allowedWords, nearest, suggestion } from './nearest.js';
import type { SourceDocument } from './source.js';

/** Where a part of the catalogue was written. */
export interface Place {
  readonly document: SourceDocument;
  readonly path: Path;
}

export function faultAt({ document, path }: Place, message: string, below: Path = []): CatalogueFault {
  const whole = [...path, ...below];
  return { file: document.file, line: document.lineOf(whole), path: pathText(whole), message };
}

/**
 * The faults that zod found in the `value` written at `place`, in the words of whoever wrote it. A key that
 * is missing because it was misspelt is one fault, not two.
 */
export function issueFaults(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  place: Place,
): CatalogueFault[] {
  const misspelt = new Set<string>();
  const faults = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const path = pathOf(issue);
    const allowed = issue.message.split(', ');
    return issue.keys.map((key) => {
      misspelt.add(pathText([...path, nearest(key, allowed) ?? key]));
      return faultAt(place, unknownKey(key, allowed), [...path, key]);
    });
  });
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const path = pathOf(issue);
    const found = valueAt(value, path);
    if (found === undefined && misspelt.has(pathText(path))) continue;
    faults.push(faultAt(place, describe(issue, found), path));
  }
  return faults;
}

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

export function unknownKey(key: string, allowed: readonly string[]): string {
  return `unknown key${suggestion(key, allowed)} ${allowedWords(allowed)}`;
}

type OtherIssue = Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>;

/** Never repeats a value that may be a secret: of what was written only words of closed lists are shown. */
function describe(issue: OtherIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(issue.expected, found);
    case 'invalid_value':
      return choiceMessage(found, issue.values.map(String));
    case 'invalid_union': {
      const { options } = issue as { options?: readonly unknown[] };
      return choiceMessage(found, (options ?? []).map(String));
    }
    case 'too_small':
      return found === '' ? 'must not be empty' : `must have at least ${issue.minimum}`;
    case 'too_big':
      return `must have at most ${issue.maximum}`;
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
      return issue.message;
  }
}

const KIND: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list (lines that begin with `- `)',
  object: 'keys with values',
  boolean: 'true or false',
};

function typeMessage(expected: string, found: unknown): string {
  const kind = KIND[expected] ?? expected;
  if (found === undefined) return `is missing: write ${kind}`;
  if (expected === 'string' && typeof found === 'number')
    return 'must be text, not a number: put it in quotes';
  return `must be ${kind}, not ${kindOf(found)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'keys with values'
    : typeof value === 'string'
      ? 'text'
      : `a ${typeof value}`;
}

function choiceMessage(found: unknown, allowed: readonly string[]): string {
  const choices = allowedWords(allowed);
  if (found === undefined) return `is missing ${choices}`;
  if (typeof found !== 'string') return `must be one word ${choices}`;
  return `'${found}' is unknown${suggestion(found, allowed)} ${choices}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null
      ? (inner as Record<string | number, unknown>)[part]
      : undefined;
  }, value);
}
