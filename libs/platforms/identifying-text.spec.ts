import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { PlatformName } from '#domain/fact/platform-names.js';
import { encodeFact } from '#wire/facts.js';
import { platforms } from './platforms.js';

const receivedAt = Date.UTC(2026, 10, 28, 12);

function read(name: PlatformName, body: string) {
  const { facts, warnings } = platforms[name].normalize(
    { body, receivedAt },
    { connection: 'bank', timeZone: 'Europe/Paris', country: '33', pseudonym: () => 'pseudonym' },
  );
  return {
    text: facts.map((fact) => encodeFact(fact, receivedAt)).join('\n'),
    warned: warnings.filter(({ code }) => code === 'field-dropped'),
  };
}

/** A delivery in which an agent gave a contact this code. */
const withCode: Readonly<Record<string, (code: string) => [PlatformName, string]>> = {
  cwc1: (code) => {
    const body = JSON.parse(readFileSync('examples/deliveries/avaya.json', 'utf8')) as { rows: object[] };
    return ['avaya', JSON.stringify({ ...body, rows: [{ ...body.rows[0], cwc1: code }] })];
  },
  tags: (code) => {
    const body = JSON.parse(readFileSync('examples/deliveries/axialys.json', 'utf8')) as { rows: object[] };
    return ['axialys', JSON.stringify({ ...body, rows: [{ ...body.rows[0], tags: code }] })];
  },
  wrapupCode: (code) => {
    const lines = readFileSync('examples/deliveries/batch.ndjson', 'utf8').split('\n');
    const line = lines.find((each) => each.includes('"wrapupCode"')) ?? '';
    return ['genesys', line.replace(/"wrapupCode":"[^"]*"/, `"wrapupCode":${JSON.stringify(code)}`)];
  },
};

describe.each(Object.entries(withCode))('A code of an agent in %s', (field, delivery) => {
  it.each(['rappeler 06 12 34 56 78', '+33612345678', '0612345678', 'Jeanne <jeanne@example.org>'])(
    'is dropped with a warning where it may name a customer: %s',
    (code) => {
      const { text, warned } = read(...delivery(code));
      expect(text).not.toBe('');
      expect(text).not.toContain(code);
      expect(warned).toEqual([{ code: 'field-dropped', field, value: 'may-name-a-customer' }]);
    },
  );

  it.each(['23', 'VENTE OK', '7fb334b0-0e9e-11e4-9191-0800200c9a66', 'suivi 2026-03'])(
    'is kept where it is one: %s',
    (code) => {
      const { text, warned } = read(...delivery(code));
      expect(text).toContain(code);
      expect(warned).toEqual([]);
    },
  );
});
