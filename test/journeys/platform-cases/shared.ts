import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { requireCatalogue } from '#catalogue/load.js';
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

    it('have the wrapper of a queue opened: what is wrong with the event in it is named there', async () => {
      const first = readdirSync(folder).find((each) => each.startsWith('01-')) ?? '';
      const catalogue = requireCatalogue(join(folder, first, 'catalogue'));
      const played = await play(catalogue, deliveriesIn(join(folder, 'unsupported/unsup_G13.ndjson')));
      expect(played.refused).toEqual(['Records[0].body.detail.eventBody.eventTime: invalid-field']);
    });
  });
}
