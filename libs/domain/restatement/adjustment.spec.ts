import { describe, expect, it } from '@jest/globals';
import { utc } from '#domain/contract/contract.fixture.js';
import {
  contactCount,
  fixedLine,
  paris,
  sampleContract,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { plain } from '#domain/money/money.js';
import { adjustmentOf, type InvoicedPeriod } from './adjustment.js';
import { net, parts, priced } from '#domain/pricing/pricing.fixture.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { recompute } from '#domain/pricing/trace.js';

const perCall: Partial<Terms> = {
  measures: { contacts: contactCount('handled') },
  lines: [unitLine({ pricing: { mode: 'flat', price: '2.00' } }), fixedLine('100.00', { id: 'L2' })],
};
const hourly = (price: string, rest: Partial<Terms> = {}): Partial<Terms> => ({
  measures: { time: workTime(['TALK']) },
  lines: [timeLine({ price })],
  ...rest,
});
const hours = (count: number): number => count * 3_600_000;

function since(contract: Contract, before: InvoicedPeriod, after: Invoice): Invoice {
  const difference = adjustmentOf(contract, before, after);
  if (difference === null) throw new Error('nothing has changed');
  return difference;
}

/** `L1 -12 at 4.2 = -50.40` */
function shownLines({ lines }: Invoice): string[] {
  return lines.map(({ id, quantity, price, amount }) => {
    return `${id} ${plain(quantity)} at ${plain(price)} = ${plain(amount, 2)}`;
  });
}

describe('the adjustment of a closed period', () => {
  it('makes no adjustment where nothing has changed', () => {
    const contract = sampleContract(perCall);
    const invoice = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 50 });
    expect(adjustmentOf(contract, invoice, invoice)).toBeNull();
  });

  it('charges the call that came late, and leaves out what has not changed', () => {
    const contract = sampleContract(perCall);
    const before = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 50 });
    const difference = since(contract, before, priced(contract, '2026-04', { 'line/L1/1/-/-/-': 51 }));
    expect(shownLines(difference)).toEqual(['L1 1 at 2 = 2.00']);
    expect(difference.totals.vat.toFixed(2)).toBe('0.40');
    expect(difference.lines[0]).toMatchObject({
      from: paris('2026-04-01T00:00'),
      to: paris('2026-05-01T00:00'),
    });
  });

  it('takes back at the old price and charges at the new one where an amendment is back-dated (case 14)', () => {
    const before = priced(sampleContract(hourly('28.00')), '2026-05', {
      'line/L1/1/-/-/-': hours(1_680.75),
    });
    expect(net(before)).toBe('47061.00');
    const amended = sampleContract(
      {},
      {
        versions: [
          sampleVersion(1, null, hourly('28.00')),
          sampleVersion(2, utc('2026-05-15T22:00:00Z'), hourly('29.40')),
        ],
      },
    );
    const after = priced(amended, '2026-05', {
      'line/L1/1/-/-/-': hours(812.25),
      'line/L1/2/-/-/-': hours(868.5),
    });
    expect(net(after)).toBe('48276.90');
    const difference = since(amended, before, after);
    expect(shownLines(difference)).toEqual([
      'L1.1 -3126600 at 28 = -24318.00',
      'L1.2 3126600 at 29.4 = 25533.90',
    ]);
    expect(net(difference)).toBe('1215.90');
  });

  it('leaves out lines that an amendment cut in two without changing their price', () => {
    const dearer = {
      ...perCall,
      lines: [...(perCall.lines ?? []).slice(0, 1), fixedLine('130.00', { id: 'L2' })],
    };
    const amended = sampleContract(
      {},
      { versions: [sampleVersion(1, null, perCall), sampleVersion(2, utc('2026-04-15T22:00:00Z'), dearer)] },
    );
    const before = priced(sampleContract(perCall), '2026-04', { 'line/L1/1/-/-/-': 50 });
    const after = priced(amended, '2026-04', { 'line/L1/1/-/-/-': 20, 'line/L1/2/-/-/-': 30 });
    const difference = since(amended, before, after);
    // 15 of 30 days at 100.00 and 15 at 130.00, instead of 100.00
    expect(difference.lines.every(({ line }) => line === 'L2')).toBe(true);
    expect(net(difference)).toBe('15.00');
  });

  it('gives each removed line and each new one its own id', () => {
    const renamed = sampleContract({ ...perCall, lines: [fixedLine('100.00', { id: 'L3' })] });
    const before = priced(sampleContract(perCall), '2026-04', { 'line/L1/1/-/-/-': 50 });
    const difference = since(renamed, before, priced(renamed, '2026-04', {}));
    expect(parts(difference)).toEqual([
      ['L3', '100.00'],
      ['L1', '-100.00'],
      ['L2', '-100.00'],
    ]);
  });

  it('compares with what the last adjustment restated', () => {
    const contract = sampleContract(perCall);
    const [first, second, third] = [50, 53, 51].map((calls) =>
      priced(contract, '2026-04', { 'line/L1/1/-/-/-': calls }),
    ) as [Invoice, Invoice, Invoice];
    const one = since(contract, first, second);
    const restated = { ...second, rows: one.rows };
    const two = since(contract, restated, third);
    expect([shownLines(one), shownLines(two)]).toEqual([['L1 3 at 2 = 6.00'], ['L1 -2 at 2 = -4.00']]);
    expect(two.rows.some(({ id }) => id.startsWith('was.was.'))).toBe(false);
  });

  it('takes back a top-up to the minimum of the month that is no longer due', () => {
    const limits = {
      monthlyMin: '300.00',
      monthlyMax: '400.00',
      appliesTo: 'linesAndBonusMalus',
      proration: 'calendarDays',
    } as const;
    const contract = sampleContract({ ...perCall, limits });
    const before = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 80 });
    const after = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 175 });
    expect([net(before), net(after)]).toEqual(['300.00', '400.00']);
    const difference = since(contract, before, after);
    expect(parts(difference)).toEqual([
      ['L1', '190.00'],
      ['monthlyMin', '-40.00'],
      ['monthlyMax', '-50.00'],
    ]);
    expect(net(difference)).toBe('100.00');
  });

  it('says that the minimum takes up what a line has more of, though the total is the same', () => {
    const limits = {
      monthlyMin: '300.00',
      monthlyMax: null,
      appliesTo: 'linesAndBonusMalus',
      proration: 'calendarDays',
    } as const;
    const contract = sampleContract({ ...perCall, limits });
    // 80 and 90 calls at 2.00 and 100.00 a month: 260.00 and 280.00 up to the minimum of 300.00
    const before = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 80 });
    const after = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 90 });
    const difference = since(contract, before, after);
    expect(parts(difference)).toEqual([
      ['L1', '20.00'],
      ['monthlyMin', '-20.00'],
    ]);
    expect(net(difference)).toBe('0.00');
  });

  it('recomputes an adjustment from its own rows, which are those of both sides', () => {
    const contract = sampleContract(perCall);
    const before = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 50 });
    const { lines, rows } = since(contract, before, priced(contract, '2026-04', { 'line/L1/1/-/-/-': 38 }));
    const [line] = lines;
    expect(
      recompute(rows)
        .get(line?.row ?? '')
        ?.toFixed(2),
    ).toBe('-24.00');
    const forged = rows.map((row) =>
      row.inputs['line/L1/1/-/-/-'] === '50' ? { ...row, inputs: { 'line/L1/1/-/-/-': '60' } } : row,
    );
    expect(
      recompute(forged)
        .get(line?.row ?? '')
        ?.toFixed(2),
    ).toBe('-44.00');
  });

  it('refuses to adjust across a change of currency', () => {
    const contract = sampleContract(perCall);
    const invoice = priced(contract, '2026-04', {});
    expect(() => adjustmentOf(contract, { ...invoice, currency: 'MAD' }, invoice)).toThrow(
      'C1 was invoiced in MAD and is now in EUR',
    );
  });
});
