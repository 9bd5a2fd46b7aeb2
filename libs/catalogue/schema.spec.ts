import { describe, expect, it } from '@jest/globals';
import { agentSchema, connectionSchema, programmeSchema } from './schema.js';
import { zodFaults } from './zod-faults.js';
import type { z } from 'zod';

const connection = (parts: object = {}) => ({
  id: 'acme-genesys',
  platform: 'genesys',
  timeZone: 'Europe/Paris',
  authentication: { scheme: 'header', header: 'X-Api-Key', secret: 'TALLYLINE_SECRET_ACME' },
  ...parts,
});

const programme = (parts: object = {}) => ({
  id: 'care',
  brand: 'Acme',
  timeZone: 'Europe/Paris',
  queues: [{ connection: 'acme-genesys', native: 'q1' }],
  ...parts,
});

/** `path: message` of each fault; empty where there is none. */
function faultsOf(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return zodFaults(result.error.issues, value, { quotes: false }).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

describe('a connection', () => {
  it('needs its platform, zone and authentication; national numbers and demo are off by default', () => {
    expect(connectionSchema.parse(connection())).toEqual({
      id: 'acme-genesys',
      platform: 'genesys',
      timeZone: 'Europe/Paris',
      country: null,
      authentication: { scheme: 'header', header: 'x-api-key', secret: 'TALLYLINE_SECRET_ACME' },
      states: [],
      // one day of an agent, 31 days in a queue, one day in one state and in all, a quarter of an hour ahead
      limits: {
        handlingMs: 86_400_000,
        waitMs: 2_678_400_000,
        stateMs: 86_400_000,
        dayMs: 86_400_000,
        atOnce: 30,
        aheadMs: 900_000,
      },
    });
    expect(faultsOf(connectionSchema, {})).toEqual([
      expect.stringMatching(/^id: is missing/),
      'platform: is missing (allowed: genesys, avaya, axialys, outcomes, schedules)',
      'timeZone: is missing: write an IANA time zone such as Europe/Paris or UTC',
      'authentication: is missing: write keys with values',
    ]);
  });

  it.each([
    ['33', '33'],
    [972, '972'],
    [null, null],
  ])('may have the calling code %p', (country, expected) => {
    expect(connectionSchema.parse(connection({ country })).country).toBe(expected);
  });

  it.each(['+33', 'FR', 0, '0033', 33.5])('refuses the calling code %p', (country) => {
    expect(faultsOf(connectionSchema, connection({ country }))).toEqual([
      'country: must be a calling code in digits, e.g. 33',
    ]);
  });

  it.each(['Europe/Pari', 'europe paris', '+01:00', 'Paris', ''])('refuses the zone %p', (timeZone) => {
    expect(faultsOf(connectionSchema, connection({ timeZone }))).toEqual([
      expect.stringMatching(/^timeZone: must be an IANA time zone such as Europe\/Paris/),
    ]);
  });

  it('suggests the zone that was meant', () => {
    expect(faultsOf(connectionSchema, connection({ timeZone: 'Europe/Pari' }))[0]).toContain(
      "did you mean 'Europe/Paris'?",
    );
  });

  it.each(['bank:genesys', 'a b', '{a}', '', 'é', 12, '-a', 'a'.repeat(65)])('refuses the id %p', (id) => {
    expect(faultsOf(connectionSchema, connection({ id }))).toEqual([
      expect.stringMatching(/^id: must be a short id/),
    ]);
  });
});

describe('authentication', () => {
  const faults = (authentication: unknown, parts: object = {}) => {
    return faultsOf(connectionSchema, connection({ authentication, ...parts }));
  };

  it.each([
    [
      { scheme: 'basic', user: 'acme', secret: 'ACME_PASSWORD' },
      { scheme: 'basic', user: 'acme', secret: 'ACME_PASSWORD' },
    ],
    [
      { scheme: 'hmac', secrets: ['NEW_KEY', 'OLD_KEY'] },
      { scheme: 'hmac', secrets: ['NEW_KEY', 'OLD_KEY'], toleranceMs: 300_000 },
    ],
    [
      { scheme: 'hmac', secrets: ['KEY'], tolerance: '30s' },
      { scheme: 'hmac', secrets: ['KEY'], toleranceMs: 30_000 },
    ],
  ])('%j is %j', (written, expected) => {
    expect(connectionSchema.parse(connection({ authentication: written })).authentication).toEqual(expected);
  });

  it('lets anybody send only where the connection says that it is a demo', () => {
    expect(faults({ scheme: 'none' })).toEqual([
      expect.stringMatching(/^authentication.scheme: none lets anybody send/),
    ]);
    expect(faults({ scheme: 'none' }, { demo: false })).toHaveLength(1);
    expect(
      connectionSchema.parse(connection({ authentication: { scheme: 'none' }, demo: true })),
    ).toMatchObject({
      authentication: { scheme: 'none' },
    });
  });

  it('names a scheme that was probably meant', () => {
    expect(faults({ scheme: 'hmc', secrets: [] })).toEqual([
      "authentication.scheme: 'hmc' is unknown; did you mean 'hmac'? (allowed: none, header, basic, hmac)",
    ]);
  });

  it.each([
    ['a literal secret', { scheme: 'header', header: 'x-key', secret: 's3cr3t-Value' }],
    ['a literal password', { scheme: 'basic', user: 'acme', secret: 's3cr3t-Value' }],
    ['a literal key', { scheme: 'hmac', secrets: ['KEY', 's3cr3t-Value'] }],
    [
      'a secret in a key of its own',
      { scheme: 'header', header: 'x-key', secret: 'KEY', value: 's3cr3t-Value' },
    ],
    ['digits', { scheme: 'header', header: 'x-key', secret: 12_345_678 }],
  ])('refuses %s and never repeats it', (_case, authentication) => {
    const found = faults(authentication);

    expect(found).toHaveLength(1);
    expect(found[0]).not.toMatch(/s3cr3t|12345678/);
  });

  it.each([
    ['x key', 'acme'],
    ['x-key', 'ac:me'],
  ])('refuses a header or user that cannot be sent: %p, %p', (header, user) => {
    const secret = 'KEY';

    expect([
      ...faults({ scheme: 'header', header, secret }),
      ...faults({ scheme: 'basic', user, secret }),
    ]).toHaveLength(1);
  });
});

describe('a programme', () => {
  it('has the usual thresholds, service level and windows by default', () => {
    expect(programmeSchema.parse(programme())).toEqual({
      id: 'care',
      brand: 'Acme',
      timeZone: 'Europe/Paris',
      thresholdsMs: [5000, 20_000],
      serviceLevel: { thresholdMs: 20_000, shortAbandonMs: 5000 },
      fcr: { windows: ['P1D', 'P7D'], reason: 'queue' },
      agentTime: 'split',
      queues: [{ connection: 'acme-genesys', native: 'q1', name: 'q1', from: null, to: null }],
      agents: [],
    });
  });

  it('counts at the waits of its service level too, each once, the shortest first', () => {
    const made = programmeSchema.parse(
      programme({
        thresholds: ['PT1M', '20s', 'PT20S'],
        serviceLevel: { threshold: '30s', shortAbandon: '10s' },
      }),
    );

    expect(made.thresholdsMs).toEqual([10_000, 20_000, 30_000, 60_000]);
  });

  it.each(['20', 20, '0s', 'PT0S', '-5s', 'P1M', '20 sec', ''])('refuses the threshold %p', (threshold) => {
    expect(faultsOf(programmeSchema, programme({ thresholds: [threshold] }))).toEqual([
      expect.stringMatching(/^thresholds\[0\]: must be an ISO 8601 duration .* longer than 0$/),
    ]);
  });

  it('keeps windows of first-contact resolution in ISO 8601, the same length once, the shortest first', () => {
    const made = programmeSchema.parse(
      programme({ fcr: { windows: ['7d', 'PT24H', 'P1D', '90min', 'P31D'] } }),
    );

    expect(made.fcr.windows).toEqual(['PT1H30M', 'P1D', 'P7D', 'P31D']);
  });

  it.each(['32d', 'PT744H1M', '90s', 'P1DT1S'])('refuses the window %p', (window) => {
    expect(faultsOf(programmeSchema, programme({ fcr: { windows: [window] } }))).toEqual([
      'fcr.windows[0]: must be whole minutes, at most P31D',
    ]);
  });

  it('maps a queue from and to moments in its zone', () => {
    const queues = [{ connection: 'c', native: 'q', from: '2026-03-01', to: '2026-07-01T06:00' }];

    expect(programmeSchema.parse(programme({ queues })).queues[0]).toMatchObject({
      from: Date.parse('2026-02-28T23:00:00Z'),
      to: Date.parse('2026-07-01T04:00:00Z'),
    });
  });

  it.each([
    ['2026-13-01', null, 'queues[0].from', 'is no moment in Europe/Paris'],
    [null, '2026-03-29T02:30', 'queues[0].to', 'is no moment in Europe/Paris'],
    ['2026-03-01', '2026-03-01', 'queues[0].to', '`to` must come after `from`'],
    ['March', null, 'queues[0].from', 'must be a date'],
  ])('refuses a mapping from %p to %p', (from, to, path, message) => {
    const queues = [{ connection: 'c', native: 'q', from, to }];

    expect(faultsOf(programmeSchema, programme({ queues }))).toEqual([
      expect.stringMatching(new RegExp(`^${path.replaceAll(/[[\]]/g, '\\$&')}: .*${message}`)),
    ]);
  });

  it('needs at least one queue, and the id `unmapped` is taken', () => {
    expect(faultsOf(programmeSchema, programme({ queues: [] }))).toEqual(['queues: must have at least 1']);
    expect(faultsOf(programmeSchema, programme({ id: 'unmapped' }))).toEqual([
      expect.stringContaining('choose another'),
    ]);
  });

  it('asks for quotes round a queue number, which YAML would shorten (0310)', () => {
    expect(faultsOf(programmeSchema, programme({ queues: [{ connection: 'c', native: 310 }] }))).toEqual([
      'queues[0].native: must be text, not a number: write it in quotes',
    ]);
  });

  it('reports every fault of a programme at once, and the key that was probably meant', () => {
    const written = programme({ timeZone: 'x', treshold: ['20s'], fcr: { reason: 'queues' }, queues: 'q1' });

    expect(faultsOf(programmeSchema, written)).toEqual([
      "treshold: unknown key; did you mean 'thresholds'? (allowed: id, brand, timeZone, thresholds, serviceLevel, fcr, agentTime, queues, agents)",
      expect.stringMatching(/^timeZone: must be an IANA time zone/),
      "fcr.reason: 'queues' is unknown; did you mean 'queue'? (allowed: queue, disposition, none)",
      'queues: must be a list (lines that begin with `- `), not text',
    ]);
  });
});

describe('a misspelt key', () => {
  it('reports a misspelt key once, not also the right one as missing', () => {
    const { timeZone, ...rest } = connection();

    expect(faultsOf(connectionSchema, { ...rest, time_zone: timeZone })).toEqual([
      expect.stringContaining("time_zone: unknown key; did you mean 'timeZone'?"),
    ]);
  });
});

describe('an agent', () => {
  it('has a code and ids; what prices may depend on is null or empty by default', () => {
    const ids = [{ connection: 'c', native: '1001' }];

    expect(agentSchema.parse({ code: 'A1', ids })).toEqual({
      code: 'A1',
      ids,
      grade: null,
      site: null,
      country: null,
      skills: [],
      languages: [],
    });
    expect(agentSchema.parse({ code: 'A1', ids, skills: ['b', 'a', 'b'] }).skills).toEqual(['a', 'b']);
  });

  it('refuses an agent without an id, or with a name for a code', () => {
    expect(faultsOf(agentSchema, { code: 'Jane Doe', ids: [] })).toEqual([
      expect.stringMatching(/^code: must be a short id/),
      'ids: must have at least 1',
    ]);
  });
});
