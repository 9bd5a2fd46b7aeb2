import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConnectionContext } from './platform.js';
import { type PlatformName, platformNames as names } from '#domain/fact/platform-names.js';
import { platforms } from './platforms.js';

const connection: ConnectionContext = {
  connection: 'any',
  timeZone: 'Asia/Jerusalem',
  country: '972',
  pseudonym: (customer) => `pseudonym(${customer})`,
};

describe('the list of platforms', () => {
  it('has every platform under its own name', () => {
    expect(names.map((name) => platforms[name].name)).toEqual(names);
  });
});

/** How many refusals a body of outcomes can give: events may come as a list. */
function listLength(body: string): number {
  try {
    const json: unknown = JSON.parse(body);
    return Array.isArray(json) ? json.length : 1;
  } catch {
    return 1;
  }
}

describe.each(names)('the platform %s', (name) => {
  const receivedAt = Date.UTC(2026, 10, 20, 12);
  const normalize = (body: string) => platforms[name].normalize({ body, receivedAt }, connection);

  it('refuses any text that is no delivery of its own with a message', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { facts, refusals } = normalize(body);
        expect(facts).toEqual([]);
        expect(refusals).toHaveLength(name === 'outcomes' ? Math.max(1, listLength(body)) : 1);
        expect(refusals[0]!.message).not.toBe('');
      }),
    );
  });

  it('reads its example without a refusal or a warning', () => {
    const { facts, refusals, warnings } = normalize(JSON.stringify(exampleOf(name)));
    expect(facts.length).toBeGreaterThan(0);
    expect([refusals, warnings]).toEqual([[], []]);
  });

  it('answers each row of a delivery with one fact or one refusal, whatever the row holds', () => {
    const json = fc.oneof(fc.jsonValue(), fc.object());
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 5 }), (rows) => {
        const { facts, refusals } = normalize(JSON.stringify(withRows(exampleOf(name), rows)));
        expect(facts.length + refusals.length).toBe(hasRows(exampleOf(name)) ? rows.length : 1);
      }),
    );
  });

  it('puts no control character and no half of a surrogate pair into a fact, whichever text holds it', () => {
    const example = exampleOf(name);
    for (const path of pathsIn(example)) {
      for (const poison of ['a\ud800', '\udc00', 'a\u0000b', 'line\nfeed', '\u0085']) {
        const { facts, refusals } = normalize(JSON.stringify(replaced(example, path, poison)));
        expect(JSON.stringify(facts)).not.toMatch(/\\u|\\n|\u0085/);
        for (const refusal of refusals) expect(refusal.message).not.toContain(poison);
      }
    }
  });

  it('answers with a fact or a refusal whatever one of its values is replaced with', () => {
    const paths = pathsIn(exampleOf(name));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        // a poll without rows is valid and gives nothing
        fc.pre(!(path.join() === 'rows' && Array.isArray(value) && value.length === 0));
        const { facts, refusals } = normalize(JSON.stringify(replaced(exampleOf(name), path, value)));
        expect(facts.length + refusals.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the pages of the platforms', () => {
  it.each(['genesys', 'avaya', 'axialys', 'schedules'] as const)('have bodies that %s reads', (name) => {
    const page = readFileSync(join(import.meta.dirname, `../../docs/platforms/${name}.md`), 'utf8');
    expect(page).toContain(`examples/deliveries/${name}.json`);
    for (const [, body = ''] of page.matchAll(/```json\n([^`]+)```/g)) {
      const { facts, refusals } = platforms[name].normalize(
        { body, receivedAt: Date.UTC(2026, 10, 20, 12) },
        connection,
      );
      expect([facts.length > 0, refusals]).toEqual([true, []]);
    }
  });
});

/** The body that examples/ has for the platform; of outcomes a list of events. */
function exampleOf(name: PlatformName): unknown {
  const file = name === 'outcomes' ? 'outcomes/sale.json' : `deliveries/${name}.json`;
  const json: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../examples', file), 'utf8'));
  return name === 'outcomes' ? [json] : json;
}

function hasRows(example: unknown): boolean {
  return Array.isArray(example) || 'rows' in (example as object);
}

/** The delivery with these rows; where it has none, with the first of them in place of the event's body. */
function withRows(example: unknown, rows: readonly unknown[]): unknown {
  if (Array.isArray(example)) return rows;
  return hasRows(example) ? { ...(example as object), rows } : replaced(example, ['detail'], rows[0]);
}

type Path = readonly (string | number)[];

function pathsIn(json: unknown, at: Path = []): Path[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.keys(json).flatMap((key) => {
    const path = [...at, Array.isArray(json) ? Number(key) : key];
    return [path, ...pathsIn((json as Record<string, unknown>)[key], path)];
  });
}

function replaced(json: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const inner = replaced((json as Record<string | number, unknown>)[key], rest, value);
  if (Array.isArray(json)) return json.with(Number(key), inner);
  return { ...(json as object), [key]: inner };
}

/** A real month as recorded deliveries, where the machine has it. */
const tool = '../shared/tools/bank-to-deliveries.mjs';
const month = '../shared/data/anonymous-bank-1999-02.txt.gz';
if (existsSync(tool) && existsSync(month)) {
  describe('the first days of a real month', () => {
    const output = {
      maxBuffer: 1 << 28,
      encoding: 'utf8' as const,
      stdio: ['ignore', 'pipe', 'ignore'] as const,
    };

    it('are read without a refusal or a warning', () => {
      const text = execFileSync(process.execPath, [tool, month, '--days', '1-2'], {
        ...output,
        stdio: [...output.stdio],
      });
      const counts = { deliveries: 0, facts: 0, refusals: 0, warnings: 0, customers: new Set<string>() };
      for (const line of text.split('\n').filter((one) => one !== '')) {
        const delivery = JSON.parse(line) as { connection: string; receivedAt: string; body: string };
        const name = delivery.connection.replace('bank-', '') as PlatformName;
        const read = platforms[name].normalize(
          { body: delivery.body, receivedAt: Date.parse(delivery.receivedAt) },
          { ...connection, connection: delivery.connection },
        );
        counts.deliveries += 1;
        counts.facts += read.facts.length;
        counts.refusals += read.refusals.length;
        counts.warnings += read.warnings.length;
        for (const fact of read.facts) {
          if ('customer' in fact && fact.customer !== null) counts.customers.add(fact.customer);
        }
      }
      expect(counts.deliveries).toBeGreaterThan(5_000);
      expect(counts.facts).toBeGreaterThan(counts.deliveries);
      expect(counts).toMatchObject({ refusals: 0, warnings: 0 });
      expect([...counts.customers].every((one) => /^pseudonym\(9725\d{9}\)$/.test(one))).toBe(true);
    });
  });
}
