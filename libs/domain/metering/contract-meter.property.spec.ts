import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactContent, Leg } from '#domain/posting/posting.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { decodeQuantityKey } from './quantity-key.js';
import type { Band } from '#domain/contract/line.js';
import type { Increment } from '#domain/contract/measure.js';
import { contractMeter, type Quantity } from './contract-meter.js';
import {
  answeredCall,
  contact,
  contactCount,
  sampleContract,
  sampleScope,
  sampleVersion,
  timeLine,
  unitLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import { incremented } from '#domain/scope/contact-time.js';

const hour = 3_600_000;
const start = utc('2026-03-15T00:00:00Z');
const end = utc('2026-11-15T00:00:00Z');

const bands: Band[] = [
  {
    id: 'evening',
    days: [],
    times: [{ fromMs: 20 * hour, toMs: 24 * hour }],
    price: '35.00',
    surcharge: null,
  },
  { id: 'night', days: [], times: [{ fromMs: 0, toMs: 6 * hour }], price: '40.00', surcharge: null },
  { id: 'sunday', days: ['sun'], times: [], price: '45.00', surcharge: null },
  { id: 'holiday', days: ['holiday'], times: [], price: '60.00', surcharge: null },
];

/** Amended twice within a month, with a peak window, in a zone whose clocks change. */
function contractOf(states: readonly string[], increment: Increment | null, capMs: number | null): Contract {
  const terms: Partial<Terms> = {
    measures: { time: workTime(states, { increment, capMs }), contacts: contactCount('answered') },
    lines: [timeLine({ bands }), unitLine({ id: 'L2' })],
  };
  const first = sampleVersion(1, null, terms);
  const windows = [
    { id: 'W', from: utc('2026-05-01T00:00:00Z'), to: utc('2026-05-02T13:00:00Z'), terms: first.terms },
  ];
  const versions = [
    { ...first, windows },
    sampleVersion(2, utc('2026-05-16T03:20:00Z'), terms),
    sampleVersion(3, utc('2026-05-20T00:00:00Z'), terms),
  ];
  return sampleContract({}, { versions });
}

const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const leg: fc.Arbitrary<Leg> = fc
  .record({
    startedAt: fc.integer({ min: start, max: end }),
    talk: ms(5 * hour),
    hold: ms(hour),
    acw: ms(hour),
    pause: ms(hour),
    dial: ms(hour),
  })
  .map(({ startedAt, talk, hold, acw, pause, dial }) => ({
    agent: 'c:a1',
    queue: 'c:q1',
    startedAt,
    endedAt: startedAt + talk + hold,
    talkMs: talk,
    holdMs: hold,
    dialMs: dial,
    acwMs: acw,
    acwStartedAt: startedAt + talk + hold + pause,
    disposition: null,
    transferredOut: false,
  }));

const call: fc.Arbitrary<ContactContent> = fc.array(leg, { minLength: 1, maxLength: 3 }).map((legs) => {
  const sorted = legs.toSorted((a, b) => a.startedAt - b.startedAt);
  const enteredAt = (sorted[0]?.startedAt ?? start) - 1_000;
  return contact({
    segments: [{ queue: 'c:q1', enteredAt, leftAt: enteredAt + 1_000, waitMs: 1_000, result: 'answered' }],
    legs: sorted,
  });
});

function total(quantities: readonly Quantity[], line: string): number {
  return quantities
    .filter(({ key }) => {
      const cell = decodeQuantityKey(key);
      return cell.kind === 'line' && cell.id === line;
    })
    .reduce((sum, { value }) => sum + value, 0);
}

const increments: fc.Arbitrary<Increment> = fc.record({
  firstMs: fc.integer({ min: 1, max: 120_000 }),
  stepMs: fc.integer({ min: 1, max: 120_000 }),
  per: fc.constant('contact' as const),
});

describe('For any contact, over all periods, versions, windows and bands,', () => {
  it('the parts of its time sum to the whole', () => {
    const meter = contractMeter(contractOf(['TALK', 'HOLD', 'ACW', 'DIAL'], null, null), sampleScope);
    fc.assert(
      fc.property(call, (content) => {
        const worked = content.legs.reduce(
          (sum, { talkMs, holdMs, acwMs, dialMs }) =>
            sum + (talkMs ?? 0) + (holdMs ?? 0) + (acwMs ?? 0) + dialMs,
          0,
        );
        expect(total(meter.measure(content), 'L1')).toBe(worked);
      }),
    );
  });

  it('billed time is the whole rounded up, and never more than its cap', () => {
    fc.assert(
      fc.property(call, increments, fc.option(ms(6 * hour)), (content, increment, capMs) => {
        const meter = contractMeter(contractOf(['TALK'], increment, capMs), sampleScope);
        const talked = content.legs.reduce((sum, { talkMs }) => sum + (talkMs ?? 0), 0);
        const billed = incremented(talked, increment);
        expect(total(meter.measure(content), 'L1')).toBe(capMs === null ? billed : Math.min(billed, capMs));
      }),
      { numRuns: 60 },
    );
  });

  it('the contact is counted once', () => {
    const meter = contractMeter(contractOf(['TALK'], null, null), sampleScope);
    fc.assert(
      fc.property(call, (content) => {
        expect(total(meter.measure(content), 'L2')).toBe(1);
      }),
    );
  });

  it('each quantity lies in the period, version and band that its key names', () => {
    const contract = contractOf(['TALK'], null, null);
    const meter = contractMeter(contract, sampleScope);
    fc.assert(
      fc.property(fc.integer({ min: start, max: end }), (at) => {
        const [quantity] = meter.measure(answeredCall(at, at + 1));
        const cell = decodeQuantityKey(quantity?.key ?? '');
        const bounds = periodsOf(contract).bounds(quantity?.period ?? '');
        expect(at >= bounds.start && at < bounds.end).toBe(true);
        const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(contract.timeZone);
        const held = 'bands' in cell ? cell.bands : [];
        expect(held.includes('evening')).toBe(local.hour >= 20);
        expect(held.includes('night')).toBe(local.hour < 6);
        expect(held.includes('sunday')).toBe(local.dayOfWeek === 7);
      }),
    );
  });

  it('a posting with sign -1 undoes it, and the order of postings does not matter', () => {
    const meter = contractMeter(
      contractOf(['TALK', 'ACW'], { firstMs: 30_000, stepMs: 6_000, per: 'contact' }, null),
      sampleScope,
    );
    const sum = (postings: readonly { content: ContactContent; sign: 1 | -1 }[]): Map<string, number> => {
      const sums = new Map<string, number>();
      for (const { content, sign } of postings) {
        for (const { period, key, value } of meter.measure(content)) {
          const name = `${period} ${key}`;
          sums.set(name, (sums.get(name) ?? 0) + sign * value);
        }
      }
      return new Map([...sums].filter(([, value]) => value !== 0).sort());
    };
    const journal = fc
      .tuple(fc.array(call, { maxLength: 6 }), fc.array(call, { maxLength: 6 }))
      .chain(([kept, revised]) => {
        const postings = [
          ...kept.map((content) => ({ content, sign: 1 as const })),
          ...revised.flatMap((content) => [
            { content, sign: 1 as const },
            { content, sign: -1 as const },
          ]),
        ];
        return fc
          .shuffledSubarray(postings, { minLength: postings.length })
          .map((shuffled) => ({ kept, shuffled }));
      });
    fc.assert(
      fc.property(journal, ({ kept, shuffled }) => {
        expect(sum(shuffled)).toEqual(sum(kept.map((content) => ({ content, sign: 1 }))));
      }),
    );
  });
});

describe('Every edge of every band in a year of Paris', () => {
  it('has one second billed before it and one after it', () => {
    const contract = contractOf(['TALK'], null, null);
    const meter = contractMeter(sampleContract({ ...contract.versions[0]?.terms }), sampleScope);
    const first = Temporal.PlainDateTime.from('2026-01-01T00:00');
    for (let day = 0; day < 365; day += 1) {
      for (const time of [0, 6, 20]) {
        const edge = first.add({ days: day, hours: time }).toZonedDateTime('Europe/Paris').epochMilliseconds;
        const parts = meter
          .measure(answeredCall(edge - 1_000, edge + 1_000))
          .filter(({ key }) => key.startsWith('line/L1/'));
        expect(parts.map(({ value }) => value)).toEqual([1_000, 1_000]);
      }
    }
  });
});
