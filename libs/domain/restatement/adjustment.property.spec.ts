import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract, Terms, Version } from '#domain/contract/contract.js';
import {
  contactCount,
  fixedLine,
  sampleContract,
  sampleVersion,
  timeLine,
  unitLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { Decimal, zero } from '#domain/money/money.js';
import { adjustmentOf, type InvoicedPeriod } from './adjustment.js';
import { causes, causesOf, type Restatement } from './causes.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import { recompute } from '#domain/pricing/trace.js';

/** A month as it may be known at some time: how often amended, at what prices, and what was counted. */
interface Known {
  readonly contract: Contract;
  readonly quantities: ReadonlyMap<string, number>;
}

const days = ['01', '08', '15', '22'];
const prices = fc.constantFrom('28.00', '28.005', '29.40', '30.00');
const sl = { version: 1, minSample: 0, onNoData: 'neutral', type: 'serviceLevel' } as const;

function termsOf(hour: string, fixed: string, share: string): Partial<Terms> {
  return {
    measures: { time: workTime(['TALK']), contacts: contactCount('handled') },
    kpis: { sl: { ...sl, variant: 'SL-B', thresholdMs: 20_000, shortAbandonMs: 5_000 } },
    lines: [
      timeLine({ price: hour }),
      unitLine({ id: 'L2', pricing: { mode: 'flat', price: '2.355' } }),
      fixedLine(fixed, { id: 'L3', vat: { category: 'E', rate: '0', reason: 'Training' } }),
    ],
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'A',
        name: 'A',
        kpi: 'sl',
        base: ['L1', 'L2'],
        shapes: [{ shape: 'step', points: [{ op: 'lt', value: '0.8', rate: `-${share}` }] }],
        cap: { bonus: null, malus: null },
        during: null,
      },
    ],
    limits: {
      monthlyMin: '500.00',
      monthlyMax: '90000.00',
      appliesTo: 'linesAndBonusMalus',
      proration: 'calendarDays',
    },
  };
}

const known: fc.Arbitrary<Known> = fc
  .record({
    versions: fc.array(
      fc.record({
        hour: prices,
        fixed: fc.constantFrom('1000.01', '1200.00'),
        share: fc.constantFrom('0.03', '0.05'),
        ms: fc.integer({ min: 0, max: 10 ** 9 }),
        calls: fc.integer({ min: 0, max: 9_000 }),
      }),
      { minLength: 1, maxLength: days.length },
    ),
    at: fc.constantFrom('line', 'total'),
    n: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ versions, at, n }) => {
    const contract = sampleContract(
      {},
      {
        versions: versions.map(({ hour, fixed, share }, index): Version => {
          const from = index === 0 ? null : utc(`2026-05-${days[index]}T00:00:00+02:00`);
          return sampleVersion(index + 1, from, termsOf(hour, fixed, share));
        }),
        rounding: { scale: 2, mode: 'halfAwayFromZero', at, displayRatio: 4 },
      },
    );
    const quantities = new Map<string, number>([
      [`kpi/sl/${versions.length}/-/n/-`, n],
      [`kpi/sl/${versions.length}/-/d/-`, 100],
    ]);
    versions.forEach(({ ms, calls }, index) => {
      quantities.set(`line/L1/${index + 1}/-/-/-`, ms).set(`line/L2/${index + 1}/-/-/-`, calls);
    });
    return { contract, quantities };
  });

const priced = ({ contract, quantities }: Known): Invoice =>
  price(contract, { contract: contract.id, period: '2026-05', quantities });
const entries = ({ lines, allowancesAndCharges }: Pick<Invoice, 'lines' | 'allowancesAndCharges'>) => [
  ...lines,
  ...allowancesAndCharges,
];
const sum = (values: readonly Decimal[]): Decimal => values.reduce((all, value) => all.plus(value), zero);

/** Every amount is what its own rows come to, under a name of its own, and they sum to the total. */
function expectComputed(invoice: Invoice): void {
  const results = recompute(invoice.rows);
  const all = entries(invoice);
  for (const { row, amount } of all) expect(results.get(row)).toEqual(amount);
  for (const { row, tax } of invoice.vat) expect(results.get(row)).toEqual(tax);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(sum(all.map(({ amount }) => amount)).toFixed(2)).toBe(invoice.totals.net.toFixed(2));
}

describe('the close and all adjustments of a month', () => {
  it('sum to what the month costs in the end, each recomputed from its own rows', () => {
    fc.assert(
      fc.property(fc.array(known, { minLength: 2, maxLength: 5 }), (states) => {
        const [first, ...later] = states.map((state) => ({ state, now: priced(state) }));
        if (first === undefined) throw new Error('there is no state');
        expectComputed(first.now);
        let invoiced: InvoicedPeriod = first.now;
        let { net } = first.now.totals;
        for (const { state, now } of later) {
          const nothing = {
            ...now,
            lines: [],
            allowancesAndCharges: [],
            vat: [],
            totals: { ...now.totals, net: zero },
          };
          const difference = adjustmentOf(state.contract, invoiced, now);
          expectComputed(difference ?? nothing);
          net = net.plus((difference ?? nothing).totals.net);
          // as it is read from the event: restated lines, and the rows of the event itself
          if (difference !== null) invoiced = { ...now, rows: difference.rows };
          expect(net.toFixed(2)).toBe(now.totals.net.toFixed(2));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have causes that sum to the adjustment', () => {
    const steps = fc.tuple(known, fc.array(known, { minLength: 1, maxLength: causes.length }));
    fc.assert(
      fc.property(steps, (given) => {
        const [first, later] = given;
        const last = later.at(-1) ?? first;
        const before = priced(first);
        const restated = later.map((state, index): Restatement => {
          return { cause: causes[index] ?? 'mapping', invoice: priced(state) };
        });
        const shares = causesOf(last.contract, before, restated);
        const difference = adjustmentOf(last.contract, before, priced(last));
        const whole = difference?.totals.net ?? zero;
        expect(sum(shares.map(({ net }) => net)).toFixed(2)).toBe(whole.toFixed(2));
        expect(shares.length > 0 || difference === null).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
