import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { requireCatalogue } from '#catalogue/load.js';
import type { PlatformName } from '#domain/fact/platform-names.js';
import type { Normalized } from '#platforms/platform.js';
import { platforms } from '#platforms/platforms.js';
import { decodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { play, type Played } from './played.js';

/**
 * Deliveries of situations from public reports and real records, which lie beside the checkout where they are
 * available. Their values were worked out by hand; the other specs of this folder hold the same rules.
 */
const here = import.meta.dirname.replace(/[\\/]dist[\\/]test/, '/test');
const folder = join(here, '../../../../shared/cases/platforms');

const total = (played: Played) => played.total;
const cases: readonly [prefix: string, of: (played: Played) => object, expected: object][] = [
  ['01-', total, { offered: 0, abandoned: 0 }],
  // 71 + 3 + 68 + 31
  ['02-', total, { legs: 2, handled: 1, handleMs: 173_000 }],
  ['03-', ({ queues }) => queues['a310'] ?? {}, { offered: 1, flowOut: 1, waitFlowOutMs: 138_000 }],
  ['04-', total, { offered: 1, answered: 1, legs: 2 }],
  ['04-', ({ agents }) => agents['A1'] ?? {}, { talkMs: 281_000 }],
  ['05-', ({ total: { fcr } }) => fcr['P1D'] ?? {}, { contacts: 2, repeated: 1 }],
  ['06-', ({ agents }) => agents['A2'] ?? {}, { answered: 1, handleMs: 217_000 }],
  ['06-', total, { handleMs: 357_000 }],
  ['08-', total, { acwMs: 30_000, missed: 0, handled: 1 }],
  ['09-', total, { offered: 2, answered: 2, handled: 2, talkMs: 720_000 }],
  ['11-', ({ unmapped }) => unmapped, { handleMs: 138_000 }],
  ['12-', total, { handleMs: 377_894, acwMissedMs: 57_000, missed: 1 }],
];

const nine = Date.UTC(2026, 2, 4, 9);

/** What one delivery of each further format says: of whom, which code, since when. */
const statements: readonly [name: string, platform: PlatformName, facts: readonly object[]][] = [
  [
    'A02',
    'avaya',
    [
      { agent: 'c:1001', axis: 'state', code: 'NOT_READY', reason: '12', at: nine },
      { agent: 'c:1001', axis: 'session', code: 'LOGGED_IN', observed: true },
    ],
  ],
  ['A04', 'avaya', [{ type: 'contact.noted', entity: 'c:00001051271795165802', what: 'cti.Established' }]],
  [
    'G01',
    'genesys',
    [
      { agent: 'c:u1', axis: 'routing', code: 'NONE', at: nine - 933 },
      { agent: 'c:u1', axis: 'session', code: 'LOGGED_IN', observed: true },
      { agent: 'c:u1', axis: 'presence', code: 'AVAILABLE', reason: '6a3af858', at: nine - 953 },
    ],
  ],
  [
    'G03',
    'genesys',
    [
      { agent: 'c:u1', axis: 'routing', code: 'IDLE', at: nine },
      { agent: 'c:u1', axis: 'session', code: 'LOGGED_IN', observed: true },
    ],
  ],
  [
    'G05',
    'genesys',
    [
      { agent: 'c:u1', axis: 'session', code: 'LOGGED_IN', observed: true },
      { agent: 'c:u1', axis: 'presence', code: 'AVAILABLE', at: nine + 300 },
    ],
  ],
  // counters of nothing show nothing
  ['G11', 'genesys', []],
  [
    'X02',
    'axialys',
    [
      {
        agent: 'c:11',
        code: 'LOGGED_IN',
        startedAt: nine - 3_569_000,
        endedAt: nine - 3_569_000 + 2_710_000,
      },
    ],
  ],
];

/** Of platforms that there is no reader for: refused as a whole, never read as something else. */
const foreign: readonly [name: string, platform: PlatformName, code: string, path: string][] = [
  ['C01', 'genesys', 'unknown-kind', 'detail-type'],
  ['C03', 'genesys', 'unknown-kind', 'detail-type'],
  ['T02', 'outcomes', 'unknown-kind', '[0].type'],
  ['Q01', 'outcomes', 'unreadable', ''],
];

function normalized(name: string, platform: PlatformName): Normalized {
  const [delivery] = deliveriesIn(join(folder, 'unsupported', `unsup_${name}.ndjson`));
  if (delivery === undefined) throw new Error(`${name} has no delivery`);
  const connection = { connection: 'c', timeZone: 'Europe/Paris', country: '33', pseudonym: String };
  return platforms[platform].normalize(delivery, connection);
}

function deliveriesIn(file: string): RecordedDelivery[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const decoded = decodeRecorded(line);
      if ('fault' in decoded) throw new Error(`${file}: ${decoded.fault}`);
      return decoded.delivery;
    });
}

/** Registers them; where there are none, nothing. */
export function describeSharedCases(): void {
  if (!existsSync(folder)) return;
  describe('the cases beside the checkout', () => {
    it.each(cases)('have in %s their right values', async (prefix, of, expected) => {
      const name = readdirSync(folder).find((each) => each.startsWith(prefix)) ?? '';
      const own = join(folder, name);
      const catalogue = requireCatalogue(join(own, 'catalogue'));
      for (const file of readdirSync(own).filter((each) => each.endsWith('.ndjson'))) {
        const played = await play(catalogue, deliveriesIn(join(own, file)));
        expect([file, played.refused]).toEqual([file, []]);
        expect(of(played)).toMatchObject(expected);
      }
    });

    it.each(['G07', 'G09', 'A06'])('have %s read, which was not', async (name) => {
      const first = readdirSync(folder).find((each) => each.startsWith('01-')) ?? '';
      const catalogue = requireCatalogue(join(folder, first, 'catalogue'));
      const file = join(folder, 'unsupported', `unsup_${name}.ndjson`);
      const played = await play(catalogue, deliveriesIn(file));
      expect(played.refused).toEqual([]);
      expect(played.total.legs + played.unmapped.legs).toBe(1);
    });

    it.each(statements)('have %s read as what it says', (name, platform, facts) => {
      const { facts: found, refusals } = normalized(name, platform);
      expect([found, refusals]).toMatchObject([facts, []]);
    });

    it.each(foreign)(
      'have %s, of a platform without a reader, refused and named',
      (name, platform, code, path) => {
        const { facts, refusals } = normalized(name, platform);
        expect([facts, refusals]).toMatchObject([[], [{ code, path }]]);
      },
    );

    it('have the wrapper of a queue opened: what is wrong with the event in it is named there', async () => {
      const first = readdirSync(folder).find((each) => each.startsWith('01-')) ?? '';
      const catalogue = requireCatalogue(join(folder, first, 'catalogue'));
      const played = await play(catalogue, deliveriesIn(join(folder, 'unsupported/unsup_G13.ndjson')));
      expect(played.refused).toEqual(['Records[0].body.detail.eventBody.eventTime: invalid-field']);
    });
  });
}
