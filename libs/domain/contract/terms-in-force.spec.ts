import { describe, expect, it } from '@jest/globals';
import { paris, sampleContract, sampleTerms, sampleVersion } from './contract.fixture.js';
import { ratingIntervals, termsInForceDuring, termsInForce } from './terms-in-force.js';

const terms = sampleTerms({});
const window = (id: string, from: string, to: string) => ({ id, from: paris(from), to: paris(to), terms });
const rows = (termsList: readonly { version: number; window: string | null; from: number; to: number }[]) =>
  termsList.map(({ version, window: name, from, to }) => [version, name, from, to]);

describe('Terms in force', () => {
  const first = {
    ...sampleVersion(1, null, {}),
    windows: [window('A', '2026-04-10T00:00', '2026-04-20T00:00')],
  };
  const second = {
    ...sampleVersion(2, paris('2026-04-15T00:00'), {}),
    windows: [window('A', '2026-04-10T00:00', '2026-04-20T00:00')],
  };
  const contract = sampleContract(
    {},
    { versions: [first, second], term: { firstDay: '2026-04-05', lastDay: '2026-05-05' } },
  );

  it('are one set at a time, without gap, within the term of the contract', () => {
    expect(rows(termsInForce(contract))).toEqual([
      [1, null, paris('2026-04-05T00:00'), paris('2026-04-10T00:00')],
      [1, 'A', paris('2026-04-10T00:00'), paris('2026-04-15T00:00')],
      [2, 'A', paris('2026-04-15T00:00'), paris('2026-04-20T00:00')],
      [2, null, paris('2026-04-20T00:00'), paris('2026-05-06T00:00')],
    ]);
  });

  it('are clipped to a period', () => {
    expect(rows(termsInForceDuring(contract, '2026-05'))).toEqual([
      [2, null, paris('2026-05-01T00:00'), paris('2026-05-06T00:00')],
    ]);
    expect(termsInForceDuring(contract, '2026-06')).toEqual([]);
  });

  it('have no end where the contract has none', () => {
    expect(rows(termsInForce(sampleContract({})))).toEqual([[1, null, -Infinity, Infinity]]);
  });

  it('are looked up by instant, whatever month comes first, and none are in force outside the term', () => {
    const intervals = ratingIntervals(contract, termsInForce(contract), () => []);
    const instants = [
      '2026-05-05T23:59',
      '2026-05-06T00:00',
      '2026-04-04T23:59',
      '2026-04-12T00:00',
      '2026-04-15T00:00',
      '2026-04-12T00:00',
    ];
    expect(
      instants
        .map((at) => intervals.at(paris(at)))
        .map((interval) => interval && [interval.period, interval.inForce.version, interval.inForce.window]),
    ).toEqual([
      ['2026-05', 2, null],
      null,
      null,
      ['2026-04', 1, 'A'],
      ['2026-04', 2, 'A'],
      ['2026-04', 1, 'A'],
    ]);
  });
});
