import { describe, expect, it } from '@jest/globals';
import {
  contactCount,
  paris,
  sampleContract,
  sampleTerms,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import type { Contract, Terms, Window } from '#domain/contract/contract.js';
import { editsSince, firstOpenPeriod } from './edits.js';

const at = (price: string): Partial<Terms> => ({
  measures: { contacts: contactCount('handled') },
  lines: [unitLine({ pricing: { mode: 'flat', price } })],
});
const contractOf = (price: string, rest: Partial<Contract> = {}) => sampleContract(at(price), rest);
const march = ['2026-03'];

describe('An edit of what closed periods were priced by', () => {
  it('is none before a period is closed, and one from the first closed period on', () => {
    expect(editsSince(contractOf('2.00'), contractOf('2.10'), [])).toEqual([]);
    expect(editsSince(contractOf('2.00'), contractOf('2.10'), march)).toEqual([
      { path: 'L1.price', was: '2.00', is: '2.10', by: 'amendment' },
    ]);
  });

  it('is one of the head where a holiday of a closed month is added, by the days of its own zone', () => {
    const daysOf = (timeZone: string) => {
      const before = contractOf('2.00', { timeZone });
      return ['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'].filter((day) => {
        const holidays = { ...before.holidays, extra: [day] };
        const edits = editsSince(before, { ...before, holidays }, march);
        for (const edit of edits) expect(edit).toEqual({ path: 'holidays', was: '', is: day, by: 'head' });
        return edits.length > 0;
      });
    };
    expect(daysOf('Europe/Paris')).toEqual(['2026-03-01', '2026-03-31']);
    expect(daysOf('America/New_York')).toEqual(['2026-03-01', '2026-03-31']);
  });
});

describe('An edit of a version', () => {
  const from = paris('2026-03-01T00:00');
  const two = (first: string, second: string, rest: Partial<Contract> = {}) =>
    contractOf(first, {
      versions: [
        sampleVersion(1, null, at(first)),
        { ...sampleVersion(2, from, at(second)), reason: 'review' },
      ],
      ...rest,
    });

  it('is one where a closed period used the version', () => {
    const edits = (before: Contract, after: Contract, closed: string[]) =>
      editsSince(before, after, closed).map(({ was, is }) => [was, is]);
    expect(edits(two('2.00', '2.50'), two('2.00', '2.60'), ['2026-02'])).toEqual([]);
    expect(edits(two('2.00', '2.50'), two('2.00', '2.60'), march)).toEqual([['2.50', '2.60']]);
    expect(edits(two('2.00', '2.50'), two('2.10', '2.50'), march)).toEqual([]);
    // the later version has the price of the earlier one, and goes with it; else it sets one of its own
    expect(edits(two('2.00', '2.00'), two('2.10', '2.10'), march)).toEqual([]);
    expect(edits(two('2.00', '2.00'), two('2.00', '2.10'), march)).toEqual([['2.00', '2.10']]);
    expect(edits(two('2.00', '2.10'), two('2.00', '2.00'), march)).toEqual([['2.10', '2.00']]);
  });

  it('names a version that is gone by its beginning and its reason', () => {
    expect(editsSince(two('2.00', '2.50'), contractOf('2.00'), march)).toEqual([
      { path: 'amendments', was: '2026-02-28T23:00:00.000Z (review)', is: null, by: 'amendment' },
    ]);
  });

  it('is one of the last version where the closed periods lie outside of the term', () => {
    const later = { term: { firstDay: '2027-01-01', lastDay: null } };
    expect(editsSince(two('2.00', '2.50', later), two('2.00', '2.60', later), march)).toHaveLength(1);
    expect(editsSince(two('2.00', '2.50', later), two('2.10', '2.50', later), march)).toEqual([]);
  });
});

describe('An edit of a calendar rule', () => {
  function ruled(from: string | null, to = '', price = '2.80'): Contract {
    const terms = sampleTerms(at(price));
    const windows: Window[] = from === null ? [] : [{ id: 'peak', from: paris(from), to: paris(to), terms }];
    return contractOf('2.00', { versions: [{ ...sampleVersion(1, null, at('2.00')), windows }] });
  }
  const peak = ruled('2026-03-10T00:00', '2026-03-12T00:00');
  const span = '2026-03-09T23:00:00.000Z to 2026-03-11T23:00:00.000Z';
  const path = 'calendarRules.peak';

  it('is one where it is added, removed, moved or priced otherwise', () => {
    expect(editsSince(ruled(null), peak, march)).toEqual([{ path, was: null, is: span, by: 'amendment' }]);
    expect(editsSince(peak, ruled(null), march)).toEqual([{ path, was: span, is: null, by: 'amendment' }]);
    const longer = '2026-03-09T23:00:00.000Z to 2026-03-12T23:00:00.000Z';
    expect(editsSince(peak, ruled('2026-03-10T00:00', '2026-03-13T00:00'), march)).toEqual([
      { path, was: span, is: longer, by: 'amendment' },
    ]);
    expect(editsSince(peak, ruled('2026-03-10T00:00', '2026-03-12T00:00', '2.90'), march)).toEqual([
      { path: `${path}.L1.price`, was: '2.80', is: '2.90', by: 'amendment' },
    ]);
    expect(editsSince(peak, peak, march)).toEqual([]);
    expect(editsSince(ruled(null), peak, ['2026-02', ...march])).toHaveLength(1);
  });

  it('is none where it ends as the closed month begins, or begins as it ends', () => {
    const isEdit = (from: string, to: string) => editsSince(ruled(null), ruled(from, to), march).length > 0;
    expect(isEdit('2026-02-10T00:00', '2026-03-01T00:00')).toBe(false);
    expect(isEdit('2026-02-10T00:00', '2026-03-01T00:00:00.001')).toBe(true);
    expect(isEdit('2026-04-01T00:00', '2026-04-02T00:00')).toBe(false);
    expect(isEdit('2026-03-31T23:59:59.999', '2026-04-02T00:00')).toBe(true);
  });
});

describe('The first period that an amendment may begin with', () => {
  it('is the one after the last closed one, in whatever order they are named', () => {
    expect(firstOpenPeriod(contractOf('2.00'), ['2026-12', '2026-11'])).toBe('2027-01');
    expect(() => firstOpenPeriod(contractOf('2.00'), [])).toThrow('no period is closed');
  });
});
