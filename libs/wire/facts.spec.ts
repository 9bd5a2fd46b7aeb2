import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import { decodeFact, encodeFact } from './facts.js';

const facts: Fact[] = [
  fact('contact.started', 1),
  fact('contact.identified', 2),
  fact('queue.entered', 3),
  fact('queue.left', 4),
  fact('agent.joined', 5),
  fact('agent.left', 6),
  fact('agent.wrapped', 7),
  fact('segment.summarized', 8),
  fact('contact.ended', 9),
  fact('contact.noted', 10, { details: { said: 'é"\\', times: 2, heard: true } }),
];

/** The event of a fact as a whole, in the order of its members. */
function wholeOf({ id, entity, connection, at, type, ...data }: Fact, recordedtime: string | null) {
  return {
    specversion: '1.0',
    id,
    source: `/connections/${connection}`,
    type: `tallyline.${type}.v1`,
    subject: entity,
    time: new Date(at).toISOString(),
    ...(recordedtime !== null && { recordedtime }),
    data,
  };
}

describe('a fact in the log', () => {
  it.each(facts)('of type $type decodes to what was encoded', (sample) => {
    expect(decodeFact(encodeFact(sample, 1_000))).toEqual({ fact: sample, recordedAt: 1_000 });
  });

  it('is a CloudEvent with what every fact has in the envelope and the rest in its data', () => {
    const sample = fact('agent.wrapped', 7);
    expect(JSON.parse(encodeFact(sample, 1_000))).toEqual(wholeOf(sample, '1970-01-01T00:00:01.000Z'));
  });

  it('has the same bytes as the JSON of the whole event', () => {
    const words = fc.string({ unit: anyCharacter });
    const sample = fc.record({ id: words, entity: words, connection: words, segment: words, queue: words });
    const recordedAt = Date.parse('2026-03-02T10:05:04.123Z');
    fc.assert(
      fc.property(sample, fc.option(fc.constant(recordedAt)), (fields, recorded) => {
        const entered = fact('queue.entered', 5, fields);
        const whole = wholeOf(entered, recorded === null ? null : '2026-03-02T10:05:04.123Z');
        expect(encodeFact(entered, recorded)).toBe(JSON.stringify(whole));
      }),
    );
  });

  it('decodes without unknown members, and with what the envelope says', () => {
    const sample = fact('contact.ended', 9);
    const event = { ...eventOf(sample), data: { revision: 0, id: 'other', at: 'never', colour: 'red' } };
    expect(decodeFact(JSON.stringify(event))).toEqual({ fact: sample, recordedAt: null });
  });

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['null', null],
    ['a list', []],
    ['another version of CloudEvents', { ...eventOf(facts[0]!), specversion: '2.0' }],
    ...['id', 'source', 'type', 'subject', 'time', 'data'].flatMap((name): [string, unknown][] => [
      [`no ${name}`, { ...eventOf(facts[0]!), [name]: undefined }],
      [`a ${name} that is a number`, { ...eventOf(facts[0]!), [name]: 5 }],
    ]),
    ['data that is a list', { ...eventOf(facts[0]!), data: [] }],
    ['data that is null', { ...eventOf(facts[0]!), data: null }],
    ['a time that is not an instant', { ...eventOf(facts[0]!), time: 'noon' }],
    ['a recorded time that is no text', { ...eventOf(facts[0]!), recordedtime: 5 }],
    ['an unknown type', { ...eventOf(facts[0]!), type: 'tallyline.contact.sung.v1' }],
    ['another source', { ...eventOf(facts[0]!), source: '/meter' }],
  ])('is not decoded where it is %s', (_, event) => {
    expect(decodeFact(JSON.stringify(event))).toBeNull();
  });

  it('is not decoded where it is not JSON', () => {
    expect(decodeFact('{')).toBeNull();
  });
});

function eventOf(sample: Fact): Record<string, unknown> {
  return JSON.parse(encodeFact(sample)) as Record<string, unknown>;
}
