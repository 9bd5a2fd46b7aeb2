import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BonusMalus } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
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
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { priced } from './pricing.fixture.js';
import type { Invoice } from './invoice.js';
import { price } from './price.js';
import { recompute, rowsBehind } from './trace.js';

const hour = 3_600_000;
const kpi = { version: 1, minSample: 0, onNoData: 'neutral' } as const;
const bands = [
  { id: 'late', days: [], times: [{ fromMs: 20 * hour, toMs: 24 * hour }], price: null, surcharge: '0.25' },
];
const steps = [
  { upTo: 1_000, price: '2.35' },
  { upTo: 5_000, price: '2.105' },
  { upTo: null, price: '1.9' },
];

const bonusMalus: BonusMalus[] = [
  {
    kind: 'kpi',
    id: 'A',
    name: 'A',
    kpi: 'sl',
    base: ['L1', 'L2'],
    shapes: [
      { shape: 'linear', from: { at: '0.8', rate: '0' }, to: { at: '1', rate: '0.1' } },
      { shape: 'perPoint', from: '0.7', beyond: 'below', size: '0.01', count: 'started', rate: '-0.01' },
    ],
    cap: { bonus: '0.03', malus: '0.20' },
    during: null,
  },
  {
    kind: 'kpi',
    id: 'B',
    name: 'B',
    kpi: 'sl',
    base: ['L3'],
    shapes: [{ shape: 'step', points: [{ op: 'lt', value: '0.9', rate: '-0.0333' }] }],
    cap: { bonus: null, malus: null },
    during: null,
  },
];

function contractOf(at: 'line' | 'total', limits: Terms['limits'], overallCap: string | null): Contract {
  const terms: Partial<Terms> = {
    measures: {
      time: workTime(['TALK'], { averageCap: { perUnitMs: 450_000, measure: 'contacts' } }),
      contacts: contactCount('handled'),
    },
    kpis: {
      sl: { ...kpi, type: 'serviceLevel', variant: 'SL-B', thresholdMs: 20_000, shortAbandonMs: 5_000 },
    },
    lines: [
      timeLine({ price: '29.37', bands }),
      unitLine({ id: 'L2', pricing: { mode: 'graduated', steps } }),
      fixedLine('1000.01', { id: 'L3', vat: { category: 'E', rate: '0', reason: 'Training' } }),
    ],
    bonusMalus,
    limits,
    malus: { overallCap, vatTreatment: 'priceReduction' },
  };
  const versions = [sampleVersion(1, null, terms), sampleVersion(2, utc('2026-05-11T22:00:00Z'), terms)];
  return sampleContract(
    {},
    { versions, rounding: { scale: 2, mode: 'halfAwayFromZero', at, displayRatio: 4 } },
  );
}

const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const book = fc
  .record({
    day: count(10 ** 9),
    late: count(10 ** 9),
    after: count(10 ** 9),
    one: count(9_000),
    two: count(9_000),
    n: count(1_000),
    d: count(1_000),
  })
  .map(({ day, late, after, one, two, n, d }) => ({
    'line/L1/1/-/-/-': day,
    'line/L1/1/-/late/-': late,
    'line/L1/2/-/-/-': after,
    'line/L2/1/-/-/-': one,
    'line/L2/2/-/-/-': two,
    'measure/contacts/1/-/-/-': one,
    'measure/contacts/2/-/-/-': two,
    'kpi/sl/1/-/n/-': Math.min(n, d),
    'kpi/sl/1/-/d/-': d,
  }));
const limits = fc.option(
  fc
    .constantFrom('linesAndBonusMalus', 'linesOnly')
    .map(
      (appliesTo) =>
        ({ monthlyMin: '5000.00', monthlyMax: '15000.00', appliesTo, proration: 'calendarDays' }) as const,
    ),
);
const contracts = fc
  .tuple(fc.constantFrom('line', 'total'), limits, fc.option(fc.constantFrom('0', '0.05')))
  .map(([at, agreed, cap]) => contractOf(at, agreed, cap));

const sum = (values: readonly Decimal[]): Decimal => values.reduce((all, value) => all.plus(value), zero);
const entries = ({ lines, allowancesAndCharges: charges }: Invoice) => [...lines, ...charges];

