import { describe, expect, it } from '@jest/globals';
import { encodeClose, ValidCloses } from './closes.js';
import { closeOf } from './closes.fixture.js';
import { decodePeriodAct, encodePeriodAct, type PeriodAct, scheduleActor } from './period-acts.js';

const actor = { name: 'Ada', via: 'http', address: '10.0.0.7' } as const;
const about = { contract: 'C1', period: '2026-03', actor, at: 1_775_000_000_000 };
const held: PeriodAct = { act: 'held', ...about, reason: 'disputed' };
const released: PeriodAct = { act: 'released', ...about, reason: 'settled' };
const waits: PeriodAct = { act: 'waits', ...about, actor: scheduleActor, code: 'work-parked', detail: 'c:1' };

describe('an act about a period', () => {
  it('decodes to what was encoded, and is no close', () => {
    for (const act of [held, released, waits]) expect(decodePeriodAct(encodePeriodAct(act))).toEqual(act);
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
});
