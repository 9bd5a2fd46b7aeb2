import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import { decodeFact, encodeFact } from './facts.js';
import { sampleFacts } from './samples/facts.fixture.js';
import { linesOf } from './samples/lines.fixture.js';

const recordedAt = Date.parse('2026-03-02T10:05:04.123Z');

describe('a fact in the log', () => {
  it.each(sampleFacts)('of type $type decodes to what was encoded', (sample) => {
    expect(decodeFact(encodeFact(sample, recordedAt))).toEqual({ fact: sample, recordedAt });
    expect(decodeFact(encodeFact(sample))).toEqual({ fact: sample, recordedAt: null });
  });

  it('has in version 1 the bytes of the samples, one for each type', () => {
    expect(sampleFacts.map((sample) => encodeFact(sample, recordedAt))).toEqual(linesOf('facts-1.ndjson'));
    expect(sampleFacts.map(({ type }) => type)).toEqual(Object.keys(factFields));
  });

  it('holds any text', () => {
    const words = fc.string({ unit: anyCharacter, minLength: 1 });
    fc.assert(
      fc.property(words, words, words, (id, entity, queue) => {
        const sample = fact('queue.entered', 5, { entity, queue });
        const decoded = decodeFact(encodeFact({ ...sample, id }));
        expect(decoded?.fact).toEqual({ ...sample, id });
      }),
    );
  });

  const [version, type, recorded, id, entity, connection, at, revision, ...own] = JSON.parse(
    encodeFact(fact('agent.left', 6), 1_000),
  ) as unknown[];
  const common = [version, type, recorded, id, entity, connection, at, revision];

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['null', null],
    ['a record with names', { specversion: '1.0', type: 'tallyline.agent.left.v1' }],
    ['of another version', [2, ...common.slice(1), ...own]],
    ['of an unknown type', [1, 'contact.sung', ...common.slice(2), ...own]],
    ['without its last field', [...common, ...own.slice(0, -1)]],
    ['with a field more', [...common, ...own, 1]],
    ...common.map((_, index): [string, unknown] => [
      `of a common field ${index} that is a list`,
      index === 2 ? null : [...common.with(index, []), ...own],
    ]),
    ...own.map((_, index): [string, unknown] => [
      `of a field ${index} that is a list`,
      [...common, ...own.with(index, [])],
    ]),
    ['with an empty entity', [...common.with(4, ''), ...own]],
    ['with an instant that is no integer', [...common.with(6, 0.5), ...own]],
    ['with a negative duration', [...common, ...own.with(6, -1)]],
    ['with an unknown direction', [...common, ...own.with(0, 'sideways')]],
  ])('is not decoded where it is %s', (_, list) => {
    expect(decodeFact(JSON.stringify(list))).toBeNull();
  });

  it('is not decoded where it is not JSON', () => {
    expect(decodeFact('[1,')).toBeNull();
  });

  it('is decoded where the time of its delivery cannot be read, which only measures', () => {
    const list = [...common.with(2, 'yesterday'), ...own];
    const expected: { fact: Fact; recordedAt: number | null } = {
      fact: fact('agent.left', 6),
      recordedAt: null,
    };
    expect(decodeFact(JSON.stringify(list))).toEqual(expected);
  });
});
