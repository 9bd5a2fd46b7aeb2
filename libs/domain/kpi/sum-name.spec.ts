import { describe, expect, it } from '@jest/globals';
import { sumField, sumKey } from './sum-name.js';

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

  it('holds before 1970 as well', () => {
    expect(sumKey('programme', 'bank', -1)).toBe('programme|bank|1969-12-31T23');
    expect(sumField(-1, 'offered', null)).toBe('3|offered');
  });

  it('is the same when it was forgotten meanwhile', () => {
    const first = sumField(0, 'gap1', 'sales');
    for (let minutes = 0; minutes < 25_000; minutes++) sumField(0, `gap${minutes}`, 'sales');
    for (let agent = 0; agent < 25_000; agent++) sumField(0, 'talkMs', `agent ${agent}`);
    expect(sumField(0, 'gap1', 'sales')).toBe(first);
    const hours = Array.from({ length: 25_000 }, (_, hour) => sumKey('agent', 'bank', hour * 3_600_000));
    expect(new Set(hours).size).toBe(25_000);
    expect(sumKey('agent', 'bank', 0)).toBe(hours[0]);
  });
});
