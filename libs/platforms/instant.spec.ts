import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPlausible, parseInstant } from './instant.js';
import { latestPlausible } from './platform.js';

describe('parseInstant', () => {
  const at = Date.UTC(2026, 10, 20, 9, 9, 48);

  it.each([
    '2026-11-20T10:09:48+01:00',
    '2026-11-20T10:09:48+0100',
    '2026-11-20T10:09:48+01',
    '2026-11-20 10:09:48 +01:00',
    '2026-11-20T09:09:48Z',
    '2026-11-20T09:09:48.000z',
    '2026-11-20T02:39:48-06:30',
  ])('reads the offset of %s', (text) => {
    expect(parseInstant(text, 'Asia/Tokyo')).toEqual({ at, irregularity: null });
  });

  it('reads a text without an offset in the zone of the connection', () => {
    expect(parseInstant('2026-11-20T10:09:48', 'Europe/Paris')).toEqual({ at, irregularity: null });
    expect(parseInstant('2026-11-20 10:09:48', 'Europe/Paris')).toEqual({ at, irregularity: null });
    expect(parseInstant('2026-11-20T10:09:48', null)).toBeNull();
  });

  it('cuts off digits below a millisecond', () => {
    expect(parseInstant('2026-11-20T09:09:48.1Z', null)?.at).toBe(at + 100);
    expect(parseInstant('2026-11-20T09:09:48.123999Z', null)?.at).toBe(at + 123);
  });

  it('takes the earlier of two instants with one local time, and says so', () => {
    expect(parseInstant('2026-10-25T02:30:00', 'Europe/Paris')).toEqual({
      at: 1792888200000,
      irregularity: 'ambiguous-local-time',
    });
    expect(parseInstant('2026-10-25T02:30:00+01:00', 'Europe/Paris')).toEqual({
      at: 1792891800000,
      irregularity: null,
    });
  });

  it('reads a local time that the clocks skipped as before the change, and says so', () => {
    expect(parseInstant('2027-03-28T02:30:00', 'Europe/Paris')).toEqual({
      at: Date.UTC(2027, 2, 28, 1, 30),
      irregularity: 'skipped-local-time',
    });
  });

  it.each([
    '2026-02-29T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01',
    '0001-01-01T00:00:00Z',
    '2026-11-20T10:09:48+25:00',
    '20/11/2026 10:09',
    '1795165510400',
    '',
  ])('gives null for %s', (text) => {
    expect(parseInstant(text, 'Europe/Paris')).toBeNull();
  });

  it('reads back every instant that is written', () => {
    const instants = fc.date({
      min: new Date('1990-01-01'),
      max: new Date('2200-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseInstant(date.toISOString(), null)).toEqual({ at: date.getTime(), irregularity: null });
      }),
    );
  });
});

describe('isPlausible', () => {
  const receivedAt = Date.UTC(2026, 10, 20);
  const isRead = (at: number, connection: { readonly aheadMs?: number } = {}, redrivenAt?: number): boolean =>
    isPlausible(at, latestPlausible({ body: '', receivedAt, redrivenAt }, connection));

  it('allows 1990 to one day after the receipt, ends included', () => {
    expect(isRead(Date.UTC(1990, 0, 1))).toBe(true);
    expect(isRead(Date.UTC(1990, 0, 1) - 1)).toBe(false);
    expect(isRead(receivedAt + 86_400_000)).toBe(true);
    expect(isRead(receivedAt + 86_400_001)).toBe(false);
  });

  it('allows as much after the receipt, or after it was sent again, as the connection does', () => {
    const quarter = { aheadMs: 900_000 };
    expect(isRead(receivedAt + 900_000, quarter)).toBe(true);
    expect(isRead(receivedAt + 900_001, quarter)).toBe(false);
    expect(isRead(receivedAt + 3_600_000, quarter, receivedAt + 2_700_000)).toBe(true);
    expect(isRead(receivedAt + 3_600_000, quarter, receivedAt + 2_699_999)).toBe(false);
  });
});
