import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { type Agreed, CarriedOffice, type Month, months } from './carried-office.js';

/**
 * Closes and adjustments of neighbouring months, compared with a program that knows nothing of ours: what a
 * month costs is counted in cents from the number of its calls, and a list says what waits for which invoice.
 */
const unlimited: Agreed = { lateEvents: 'nextPeriod', monthlyMin: null };

/** Cents: calls at 2.35, ten seconds of each at 29.50 an hour, half a cent up; at least the minimum. */
function priceOf(calls: number, { monthlyMin }: Agreed): number {
  const talk = Math.floor((2 * calls * 10 * 2_950 + 3_600) / 7_200);
  return Math.max(calls * 235 + talk, monthlyMin ?? 0);
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const totalOf = ({ data }: InvoiceReadyEvent): number => cents(data.totals.totalWithoutVat.amount);

interface Waiting {
  readonly month: Month;
  readonly revision: number;
  readonly net: number;
}

/** What was invoiced, by the rules of the contract alone. */
class Expected {
  readonly #agreed: Agreed;
  readonly #calls = new Map<Month, number>();
  /** Of closed months: what all revisions charged, the calls of the last, and how many there are. */
  readonly #closed = new Map<Month, { net: number; calls: number; revisions: number }>();
  readonly #waiting = new Map<Month, Waiting[]>();
  readonly events: Record<string, unknown>[] = [];

  constructor(agreed: Agreed) {
    this.#agreed = agreed;
  }

  add(month: Month, calls: number): void {
    this.#calls.set(month, (this.#calls.get(month) ?? 0) + calls);
  }

  close(month: Month): void {
    if (this.#closed.has(month)) return;
    const calls = this.#calls.get(month) ?? 0;
    const net = priceOf(calls, this.#agreed);
    const carried = this.#waiting.get(month) ?? [];
    this.#waiting.delete(month);
    this.#closed.set(month, { net, calls, revisions: 1 });
    const total = carried.reduce((sum, each) => sum + each.net, net);
    this.events.push({ month, revision: 1, total, carried, carriedBy: null });
  }

  adjust(month: Month): void {
    const closed = this.#closed.get(month);
    if (closed === undefined) return this.close(month);
    const calls = this.#calls.get(month) ?? 0;
    if (calls === closed.calls) return;
    const now = priceOf(calls, this.#agreed);
    const net = now - closed.net;
    const revision = closed.revisions + 1;
    this.#closed.set(month, { net: now, calls, revisions: revision });
    const later = [...months, '2026-07' as Month].find((each) => each > month && !this.#closed.has(each));
    const carriedBy = this.#agreed.lateEvents === 'creditNote' ? null : (later ?? null);
    if (carriedBy !== null) {
      this.#waiting.set(carriedBy, [...(this.#waiting.get(carriedBy) ?? []), { month, revision, net }]);
    }
    this.events.push({ month, revision, total: net, carried: [], carriedBy });
  }

  /** What all events of a month have charged for it. */
  get invoiced(): Record<string, number> {
    return Object.fromEntries([...this.#closed].map(([month, { net }]) => [month, net]));
  }

  get waits(): number {
    return [...this.#waiting.values()].flat().reduce((sum, { net }) => sum + net, 0);
  }
}

const byPlace = (a: Record<string, unknown>, b: Record<string, unknown>): number =>
  JSON.stringify([a['month'], a['revision']]) < JSON.stringify([b['month'], b['revision']]) ? -1 : 1;

function shown(event: InvoiceReadyEvent): Record<string, unknown> {
  const { period: month, revision, adjusts, carried = [] } = event.data;
  return {
    month,
    revision,
    total: totalOf(event),
    carried: carried.map((each) => {
      return { month: each.period, revision: each.revision, net: cents(each.totalWithoutVat.amount) };
    }),
    carriedBy: adjusts?.carriedBy ?? null,
  };
}

function expectInvoiced(office: CarriedOffice, expected: Expected): void {
  const events = office.events();
  expect(events.map(shown).toSorted(byPlace)).toEqual(expected.events.toSorted(byPlace));
  // the events of a month, without what they carry of others, are what it costs at its last cut
  const own: Record<string, number> = {};
  for (const event of events) {
    const carried = event.data.carried ?? [];
    const others = carried.reduce((sum, { totalWithoutVat }) => sum + cents(totalWithoutVat.amount), 0);
    own[event.data.period] = (own[event.data.period] ?? 0) + totalOf(event) - others;
  }
  expect(own).toEqual(expected.invoiced);
  // a buyer who pays the events that are payable has paid everything once, but what still waits
  const payable = events.filter(({ data }) => data.adjusts?.payable !== false);
  const paid = payable.reduce((sum, event) => sum + totalOf(event), 0);
  expect(paid + expected.waits).toBe(Object.values(expected.invoiced).reduce((sum, net) => sum + net, 0));
  for (const event of events) expectWhole(event, events);
}

/** An event adds up by itself: entries, VAT groups, and what it carries is what the adjustment says. */
function expectWhole(event: InvoiceReadyEvent, events: readonly InvoiceReadyEvent[]): void {
  const { lines, allowancesAndCharges, vatBreakdown, carried = [], adjusts } = event.data;
  const entries = [
    ...lines.map(({ identifier, netAmount, vat, corrects }) => {
      return { identifier, net: cents(netAmount.amount), rate: vat.rate, corrects };
    }),
    ...allowancesAndCharges.map(({ identifier, amount, chargeIndicator, vat, corrects }) => {
      return { identifier, net: cents(amount.amount) * (chargeIndicator ? 1 : -1), rate: vat.rate, corrects };
    }),
  ];
  expect(new Set(entries.map(({ identifier }) => identifier)).size).toBe(entries.length);
  const sum = (some: typeof entries): number => some.reduce((all, { net }) => all + net, 0);
  expect(sum(entries)).toBe(totalOf(event));
  for (const { vat, taxableAmount, taxAmount } of vatBreakdown) {
    const base = sum(entries.filter(({ rate }) => rate === vat.rate));
    expect(cents(taxableAmount.amount)).toBe(base);
    const tax = Math.floor((2 * Math.abs(base) * Number(vat.rate) + 100) / 200);
    expect(Math.abs(cents(taxAmount.amount))).toBe(tax);
  }
  for (const { adjustment, totalWithoutVat, precedingInvoice } of carried) {
    const origin = events.find(({ id }) => id === adjustment);
    expect(origin?.data.adjusts).toMatchObject({ payable: false, carriedByEvent: event.id });
    expect(origin?.data.adjusts?.id).toBe(precedingInvoice);
    const own = entries.filter(({ corrects }) => corrects?.adjustment === adjustment);
    expect(sum(own)).toBe(cents(totalWithoutVat.amount));
    expect(own.length).toBe(
      (origin?.data.lines.length ?? 0) + (origin?.data.allowancesAndCharges.length ?? 0),
    );
  }
  if (adjusts !== null) expect(adjusts.payable).toBe(adjusts.carriedBy === null);
}

const fates = ['refused', 'lostAck', 'crashBefore', 'crashAfter', 'torn'] as const;
const step = fc.record({
  act: fc.constantFrom('add', 'add', 'close', 'adjust', 'adjust'),
  month: fc.constantFrom(...months),
  calls: fc.integer({ min: 1, max: 9 }),
  trouble: fc.option(fc.record({ after: fc.integer({ min: 0, max: 25 }), fate: fc.constantFrom(...fates) })),
});
const agreements = fc.record({
  lateEvents: fc.constantFrom('nextPeriod', 'nextPeriod', 'creditNote'),
  monthlyMin: fc.constantFrom(null, 2_000),
});

describe('what becomes known after a close', () => {
  it('is paid exactly once, and the events of a month are its price, whatever comes between (property)', async () => {
    await fc.assert(
      fc.asyncProperty(agreements, fc.array(step, { minLength: 4, maxLength: 16 }), async (agreed, steps) => {
        const office = await CarriedOffice.open(agreed);
        const expected = new Expected(agreed);
        for (const { act, month, calls, trouble } of steps) {
          if (act === 'add') {
            await office.add(month, calls);
            expected.add(month, calls);
            continue;
          }
          if (trouble !== null) await office.goOn(office.close(month, act), trouble.after, trouble.fate);
          expect(await office.goOn(office.close(month, act))).toBe('closed');
          if (act === 'close') expected.close(month);
          else expected.adjust(month);
        }
        expectInvoiced(office, expected);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

/** March is closed and one more call of it is known, April is not closed. */
async function betweenMonths(): Promise<{ office: CarriedOffice; expected: Expected }> {
  const office = await CarriedOffice.open(unlimited);
  const expected = new Expected(unlimited);
  for (const [month, calls] of [
    ['2026-03', 4],
    ['2026-04', 3],
  ] as const) {
    await office.add(month, calls);
    expected.add(month, calls);
  }
  await office.goOn(office.close('2026-03', 'close'));
  expected.close('2026-03');
  await office.add('2026-03', 1);
  expected.add('2026-03', 1);
  return { office, expected };
}

async function callsOf(
  begin: (office: CarriedOffice) => ReturnType<CarriedOffice['close']>,
): Promise<number> {
  const { office } = await betweenMonths();
  const running = begin(office);
  let calls = 1;
  while ((await office.goOn(running, 1)) === null) calls += 1;
  return calls;
}

describe('the adjustment of a month and the close of the one that carries it', () => {
  it('at the same moment: April carries it, or May does, and never both or none', async () => {
    const carriers = new Set<string>();
    const [adjustCalls, closeCalls] = [
      await callsOf((office) => office.close('2026-03', 'adjust')),
      await callsOf((office) => office.close('2026-04', 'close')),
    ];
    for (let adjust = 0; adjust <= adjustCalls; adjust++) {
      for (let close = 0; close <= closeCalls; close++) {
        const { office, expected } = await betweenMonths();
        const [adjusting, closing] = [office.close('2026-03', 'adjust'), office.close('2026-04', 'close')];
        await office.goOn(adjusting, adjust);
        await office.goOn(closing, close);
        const outcomes = [await office.goOn(adjusting), await office.goOn(closing)];
        expect([adjust, close, outcomes]).toEqual([adjust, close, ['closed', 'closed']]);
        const adjustment = office.events().find(({ data }) => data.revision === 2);
        const carrier = adjustment?.data.adjusts?.carriedBy ?? '';
        carriers.add(carrier);
        if (carrier === '2026-04') expected.adjust('2026-03');
        expected.close('2026-04');
        expected.adjust('2026-03');
        expectInvoiced(office, expected);
        await office.goOn(office.close('2026-05', 'close'));
        expected.close('2026-05');
        expectInvoiced(office, expected);
      }
    }
    expect([...carriers].toSorted()).toEqual(['2026-04', '2026-05']);
  }, 300_000);

  it('go on where one of them dies at any of its calls: one event, one content, carried once', async () => {
    for (const fate of ['crashBefore', 'crashAfter'] as const) {
      const calls = await callsOf((office) => office.close('2026-03', 'adjust'));
      for (let before = 0; before < calls; before++) {
        const { office, expected } = await betweenMonths();
        await office.goOn(office.close('2026-03', 'adjust'), before, fate);
        const dying = office.close('2026-04', 'close');
        await office.goOn(dying, before, fate);
        const hasAdjusted = office.events().some(({ data }) => data.carried !== undefined);
        expect(await office.goOn(office.close('2026-03', 'adjust'))).toBe('closed');
        expect(await office.goOn(office.close('2026-04', 'close'))).toBe('closed');
        const carrier = office.events().find(({ data }) => data.revision === 2)?.data.adjusts?.carriedBy;
        expect(hasAdjusted && carrier !== '2026-04').toBe(false);
        if (carrier === '2026-04') expected.adjust('2026-03');
        expected.close('2026-04');
        expected.adjust('2026-03');
        expectInvoiced(office, expected);
      }
    }
  }, 300_000);
});
