import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDay, zoneOf } from '#domain/period/zone.js';
import { dayNames, forEachInterval, type DayRule, type IsHoliday } from './wall-clock.js';

const hour = 3_600_000;
const paris = zoneOf('Europe/Paris');
const at = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Paris').epochMilliseconds;
const utc = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const noHoliday: IsHoliday = () => false;

const range = (from: number, to: number) => ({ fromMs: from * hour, toMs: to * hour });
const night: DayRule = { days: [], times: [range(0, 6), range(21, 24)] };
const sunday: DayRule = { days: ['sun'], times: [] };
const holiday: DayRule = { days: ['holiday'], times: [] };

/** Hours of each set of rules, e.g. `{0: 15, 1: 9}`. */
function hours(
  rules: readonly DayRule[],
  from: number,
  to: number,
  isHoliday = noHoliday,
): Record<number, number> {
  const sums: Record<number, number> = {};
  forEachInterval(
    rules,
    paris,
    { holiday: isHoliday, siteHoliday: noHoliday },
    from,
    to,
    (since, until, holds) => {
      sums[holds] = (sums[holds] ?? 0) + (until - since) / hour;
    },
  );
  return sums;
}

function intervals(rules: readonly DayRule[], from: number, to: number): [number, number, number][] {
  const found: [number, number, number][] = [];
  forEachInterval(rules, paris, { holiday: noHoliday, siteHoliday: noHoliday }, from, to, (...interval) =>
    found.push(interval),
  );
  return found;
}

describe('Wall-clock rules', () => {
  it('cut an ordinary day at their edges', () => {
    expect(hours([night], at('2026-04-15T00:00'), at('2026-04-16T00:00'))).toEqual({ 0: 15, 1: 9 });
  });

  it.each([
    ['2026-03-28T21:00', '2026-03-29T06:00', 8],
    ['2026-10-24T21:00', '2026-10-25T06:00', 10],
    ['2026-04-15T21:00', '2026-04-16T06:00', 9],
  ])('cover the night from %s to %s with %d hours', (from, to, length) => {
    expect(hours([night], at(from), at(to))).toEqual({ 1: length });
  });

  it('count an hour that comes twice twice, and one that is skipped not at all', () => {
    const early: DayRule = { days: [], times: [range(2, 3)] };
    expect(hours([early], at('2026-10-25T00:00'), at('2026-10-26T00:00'))[1]).toBe(2);
    expect(hours([early], at('2026-03-29T00:00'), at('2026-03-30T00:00'))[1]).toBeUndefined();
  });

  it('are reported together where several hold', () => {
    const isToussaint: IsHoliday = (day) => day === parseDay('2026-11-01');
    const found = hours(
      [night, sunday, holiday],
      at('2026-11-01T00:00'),
      at('2026-11-02T00:00'),
      isToussaint,
    );
    expect(found).toEqual({ 0b110: 15, 0b111: 9 });
  });

  it('give intervals that end where the whole ends, and neighbours that differ', () => {
    const found = intervals([sunday], at('2026-04-11T12:00'), at('2026-04-14T12:00'));
    expect(found).toEqual([
      [at('2026-04-11T12:00'), at('2026-04-12T00:00'), 0],
      [at('2026-04-12T00:00'), at('2026-04-13T00:00'), 1],
      [at('2026-04-13T00:00'), at('2026-04-14T12:00'), 0],
    ]);
  });

  it('fall into seconds as the clock shows them, at every edge of every day', () => {
    const edges = [0, 6, 21].flatMap((time) =>
      Array.from({ length: 365 }, (_, day) =>
        Temporal.PlainDateTime.from('2026-01-01T00:00').add({ days: day, hours: time }),
      ),
    );
    for (const edge of edges) {
      const instant = edge.toZonedDateTime('Europe/Paris').epochMilliseconds;
      const [before, after] = [instant - 1_000, instant + 1_000].map((around) =>
        intervals([night], Math.min(around, instant), Math.max(around, instant)),
      );
      const inNight = (time: number): number => (time < 6 || time >= 21 ? 1 : 0);
      expect([before?.[0]?.[2], after?.[0]?.[2]]).toEqual([
        inNight((edge.hour + 23) % 24),
        inNight(edge.hour),
      ]);
    }
  });

  it('cover any interval without gap or overlap, in any zone', () => {
    const zones = fc.constantFrom(
      'Europe/Paris',
      'Africa/Casablanca',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
    );
    const start = fc.integer({ min: utc('2010-01-01T00:00:00Z'), max: utc('2030-01-01T00:00:00Z') });
    const rules = fc.array(
      fc.record({
        days: fc.subarray([...dayNames]),
        times: fc.array(
          fc
            .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
            .map(([from, length]) => ({
              fromMs: from * 60_000,
              toMs: Math.min(1440, from + length) * 60_000,
            })),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        zones,
        start,
        fc.integer({ min: 0, max: 40 * 24 * hour }),
        rules,
        (zone, from, length, given) => {
          let reached = from;
          let last = -1;
          forEachInterval(
            given,
            zoneOf(zone),
            { holiday: (day) => day % 9 === 0, siteHoliday: (day) => day % 7 === 0 },
            from,
            from + length,
            (since, until, holds) => {
              expect(since).toBe(reached);
              expect(until).toBeGreaterThan(since);
              expect(holds).not.toBe(last);
              [reached, last] = [until, holds];
            },
          );
          expect(reached).toBe(from + length);
        },
      ),
    );
  });
});
