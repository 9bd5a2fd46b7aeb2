import { describe, expect, it } from '@jest/globals';
import { BoundedCache, sumField, sumKey } from './sum-name.js';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);

describe('The name of a live sum', () => {
  it('is grain, programme and UTC hour, and in it quarter-hour, measure and name', () => {
    expect(sumKey('queue', 'bank', at('09:59:59.999'))).toBe('queue|bank|2026-03-01T09');
    expect(sumKey('queue', 'bank', at('10:00:00.000'))).toBe('queue|bank|2026-03-01T10');
    expect(sumKey('agent', 'bank', at('10:00:00.000'))).toBe('agent|bank|2026-03-01T10');
    expect(sumField(at('09:14:59.999'), 'offered', 'sales')).toBe('0|offered|sales');
    expect(sumField(at('09:45:00.000'), 'offered', 'sales')).toBe('3|offered|sales');
    expect(sumField(at('09:45:00.000'), 'talkMs', null)).toBe('3|talkMs');
  });

  it('is right before 1970 as well', () => {
    expect(sumKey('programme', 'bank', -1)).toBe('programme|bank|1969-12-31T23');
    expect(sumField(-1, 'offered', null)).toBe('3|offered');
  });

  it('is the same after the cache was emptied', () => {
    const [field, key] = [sumField(0, 'gap1', 'sales'), sumKey('agent', 'bank', 0)];
    for (let other = 0; other < 60_000; other++) {
      sumField(0, 'talkMs', `agent ${other}`);
      sumKey('agent', 'bank', other * 3_600_000);
    }
    expect(sumField(0, 'gap1', 'sales')).toBe(field);
    expect(sumKey('agent', 'bank', 0)).toBe(key);
  });
});

describe('A bounded cache', () => {
  it('finds a value by its two keys', () => {
    const cache = new BoundedCache<string, string, number>(10);
    expect(cache.keep('a', 'b', 1)).toBe(1);
    expect([cache.find('a', 'b'), cache.find('a', 'a'), cache.find('b', 'b')]).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });

  it('never holds more values than its maximum', () => {
    const cache = new BoundedCache<number, number, number>(100);
    for (let value = 0; value < 1_000; value++) {
      cache.keep(value % 7, value, value);
      expect(cache.size).toBeLessThanOrEqual(100);
      expect(cache.find(value % 7, value)).toBe(value);
    }
  });
});
