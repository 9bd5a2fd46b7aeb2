import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { causeWords } from '#contract-text/unbilled-words.js';
import { causes } from '#domain/unbilled/cause.js';
import type { UnbilledReport } from '#pipeline/close/read-unbilled.js';
import { unbilledCsv, unbilledText } from './unbilled-text.js';

const report: UnbilledReport = {
  from: '2026-03-01',
  to: '2026-03-31',
  timeZone: 'Europe/Paris',
  programme: null,
  counted: [{ cause: null, at: '', programme: 'aurore', ms: 5_400_000, contacts: 12, outcomes: 0 }],
  unbilled: [
    {
      cause: 'unmappedQueue',
      at: 'c:=q,1',
      programme: null,
      ms: 3_600_000,
      contacts: 1_000,
      outcomes: 0,
      estimates: [{ amount: '29.50', currency: 'EUR' }],
    },
  ],
  refused: [{ reason: 'invalid-field', records: 3 }],
  parked: [{ stage: 'meter', entities: 1 }],
};

describe('What no line uses', () => {
  it('is printed with its sum, what is counted and what was delivered', () => {
    const lines = unbilledText(report, 'en').split('\n');
    expect(lines.filter((line) => /\d/.test(line))).toEqual([
      'all programmes, 2026-03-01 to 2026-03-31 (Europe/Paris)',
      expect.stringMatching(/^queue of no programme +c:=q,1 +- +1\.00 +1,000 +- +29\.50 EUR$/),
      expect.stringMatching(/^unbilled in all +1\.00 +1,000 +-/),
      expect.stringMatching(/^counted by a line +1\.50 +12 +-/),
      expect.stringMatching(/^delivered +2\.50 +1,012 +-/),
      'refused, of any time: 3 (invalid-field)',
      'parked by the meter: 1',
    ]);
  });

  it('is printed in French', () => {
    expect(unbilledText(report, 'fr')).toMatch(/file d’aucun programme .* 1,00 .*29,50 EUR/);
  });

  it('is written as CSV in whole milliseconds, no field of it a formula', () => {
    expect(unbilledCsv({ ...report, unbilled: report.unbilled.map((row) => ({ ...row, at: '=q,1' })) })).toBe(
      'cause,at,programme,agentMs,contacts,outcomes,records,estimate\n' +
        `unmappedQueue,"'=q,1",,3600000,1000,0,0,29.50 EUR\n` +
        ',,aurore,5400000,12,0,0,\n' +
        'refused,invalid-field,,0,0,0,3,\n' +
        'parked,meter,,0,0,0,1,\n',
    );
  });
});

describe('docs/unbilled.md', () => {
  it('explains every cause, in the order in which work is looked at', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/unbilled.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, cause, words]) => [
      cause,
      words?.trim(),
    ]);
    expect(rows).toEqual(causes.map((cause) => [cause, causeWords[cause][0]]));
  });
});
