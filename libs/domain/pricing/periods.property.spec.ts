import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contactCount,
  fixedLine,
  paris,
  sampleContract,
  sampleTerms,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Given, GivenContact } from '#domain/metering/example.js';
import { type Decimal, zero } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { weekdays, type Rhythm } from '#domain/period/rhythm.js';
import { runExample } from './example.js';

/** A quarter with the night in which the clocks go forward. */
const [start, end] = [paris('2026-01-01T00:00'), paris('2026-04-01T00:00')];

/** No term that is judged by the period: amounts of months, and units of one price each. */
function termsOf(price: string, amount: string): Partial<Terms> {
  return {
    measures: {
      time: workTime(['TALK']),
      contacts: contactCount('handled'),
      seat: { kind: 'seats', seats: 2, open: [] },
    },
    lines: [
      timeLine({ price }),
      unitLine({ id: 'L2', pricing: { mode: 'flat', price } }),
      timeLine({ id: 'L3', measure: 'seat', price: '24.00' }),
      fixedLine(amount, { id: 'L4' }),
    ],
  };
}

function contractBy(rhythm: Rhythm, amendedAt: number): Contract {
  const rest = { graceHours: 72, disputeDays: 15, lateEvents: 'nextPeriod' } as const;
  const contract = sampleContract(termsOf('2.00', '3100.00'));
  const amended = sampleTerms(termsOf('2.50', '2800.00'));
  return {
    ...contract,
    term: { firstDay: '2026-01-01', lastDay: '2026-03-31' },
    period: { ...rhythm, ...rest },
    versions: [
      ...contract.versions,
      { version: 2, from: amendedAt, reason: null, terms: amended, windows: [] },
    ],
  };
}

/** What each line costs in all periods of the quarter together, before rounding. */
function costs(contract: Contract, given: readonly Given[]): Record<string, string> {
  const { at, shift } = periodsOf(contract);
  const sums: Record<string, Decimal> = {};
  for (let period = at(start); period <= at(end - 1); period = shift(period, 1)) {
    const { invoice } = runExample(contract, { says: 'it', period, given, price: null, lines: {} });
    for (const { line, exact } of invoice.lines) sums[line] = (sums[line] ?? zero).plus(exact);
  }
  return Object.fromEntries(Object.entries(sums).map(([line, sum]) => [line, sum.toFixed(12)]));
}

const agent = { grade: null, site: null, country: null, skills: [], languages: [] };

function call(enteredAt: number, talkMs: number): Given {
  const contact: GivenContact = {
    kind: 'contact',
    queue: 'any',
    enteredAt,
    media: 'voice',
    direction: 'inbound',
    result: 'answered',
    waitMs: 0,
    dialMs: 0,
    talkMs,
    holdMs: 0,
    acwMs: 0,
    agent,
    disposition: null,
    transferred: false,
    customer: null,
  };
  return { ...contact, times: 1 };
}

describe('What no clause judges by the period', () => {
  it('costs in all weeks, half-months or 4-4-5 periods of a quarter what it costs by the quarter', () => {
    const rhythm: fc.Arbitrary<Rhythm> = fc.oneof(
      fc.constantFrom<Rhythm>({ unit: 'halfMonth' }, { unit: 'month' }, { unit: 'year' }),
      fc.record({ unit: fc.constant('week' as const), weekStart: fc.constantFrom(...weekdays) }),
      fc.record({
        unit: fc.constant('4-4-5' as const),
        yearStart: fc.record({
          weekday: fc.constantFrom(...weekdays),
          nearestTo: fc.constantFrom('01-01', '02-01', '09-30'),
        }),
      }),
    );
    const instant = fc.integer({ min: start + 1, max: end - 1 });
    const calls = fc.array(fc.record({ at: instant, talkMs: fc.integer({ min: 1, max: 7_200_000 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rhythm, instant, calls, (drawn, amendedAt, made) => {
        const given = made.map(({ at, talkMs }) => call(at, Math.min(talkMs, end - at)));
        expect(costs(contractBy(drawn, amendedAt), given)).toEqual(
          costs(contractBy({ unit: 'quarter' }, amendedAt), given),
        );
      }),
      { numRuns: 30 },
    );
  });
});
