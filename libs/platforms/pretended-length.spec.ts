import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { PlatformName } from '#domain/fact/platform-names.js';
import { platforms } from './platforms.js';

/**
 * Checks of a length measure an object that has one, and comparing it with a number calls its `toString`.
 * Each of these is a few bytes of JSON.
 */
const hostile: readonly unknown[] = [
  { length: { valueOf: 1, toString: 1 } },
  { length: [{ valueOf: 1, toString: 1 }] },
  { length: { length: { valueOf: null, toString: null } } },
  { size: { valueOf: 1, toString: 1 } },
  { valueOf: 1, toString: 1, constructor: 1, toJSON: 1 },
];

const bodies: readonly (readonly [PlatformName, string])[] = [
  ...(['avaya', 'axialys', 'genesys', 'schedules'] as const).map(
    (name) => [name, textOf(`deliveries/${name}.json`)] as const,
  ),
  ...textOf('deliveries/batch.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ['genesys', line] as const),
  ...['preparation', 'quality', 'sale', 'survey'].map(
    (name) => ['outcomes', textOf(`outcomes/${name}.json`)] as const,
  ),
];

function textOf(example: string): string {
  return readFileSync(`examples/${example}`, 'utf8');
}

/** The JSON with the value in each of its places, one after the other. */
function* changed(json: unknown, value: unknown): Generator {
  yield value;
  if (typeof json !== 'object' || json === null) return;
  for (const [name, member] of Object.entries(json)) {
    for (const each of changed(member, value)) {
      yield Array.isArray(json) ? json.with(Number(name), each) : { ...json, [name]: each };
    }
  }
}

function throwing(write: (json: unknown) => string): string[] {
  const found: string[] = [];
  for (const [name, text] of bodies) {
    for (const json of hostile.flatMap((value) => [...changed(JSON.parse(text), value)])) {
      const body = write(json);
      try {
        platforms[name].normalize(
          { body, receivedAt: Date.UTC(2026, 2, 2, 12) },
          { connection: 'bank', timeZone: 'Europe/Paris', country: '33', pseudonym: (customer) => customer },
        );
      } catch {
        found.push(`${name}: ${body}`);
      }
    }
  }
  return found;
}

describe('An object that pretends to have a length', () => {
  it('is refused by every platform in every place, and nothing throws', () => {
    expect(throwing((json) => JSON.stringify(json))).toEqual([]);
  });

  it('is refused as well where its name is written with escapes', () => {
    expect(
      throwing((json) => JSON.stringify(json).replaceAll('"length"', String.raw`"\u006cength"`)),
    ).toEqual([]);
    expect(
      throwing((json) => JSON.stringify(json).replaceAll('"length"', String.raw`"leng\u0074h"`)),
    ).toEqual([]);
  });

  it('is refused alone, and the row beside it is read', () => {
    const { kind, source, polledAt, rows } = JSON.parse(bodies[0]![1]) as { rows: object[] } & Record<
      string,
      unknown
    >;
    const body = JSON.stringify({
      kind,
      source,
      polledAt,
      rows: [{ ...rows[0], ucid: hostile[0] }, rows[1]],
    });
    const { facts, refusals } = platforms.avaya.normalize(
      { body, receivedAt: Date.UTC(2026, 2, 2, 12) },
      { connection: 'bank', timeZone: 'Europe/Paris', country: '33', pseudonym: (customer) => customer },
    );
    expect(facts.length).toBeGreaterThan(0);
    expect(refusals).toMatchObject([{ row: 0, code: 'invalid-field', path: 'rows[0].ucid' }]);
  });
});
