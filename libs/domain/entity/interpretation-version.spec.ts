import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Fact } from '#domain/fact/fact.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { interpretEntity } from './fold.js';
import { interpretationVersion } from './interpretation-version.js';

/** Lines of `[facts of an entity, what they were taken to mean]`. */
const file = `samples/interpreted-${interpretationVersion}.ndjson`;
const samples = readFileSync(new URL(file, import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as [Fact[], PostingContent | null]);

/**
 * Where this fails, the same facts mean something else than what is in journals already: raise
 * `interpretationVersion` and write what they mean now into the samples of the new version.
 */
describe('The interpretation of facts', () => {
  it('is that of its version', () => {
    expect(samples.map(([facts]) => interpretEntity(facts))).toEqual(samples.map(([, content]) => content));
  });

  it('has samples in which every member of a content has more than one value', () => {
    const values = new Map<string, Set<string>>();
    for (const [, content] of samples) if (content !== null) note(content, 'content', values);
    const single = [...values].filter(([, each]) => each.size < 2).map(([path]) => path);
    expect(single).toEqual([]);
    expect(values.size).toBeGreaterThan(30);
  });
});

/** Values of each member, by its path. */
function note(value: unknown, path: string, values: Map<string, Set<string>>): void {
  if (Array.isArray(value)) for (const each of value) note(each, `${path}[]`, values);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      if (name !== 'data') note(each, `${path}.${name}`, values);
    }
  } else values.set(path, (values.get(path) ?? new Set()).add(JSON.stringify(value)));
}
