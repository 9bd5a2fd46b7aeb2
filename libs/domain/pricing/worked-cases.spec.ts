import { describe, expect, it } from '@jest/globals';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import {
  answeredCall,
  contactCount,
  fixedLine,
  paris,
  sampleContract,
  sampleScope,
  sampleVersion,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { plain } from '#domain/money/money.js';
import { shown } from './pricing.fixture.js';
import type { Invoice } from './invoice.js';
import { price } from './price.js';

/** The book of some contents: what the invoicer does, without a journal. */
function bookOf(
  contract: Contract,
  period: string,
  contents: readonly ContactContent[],
): ReadonlyMap<string, number> {
  const meter = contractMeter(contract, sampleScope);
  const sums = new Map<string, number>();
  for (const content of contents) {
    for (const { period: at, key, value } of meter.measure(content)) {
      if (at === period) sums.set(key, (sums.get(key) ?? 0) + value);
    }
  }
  return sums;
}

function priced(contract: Contract, period: string, quantities: Readonly<Record<string, number>>): Invoice {
  return price(contract, { contract: contract.id, period, quantities: new Map(Object.entries(quantities)) });
}

function billed(contract: Contract, period: string, ...contents: ContactContent[]): Invoice {
  return price(contract, { contract: contract.id, period, quantities: bookOf(contract, period, contents) });
}

const amounts = (invoice: Invoice): string[] => invoice.lines.map(({ amount }) => plain(amount, 2));
const net = (invoice: Invoice): string => plain(invoice.totals.net, 2);
const s = 1000;

describe('time: hours worked x agreed rate, preparation and follow-up included (case 1)', () => {
  const states = ['TALK', 'HOLD', 'ACW', 'PREP'];
  const contract = sampleContract({
    measures: { time: workTime(states) },
    lines: [timeLine({ price: '29.50' })],
  });
  const invoice = priced(contract, '2026-04', { 'line/L1/1/-/-/-': 1_527_232 * s });

  it('prices worked time by exact seconds, not rounded hours', () => {
    expect(amounts(invoice)).toEqual(['12514.82']);
    expect(invoice.lines[0]?.exact.toFixed(4)).toBe('12514.8178');
  });

  it('adds 20 % VAT to the net total of a time line', () => {
    expect(plain(invoice.totals.vat, 2)).toBe('2502.96');
    expect(plain(invoice.totals.gross, 2)).toBe('15017.78');
  });

  it('states the quantity of a time line in seconds, with a price for 3600 of them', () => {
    const line = invoice.lines[0];
    expect([line?.quantity, line?.unit, line?.price, line?.baseQuantity].map(String)).toEqual([
      '1527232',
      'SEC',
      '29.5',
      '3600',
    ]);
  });
});

describe('time: the tariff depends on the hours of service (case 2)', () => {
  const bands = [
    {
      id: 'evening',
      days: [],
      times: [{ fromMs: 20 * 3_600_000, toMs: 22 * 3_600_000 }],
      price: '37.50',
      surcharge: null,
    },
    { id: 'sunday', days: ['sun'], times: [], price: '45.00', surcharge: null },
    { id: 'holiday', days: ['holiday'], times: [], price: '60.00', surcharge: null },
  ] as const;
  const contract = sampleContract({
    measures: { time: workTime(['TALK']) },
    lines: [timeLine({ price: '30.00', bands, stacking: 'highest' })],
  });
  const saturday = answeredCall(paris('2026-10-31T18:30'), paris('2026-10-31T21:15'));
  const toussaint = answeredCall(paris('2026-11-01T09:00'), paris('2026-11-01T12:20'));

  it('prices a Saturday call from 18:30 to 21:15 by its day and its evening band', () => {
    const invoice = billed(contract, '2026-10', saturday, toussaint);
    expect(invoice.lines.map(({ bands: held, amount }) => [held.join(), plain(amount, 2)])).toEqual([
      ['', '45.00'],
      ['evening', '46.88'],
    ]);
    expect(net(invoice)).toBe('91.88');
  });

  it('prices a holiday on a Sunday once, at the higher of both band prices', () => {
    expect(net(billed(contract, '2026-11', saturday, toussaint))).toBe('200.00');
  });
});

describe('time: only the time really spent on calls (case 3)', () => {
  const calls = [61, 59, 6, 181, 30].map((seconds, index) => {
    const from = paris(`2026-04-0${index + 1}T10:00`);
    return answeredCall(from, from + seconds * s);
  });
  it.each([
    ['1 s', { firstMs: s, stepMs: s, per: 'contact' }, '2.36', 337],
    ['6 s', { firstMs: 6 * s, stepMs: 6 * s, per: 'contact' }, '2.44', 348],
    ['30/6', { firstMs: 30 * s, stepMs: 6 * s, per: 'contact' }, '2.60', 372],
    ['60 s per call', { firstMs: 60 * s, stepMs: 60 * s, per: 'contact' }, '3.78', 540],
    ['60 s on the month', { firstMs: 60 * s, stepMs: 60 * s, per: 'month' }, '2.52', 360],
  ] as const)('prices talk in increments of %s', (_, increment, amount, seconds) => {
    const contract = sampleContract({
      measures: { time: workTime(['TALK'], { increment }) },
      lines: [timeLine({ unit: 'minute', price: '0.42' })],
    });
    const invoice = billed(contract, '2026-04', ...calls);
    expect([net(invoice), invoice.lines[0]?.quantity.toNumber()]).toEqual([amount, seconds]);
  });
});

describe('per act: volume tiers (case 4)', () => {
  const steps = [
    { upTo: 10_000, price: '2.35' },
    { upTo: 15_000, price: '2.10' },
    { upTo: null, price: '1.95' },
  ];
  const contract = (mode: 'graduated' | 'allUnits'): Contract =>
    sampleContract({
      measures: { contacts: contactCount('handled') },
      lines: [unitLine({ pricing: { mode, steps } })],
    });
  const invoiceOf = (mode: 'graduated' | 'allUnits', contacts: number): Invoice =>
    priced(contract(mode), '2026-04', { 'line/L1/1/-/-/-': contacts });

  it('prices each slice of the volume at its own price where tiers are graduated', () => {
    const invoice = invoiceOf('graduated', 12_480);
    expect(amounts(invoice)).toEqual(['23500.00', '5208.00']);
    expect(net(invoice)).toBe('28708.00');
  });

  it('shows a month without contacts as none at the price of the first tier', () => {
    expect(shown(invoiceOf('graduated', 0))).toEqual([['0', 'C62', '2.35', '1']]);
  });

  it('prices the whole volume at the price of the step it reaches where all units count', () => {
    expect(net(invoiceOf('allUnits', 12_480))).toBe('26208.00');
  });

  it('prices one contact more at less in total where all units take the next step', () => {
    expect([10_000, 10_001].map((contacts) => net(invoiceOf('allUnits', contacts)))).toEqual([
      '23500.00',
      '21002.10',
    ]);
  });
});

describe('fixed: a contract that starts on 10 March (case 5)', () => {
  const contract = sampleContract(
    { lines: [fixedLine('18000.00')] },
    { term: { firstDay: '2026-03-10', lastDay: null } },
  );

  it('prorates a fixed amount by calendar days, not by the 743 hours of the month', () => {
    const invoice = priced(contract, '2026-03', {});
    expect(net(invoice)).toBe('12774.19');
    const line = invoice.lines[0];
    expect([line?.quantity, line?.unit, line?.price, line?.baseQuantity].map(String)).toEqual([
      '22',
      'DAY',
      '18000',
      '31',
    ]);
  });

  it('charges a fixed amount in full in April and not at all before the contract starts', () => {
    expect([priced(contract, '2026-04', {}), priced(contract, '2026-02', {})].map(net)).toEqual([
      '18000.00',
      '0.00',
    ]);
  });
});

describe('time: a tariff renegotiated in the middle of the month (case 14)', () => {
  const terms = (rate: string): Partial<Terms> => ({
    measures: { time: workTime(['TALK']) },
    lines: [timeLine({ price: rate })],
  });
  const contract = (time: 'split' | 'start' | 'end'): Contract =>
    sampleContract(
      {},
      {
        attribution: { contacts: 'queueEntry', time },
        versions: [
          sampleVersion(1, null, terms('28.00')),
          sampleVersion(2, paris('2026-05-16T00:00'), terms('29.40')),
        ],
      },
    );

  it('prices each version of a renegotiated tariff on its own line with its own dates', () => {
    const invoice = priced(contract('split'), '2026-05', {
      'line/L1/1/-/-/-': 812.25 * 3600 * s,
      'line/L1/2/-/-/-': 868.5 * 3600 * s,
    });
    expect(amounts(invoice)).toEqual(['22743.00', '25533.90']);
    expect(net(invoice)).toBe('48276.90');
    expect(invoice.lines.map(({ from, to, version }) => [from, to, version])).toEqual([
      [paris('2026-05-01T00:00'), paris('2026-05-16T00:00'), 1],
      [paris('2026-05-16T00:00'), paris('2026-06-01T00:00'), 2],
    ]);
  });

  it.each([
    ['split', '4.36', ['0.93', '3.43']],
    ['start', '4.20', ['4.20']],
    ['end', '4.41', ['4.41']],
  ] as const)(
    'prices a call across an amendment at midnight by time attribution %s',
    (time, total, lines) => {
      const invoice = billed(
        contract(time),
        '2026-05',
        answeredCall(paris('2026-05-15T23:58'), paris('2026-05-16T00:07')),
      );
      expect([net(invoice), amounts(invoice)]).toEqual([total, lines]);
    },
  );
});

describe('VAT: three fixed lines of 33.33 (case 19)', () => {
  it('computes VAT once on the group: 20.00, not three times 6.67', () => {
    const lines = ['L1', 'L2', 'L3'].map((id) => fixedLine('33.33', { id }));
    const invoice = priced(sampleContract({ lines }), '2026-04', {});
    expect([net(invoice), plain(invoice.totals.vat, 2), plain(invoice.totals.gross, 2)]).toEqual([
      '99.99',
      '20.00',
      '119.99',
    ]);
  });
});

describe('time: caps, "within the limits of the reasonable" (case 20)', () => {
  it('caps paid after-call work at 60 s a call', () => {
    const contract = sampleContract({
      measures: { time: workTime(['ACW'], { capsMs: { ACW: 60 * s } }) },
      lines: [timeLine({ unit: 'second', price: '1.00' })],
    });
    const calls = [45, 60, 130, 0].map((seconds, index) => {
      const from = paris(`2026-04-0${index + 1}T10:00`);
      return answeredCall(from, from + 10 * s, { acwMs: seconds * s, acwStartedAt: from + 10 * s });
    });
    expect(net(billed(contract, '2026-04', ...calls))).toBe('165.00');
  });

  it('caps paid handle time at 450 s a contact on the average of the month', () => {
    const quantities = { 'line/L1/1/-/-/-': 1_912_000 * s, 'measure/contacts/1/-/-/-': 4_000 };
    const invoiceWith = (averageCap: { perUnitMs: number; measure: string } | null): Invoice =>
      priced(
        sampleContract({
          measures: {
            time: workTime(['TALK', 'HOLD', 'ACW'], { averageCap }),
            contacts: contactCount('handled'),
          },
          lines: [timeLine()],
        }),
        '2026-04',
        quantities,
      );
    expect(net(invoiceWith({ perUnitMs: 450 * s, measure: 'contacts' }))).toBe('14750.00');
    expect(net(invoiceWith(null))).toBe('15667.78');
  });
});