describe('any invoice', () => {
  it('sums to its net total in every invoice, and shows the residue of rounding', () => {
    fc.assert(
      fc.property(contracts, book, (contract, quantities) => {
        const { totals, vat, ...invoice } = priced(contract, '2026-05', quantities);
        const all = entries(invoice as Invoice);
        expect(sum(all.map(({ amount }) => amount)).equals(totals.net)).toBe(true);
        expect(all.every(({ amount }) => amount.decimalPlaces() <= 2)).toBe(true);
        expect(
          sum(all.map(({ exact }) => exact))
            .minus(totals.net)
            .equals(totals.residue),
        ).toBe(true);
        expect(totals.residue.abs().lte(new Decimal('0.005').times(all.length + 1))).toBe(true);
        expect(sum(vat.map((group) => group.base)).equals(totals.net)).toBe(true);
        expect(totals.net.plus(sum(vat.map(({ tax }) => tax))).equals(totals.gross)).toBe(true);
      }),
    );
  });

  it('recomputes each amount of an invoice from its own rows alone', () => {
    fc.assert(
      fc.property(contracts, book, (contract, quantities) => {
        const invoice = priced(contract, '2026-05', quantities);
        for (const { row, amount } of entries(invoice)) {
          const own = rowsBehind(invoice.rows, row);
          expect(recompute(own).get(row)?.equals(amount)).toBe(true);
        }
        const results = recompute(invoice.rows);
        expect(invoice.rows.every(({ id, result }) => results.get(id)?.equals(result) === true)).toBe(true);
        expect(invoice.vat.every(({ row, tax }) => results.get(row)?.equals(tax) === true)).toBe(true);
      }),
    );
  });

  it('shows on each line the quantity and price that give its amount', () => {
    fc.assert(
      fc.property(contracts, book, (contract, quantities) => {
        for (const line of priced(contract, '2026-05', quantities).lines) {
          const computed = line.quantity.times(line.price).div(line.baseQuantity);
          expect(computed.minus(line.exact).abs().lt('1e-20')).toBe(true);
        }
      }),
    );
  });

  it('never exceeds a cap on bonus and malus', () => {
    fc.assert(
      fc.property(contracts, book, (contract, quantities) => {
        const { terms } = contract.versions[0] ?? { terms: null };
        const invoice = priced(contract, '2026-05', quantities);
        const billedMs = sum(
          invoice.lines.filter(({ line }) => line === 'L1').map(({ quantity }) => quantity),
        ).times(1_000);
        const contacts = quantities['measure/contacts/1/-/-/-'] + quantities['measure/contacts/2/-/-/-'];
        expect(billedMs.lte(450_000 * contacts)).toBe(true);
        const malus = sum(
          invoice.allowancesAndCharges.filter(({ kind }) => kind === 'malus').map(({ amount }) => amount),
        ).negated();
        const cap = terms?.malus.overallCap ?? '1';
        const most = sum(invoice.lines.map(({ exact }) => exact)).times(cap);
        expect(malus.minus(most).lte('0.005')).toBe(true);
        const limited = terms?.limits?.appliesTo === 'linesAndBonusMalus';
        const { net } = invoice.totals;
        expect(!limited || (net.gte('5000') && net.lte('15000'))).toBe(true);
      }),
    );
  });

  it('gives the same invoice whatever the order of the sums in its book', () => {
    fc.assert(
      fc.property(contracts, book, (contract, quantities) => {
        const reversed = Object.fromEntries(Object.entries(quantities).toReversed());
        expect(JSON.stringify(priced(contract, '2026-05', reversed))).toBe(
          JSON.stringify(priced(contract, '2026-05', quantities)),
        );
      }),
    );
  });

  it('sums with its adjustment to what the period costs in the end', () => {
    fc.assert(
      fc.property(contracts, book, book, (contract, first, last) => {
        const [before, after] = [priced(contract, '2026-05', first), priced(contract, '2026-05', last)];
        const correction = adjustmentOf(contract, before, after);
        expect(before.totals.net.plus(correction?.totals.net ?? zero).equals(after.totals.net)).toBe(true);
        if (correction === null) return;
        const results = recompute(correction.rows);
        expect(
          entries(correction).every(({ row, amount }) => results.get(row)?.equals(amount) === true),
        ).toBe(true);
      }),
    );
  });
});

describe('tiers', () => {
  const tiered = sampleContract({
    measures: { contacts: contactCount('handled') },
    lines: [unitLine({ pricing: { mode: 'graduated', steps } })],
  });
  const cost = (units: number): Decimal => priced(tiered, '2026-05', { 'line/L1/1/-/-/-': units }).totals.net;

  it('charges more for more units where tiers are graduated', () => {
    fc.assert(
      fc.property(count(20_000), fc.integer({ min: 1, max: 500 }), (units, more) => {
        expect(cost(units + more).gt(cost(units))).toBe(true);
      }),
    );
  });

  it('continues tiers across an amendment that does not change them', () => {
    const amended = sampleContract(
      {},
      {
        versions: [
          tiered.versions[0] ?? sampleVersion(1, null, {}),
          sampleVersion(2, utc('2026-05-11T22:00:00Z'), tiered.versions[0]?.terms ?? {}),
        ],
      },
    );
    fc.assert(
      fc.property(count(9_000), count(9_000), (one, two) => {
        const quantities = new Map([
          ['line/L1/1/-/-/-', one],
          ['line/L1/2/-/-/-', two],
        ]);
        const split = price(amended, { contract: 'C1', period: '2026-05', quantities });
        expect(
          sum(split.lines.map(({ exact }) => exact)).equals(
            sum(priced(tiered, '2026-05', { 'line/L1/1/-/-/-': one + two }).lines.map(({ exact }) => exact)),
          ),
        ).toBe(true);
      }),
    );
  });

  it('counts each started package once, also across versions', () => {
    const packed = sampleContract({
      measures: { contacts: contactCount('handled') },
      lines: [unitLine({ pricing: { mode: 'package', size: 100, price: '150.00' } })],
    });
    const net = (units: number): string =>
      priced(packed, '2026-05', { 'line/L1/1/-/-/-': units }).totals.net.toFixed(2);
    expect([0, 1, 100, 101].map(net)).toEqual(['0.00', '150.00', '150.00', '300.00']);
  });
});

describe('a fixed amount', () => {
  it('charges a fixed amount to the cent however amendments cut its month', () => {
    const days = fc.uniqueArray(fc.integer({ min: 2, max: 31 }), { maxLength: 6 });
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 10 ** 7 }), (cuts, cents) => {
        const terms = { lines: [fixedLine((cents / 100).toFixed(2))] };
        const later = cuts
          .toSorted((a, b) => a - b)
          .map((day, index) => {
            const from = utc(`2026-05-${String(day).padStart(2, '0')}T00:00:00+02:00`);
            return sampleVersion(index + 2, from, terms);
          });
        const contract = sampleContract({}, { versions: [sampleVersion(1, null, terms), ...later] });
        const { lines, totals } = priced(contract, '2026-05', {});
        expect([lines.length, totals.net.toFixed(2)]).toEqual([cuts.length + 1, (cents / 100).toFixed(2)]);
      }),
    );
  });
});
