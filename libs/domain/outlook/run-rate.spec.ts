import { describe, expect, it } from '@jest/globals';
import {
  paris,
  sampleContract,
  sampleTerms,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import type { Contract } from '#domain/contract/contract.js';
import { dayMs } from '#domain/period/zone.js';
import { atRunRate, isEnough, runRate } from './run-rate.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const workdays = [1, 2, 3, 4, 5];
const french = { country: 'FR', region: null, extra: [], days: [] };
const contract = sampleContract({ lines: [unitLine()] }, { timeZone: 'Europe/Paris', holidays: french });

/** Days that have elapsed, and that remain. */
function days(of: Contract, period: string, at: string, weekdays = everyDay): number[] {
  const rate = runRate(of, period, paris(at), weekdays);
  return rate === null ? [] : [rate.elapsedMs / dayMs, rate.remainingMs / dayMs];
}

function grown(sums: Readonly<Record<string, number>>, at: string, of = contract): Record<string, number> {
  const rate = runRate(of, '2026-04', paris(at), everyDay);
  if (rate === null) throw new Error('the contract has no terms then');
  const book = { contract: of.id, period: '2026-04', quantities: new Map(Object.entries(sums)) };
  return Object.fromEntries(atRunRate(of, book, rate).quantities);
}

describe('open time', () => {
  it('is the time of the period on days that are open, before the instant and after it', () => {
    expect(days(contract, '2026-04', '2026-04-11T12:00')).toEqual([10.5, 19.5]);
    // the clocks go forward on the 29th: March has 23 hours there
    expect(days(contract, '2026-03', '2026-03-11T00:00')).toEqual([10, 21 - 1 / 24]);
  });

  it('leaves out weekdays that are closed, and with Sundays public holidays', () => {
    // April 2026: Wednesday 1st; 1 to 3, 6 (Easter Monday), 7 to 10 before the 11th; 13 to 17, 20 to 24, 27 to 30
    expect(days(contract, '2026-04', '2026-04-11T12:00', workdays)).toEqual([7, 14]);
    expect(days(contract, '2026-04', '2026-04-11T12:00')).toEqual([10.5, 19.5]);
  });

  it('is that of the term, and at the end of a day all of it', () => {
    const term = { ...contract, term: { firstDay: '2026-04-06', lastDay: '2026-04-25' } };
    expect(days(term, '2026-04', '2026-04-11T00:00')).toEqual([5, 15]);
    expect(days(term, '2026-04', '2026-04-26T00:00')).toEqual([20, 0]);
    expect(days(term, '2026-04', '2026-04-05T00:00')).toEqual([]);
  });

  it('is enough from one open day on', () => {
    const enough = (at: string) => {
      const rate = runRate(contract, '2026-04', paris(at), everyDay);
      return rate !== null && isEnough(rate);
    };
    expect([enough('2026-04-01T23:59'), enough('2026-04-02T00:00')]).toEqual([false, true]);
  });
});

describe('the run rate', () => {
  it('scales what was counted, to whole units, half up', () => {
    // 10 of 30 days
    const sums = { 'line/L1/1/-/-/-': 101, 'measure/contacts/1/-/-/-': 7 };
    expect(grown(sums, '2026-04-11T00:00')).toEqual({
      'line/L1/1/-/-/-': 303,
      'measure/contacts/1/-/-/-': 21,
    });
    // 20 of 30 days: 151.5 and 10.5
    expect(grown(sums, '2026-04-21T00:00')).toEqual({
      'line/L1/1/-/-/-': 152,
      'measure/contacts/1/-/-/-': 11,
    });
  });

  it('keeps the ratio of a KPI exactly, also where rounding each part would change it', () => {
    const kpis = {
      quality: { type: 'quality', field: 'score', version: 1, minSample: 0, onNoData: 'neutral' },
    } as const;
    const measured = sampleContract(
      { lines: [unitLine()], kpis },
      { timeZone: 'Europe/Paris', holidays: french },
    );
    // 1 919 of 2 020 are exactly 95 %; 23 of 30 days: 2 503.04 of 2 634.78 round to 2 503 of 2 635, which is less
    const sums = { 'kpi/quality/1/-/n/-': 1_919, 'kpi/quality/1/-/d/-': 2_020 };
    const { 'kpi/quality/1/-/n/-': n = 0, 'kpi/quality/1/-/d/-': d = 0 } = grown(
      sums,
      '2026-04-24T00:00',
      measured,
    );
    expect([n * 20, n]).toEqual([d * 19, 2_508]);
  });

  it('leaves what was counted under terms that have ended, and forecasts, as they are', () => {
    const amended = {
      ...contract,
      versions: [
        sampleVersion(1, null, sampleTerms({ lines: [unitLine()] })),
        sampleVersion(2, paris('2026-04-11T00:00'), sampleTerms({ lines: [unitLine()] })),
      ],
    };
    // 10 days under the second version, 10 to come
    const sums = { 'line/L1/1/-/-/-': 50, 'line/L1/2/-/-/-': 40, 'forecast/F/0/-/900/-': 1 };
    expect(grown(sums, '2026-04-21T00:00', amended)).toEqual({ ...sums, 'line/L1/2/-/-/-': 80 });
    expect(runRate(amended, '2026-04', paris('2026-04-05T00:00'), everyDay)?.otherTermsFrom).toBe(
      paris('2026-04-11T00:00'),
    );
  });
});
