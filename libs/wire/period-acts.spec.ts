import { describe, expect, it } from '@jest/globals';
import { encodeClose, ValidCloses } from './closes.js';
import { closeOf } from './closes.fixture.js';
import {
  decodePeriodAct,
  encodePeriodAct,
  isSamePerson,
  type PeriodAct,
  scheduleActor,
} from './period-acts.js';

const actor = { name: 'Ada', via: 'http', address: '10.0.0.7' } as const;
const about = { contract: 'C1', period: '2026-03', actor, at: 1_775_000_000_000 };
const held: PeriodAct = { act: 'held', ...about, reason: 'disputed' };
const released: PeriodAct = { act: 'released', ...about, reason: 'settled' };
const waits: PeriodAct = { act: 'waits', ...about, actor: scheduleActor, code: 'work-parked', detail: 'c:1' };

const requested = (request: string, offset: number): PeriodAct => {
  const record = encodeClose(closeOf(1, offset), '{}');
  return { act: 'requested', ...about, reason: null, request, revision: 1, digest: `d${offset}`, record };
};

describe('an act about a period', () => {
  it('decodes to what was encoded, and is no close', () => {
    for (const act of [held, released, waits, requested('r', 1)])
      expect(decodePeriodAct(encodePeriodAct(act))).toEqual(act);
    expect(decodePeriodAct(encodeClose(closeOf(1, 3), '{}'))).toBeNull();
    expect(decodePeriodAct('poison')).toBeNull();
  });

  it('makes closes of its period invalid from a hold to its release, and no others', () => {
    const valid = new ValidCloses();
    const other = closeOf(1, 4, '2026-04');
    const values = [
      encodeClose(closeOf(1, 1), '{}'),
      encodePeriodAct(held),
      encodeClose(closeOf(2, 2), '{}'), // held
      encodeClose(other, '{}'), // another period
      encodePeriodAct(waits),
      encodePeriodAct(released),
      encodeClose(closeOf(2, 5), '{}'),
    ];
    expect(values.flatMap((value) => valid.take(value)?.digest ?? [])).toEqual(['d1', 'd4', 'd5']);
    expect(valid.standings.hold('C1', '2026-03')).toBeNull();
    expect(valid.standings.wait('C1', '2026-03')).toEqual(waits);
    expect(valid.standings.hold('C1', '2026-04')).toBeNull();
  });

  it('makes a close that was asked for valid where another person confirms the latest request', () => {
    const confirmed = (request: string, offset: number, name: string) =>
      encodeClose({ ...closeOf(1, offset), request, closedBy: { ...actor, name, at: 1 } }, '{}');
    const digests = (...values: string[]) => {
      const valid = new ValidCloses();
      return values.flatMap((value) => valid.take(value)?.digest ?? []);
    };
    const asked = encodePeriodAct(requested('r1', 1));
    expect(digests(asked, confirmed('r1', 1, 'Bob'))).toEqual(['d1']);
    expect(digests(asked, confirmed('r1', 1, 'ada '))).toEqual([]);
    expect(digests(asked, confirmed('r1', 2, 'Bob'))).toEqual([]); // another event
    expect(digests(confirmed('r1', 1, 'Bob'), asked)).toEqual([]); // before it was asked for
    const again = encodePeriodAct(requested('r2', 2));
    expect(digests(asked, again, confirmed('r1', 1, 'Bob'), confirmed('r2', 2, 'Bob'))).toEqual(['d2']);
    const [hold, release] = [encodePeriodAct(held), encodePeriodAct(released)];
    expect(digests(asked, hold, release, confirmed('r1', 1, 'Bob'))).toEqual([]);
    expect(digests(hold, asked, release, confirmed('r1', 1, 'Bob'))).toEqual([]); // asked for while held
  });

  it('knows a person by the name, however it is typed', () => {
    const same = (a: string, b: string) => isSamePerson({ name: a }, { name: b });
    expect(['ada', ' ADA', 'Ada\u00a0', '\uff21da'].map((name) => same('Ada', name))).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect(same('Ada Lovelace', 'ada  lovelace')).toBe(true);
    expect(same('Ada', 'Adam')).toBe(false);
  });
});
