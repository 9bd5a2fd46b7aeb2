import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { echRow } from './avaya/schema.js';
import { callRow } from './axialys/schema.js';
import { isCompiled } from './compile-schema.js';
import { envelopeOf, events } from './genesys/events.fixture.js';
import { topics } from './genesys/schema.js';
import type { ConnectionContext } from './platform.js';
import { type PlatformName, platformNames as names } from '#domain/fact/platform-names.js';
import { platforms } from './platforms.js';

const connection: ConnectionContext = {
  connection: 'any',
  timeZone: 'Asia/Jerusalem',
  country: '972',
  pseudonym: (customer) => `pseudonym(${customer})`,
};

describe('every platform', () => {
  it('has the name under which it is found', () => {
    expect(names.map((name) => platforms[name].name)).toEqual(names);
  });

  it('checks on generated code', () => {
    const schemas = [...Object.values(topics), echRow, callRow];
    expect(schemas).toHaveLength(18);
    expect(schemas.map((schema) => isCompiled(schema))).toEqual(schemas.map(() => true));
  });
});

/** Events may come as a list, each for itself. */
function listLength(body: string): number {
  try {
    const json: unknown = JSON.parse(body);
    return Array.isArray(json) ? json.length : 1;
  } catch {
    return 1;
  }
}

describe.each(names)('%s', (name) => {
  const receivedAt = Date.UTC(2026, 10, 20, 12);
  const normalize = (body: string) => platforms[name].normalize({ body, receivedAt }, connection);

  it('never throws on any text, and says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { facts, refusals } = normalize(body);
        expect(facts).toEqual([]);
        expect(refusals).toHaveLength(name === 'outcomes' ? Math.max(1, listLength(body)) : 1);
        expect(refusals[0]!.message).not.toBe('');
      }),
    );
  });

  it('answers each row with one fact or one refusal, whatever it holds', () => {
    const envelope = {
      genesys: (rows: unknown[]) => envelopeOf('acw', { ...events.acw, ...(rows[0] as object) }),
      avaya: (rows: unknown[]) => ({
        source: 'avaya.cms',
        kind: 'ech_rows',
        polledAt: '2026-11-20T10:00Z',
        rows,
      }),
      axialys: (rows: unknown[]) => ({
        source: 'axialys.vm',
        kind: 'call_rows',
        polledAt: '2026-11-20T10:00Z',
        rows,
      }),
      outcomes: (rows: unknown[]) => rows,
    }[name];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.object()), { minLength: 1, maxLength: 5 }), (rows) => {
        const { facts, refusals } = normalize(JSON.stringify(envelope(rows)));
        expect(facts.length + refusals.length).toBe(name === 'genesys' ? 1 : rows.length);
      }),
    );
  });
});

/** A real month as recorded deliveries, where it is at hand. */
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
