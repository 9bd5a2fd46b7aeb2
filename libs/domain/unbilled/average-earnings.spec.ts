import { describe, expect, it } from '@jest/globals';
import {
  contactCount,
  fixedLine,
  sampleContract,
  sampleTerms,
  timeLine,
  unitLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Contract } from '#domain/contract/contract.js';
import { priced } from '#domain/pricing/pricing.fixture.js';
import { AverageEarnings } from './average-earnings.js';
import type { UnbilledRow } from './unbilled-sums.js';

const hourMs = 3_600_000;
const measures = { time: workTime(['TALK']), contacts: contactCount('handled') };
const lines = [
  timeLine(),
  unitLine({ id: 'L2', pricing: { mode: 'flat', price: '2.00' } }),
  fixedLine('500', { id: 'L3' }),
];
const contractOf = (rest: Partial<Contract> = {}) => sampleContract({ measures, lines }, rest);
const month = { 'line/L1/1/-/-/-': 10 * hourMs, 'line/L2/1/-/-/-': 50 };

function row(own: Partial<UnbilledRow>): UnbilledRow {
  return { cause: null, at: '', programme: 'P', ms: 0, contacts: 0, outcomes: 0, ...own };
}

/** 10 h at 29.50 and 50 contacts at 2.00; what was counted took 20 h and 100 contacts: 14.75 and 1.00 each. */
function earnings(counted: readonly UnbilledRow[] = [row({ ms: 20 * hourMs, contacts: 100 })]) {
  const all = new AverageEarnings(counted);
  all.add(contractOf(), priced(contractOf(), '2026-04', month));
  return all;
}
const lost = { cause: 'outsideScope', at: 'q9', ms: 2 * hourMs, contacts: 3 } as const;

describe('What work is worth that no line uses', () => {
  it('is what an hour and a contact earned on average, fees of a month left out', () => {
    expect(earnings().estimatesOf({ ...lost, contacts: 0 }, ['P'])).toEqual([
      { currency: 'EUR', amount: '29.50' },
    ]);
    expect(earnings().estimatesOf({ ...lost, ms: 0 }, ['P'])).toEqual([{ currency: 'EUR', amount: '3.00' }]);
    expect(earnings().estimatesOf(lost, ['P'])).toEqual([{ currency: 'EUR', amount: '32.50' }]);
  });

  it('is nothing for what is counted, for no one, unseen or without a contract, nor for a login', () => {
    for (const cause of [null, 'machine', 'unseen', 'noContract'] as const)
      expect(earnings().estimatesOf({ ...lost, cause }, ['P'])).toEqual([]);
    expect(earnings().estimatesOf({ ...lost, at: 'LOGGED_IN' }, ['P'])).toEqual([]);
  });

  it('is nothing where nothing was counted, or only by other programmes', () => {
    expect(earnings([]).estimatesOf(lost, ['P'])).toEqual([]);
    expect(earnings([row({ ...lost, ms: 20 * hourMs })]).estimatesOf(lost, ['P'])).toEqual([]);
    expect(earnings().estimatesOf(lost, ['Q'])).toEqual([]);
    expect(earnings([row({ programme: null, ms: hourMs, contacts: 1 })]).estimatesOf(lost, ['P'])).toEqual(
      [],
    );
  });

  it('adds up the months of a contract, and the programmes that it may belong to', () => {
    // two months and a contract of Q with one: 30 h and 150 contacts paid, of 40 h and 100 contacts counted
    const all = earnings([
      row({ ms: 20 * hourMs, contacts: 60 }),
      row({ programme: 'Q', ms: 20 * hourMs, contacts: 40 }),
    ]);
    all.add(contractOf(), priced(contractOf(), '2026-05', month));
    const other = contractOf({ id: 'C2', programme: 'Q' });
    all.add(other, priced(other, '2026-04', month));
    expect(all.estimatesOf({ ...lost, contacts: 0 }, ['P', 'Q'])).toEqual([
      { currency: 'EUR', amount: '44.25' },
    ]);
    expect(all.estimatesOf({ ...lost, ms: 0 }, ['P', 'Q'])).toEqual([{ currency: 'EUR', amount: '9.00' }]);
  });

  it('is an amount of each currency, to the finest that its contracts round to', () => {
    const all = earnings([row({ ms: 20 * hourMs }), row({ programme: 'Q', ms: 10 * hourMs })]);
    const rounding = { ...contractOf().rounding, scale: 3 };
    const dollars = contractOf({ id: 'C2', currency: 'USD', rounding });
    all.add(dollars, priced(dollars, '2026-04', month));
    expect(all.estimatesOf({ ...lost, contacts: 0 }, ['P'])).toEqual([
      { currency: 'EUR', amount: '29.50' },
      { currency: 'USD', amount: '29.500' },
    ]);
    const fine = contractOf({ id: 'C3', programme: 'Q', rounding });
    all.add(fine, priced(fine, '2026-04', { 'line/L1/1/-/-/-': hourMs }));
    expect(all.estimatesOf({ ...lost, ms: hourMs / 3, contacts: 0 }, ['Q'])).toEqual([
      { currency: 'EUR', amount: '0.983' },
    ]);
    // 20 min of 30 h that earned 324.50 in euros and 295.00 in dollars
    expect(all.estimatesOf({ ...lost, ms: hourMs / 3, contacts: 0 }, ['P', 'Q'])).toEqual([
      { currency: 'EUR', amount: '3.606' },
      { currency: 'USD', amount: '3.278' },
    ]);
  });

  it('is that of lines of a calendar rule too', () => {
    const window = {
      id: 'sale',
      from: utc('2026-04-10T00:00:00Z'),
      to: utc('2026-04-20T00:00:00Z'),
      terms: sampleTerms({ measures, lines: [timeLine({ id: 'W', price: '40.00' })] }),
    };
    const [version] = contractOf().versions;
    if (version === undefined) throw new Error('no version');
    const contract = contractOf({ versions: [{ ...version, windows: [window] }] });
    const all = new AverageEarnings([row({ ms: 10 * hourMs })]);
    all.add(contract, priced(contract, '2026-04', { 'line/W/1/sale/-/-': 10 * hourMs }));
    expect(all.estimatesOf({ ...lost, contacts: 0 }, ['P'])).toEqual([{ currency: 'EUR', amount: '80.00' }]);
  });
});
