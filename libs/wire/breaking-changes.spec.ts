import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { breakingChanges } from './breaking-changes.fixture.js';
import { invoiceReadyJsonSchema } from './invoice-ready-schema.js';

type Schema = Readonly<Record<string, unknown>>;

function changes(old: z.ZodType, current: z.ZodType): string[] {
  const schema = (type: z.ZodType): Schema => z.toJSONSchema(type) as Schema;
  return breakingChanges(schema(old), schema(current));
}

describe('A breaking change of a schema', () => {
  const old = z.object({
    kind: z.enum(['a', 'b']),
    sum: z.object({ amount: z.string() }),
    list: z.array(z.int()),
  });

  it('is none where a member is added, or a value is no more written', () => {
    expect(changes(old, old.extend({ note: z.string(), extra: z.number().optional() }))).toEqual([]);
    expect(changes(old, old.extend({ kind: z.enum(['a']) }))).toEqual([]);
    expect(changes(old, old.extend({ kind: z.literal('b') }))).toEqual([]);
    expect(changes(z.string().nullable(), z.string())).toEqual([]);
  });

  it('is a member that is gone or may be absent, at any depth', () => {
    expect(changes(old, old.omit({ kind: true }))).toEqual(['.kind may be absent now', '.kind is gone']);
    const optional = old.extend({ sum: z.object({ amount: z.string().optional() }) });
    expect(changes(old, optional)).toEqual(['.sum.amount may be absent now']);
  });

  it('is another type, form or value than there was', () => {
    expect(changes(old, old.extend({ kind: z.enum(['a', 'b', 'c']) }))).toEqual(['.kind may be c now']);
    expect(changes(old, old.extend({ kind: z.string() }))).not.toEqual([]);
    expect(changes(old, old.extend({ list: z.array(z.string()) }))).toContain('.list[] has another type');
    expect(changes(old, old.extend({ sum: z.object({ amount: z.string().nullable() }) }))).not.toEqual([]);
    expect(changes(z.string().regex(/^a$/), z.string())).toEqual([' has another pattern']);
  });
});

describe('The invoice-ready event v1', () => {
  it('only ever gains members: for anything else write a v2 beside it', () => {
    const file = new URL('samples/invoice-ready-1.schema.json', import.meta.url);
    const first = JSON.parse(readFileSync(file, 'utf8')) as Schema;
    expect(breakingChanges(first, invoiceReadyJsonSchema() as Schema)).toEqual([]);
  });
});
