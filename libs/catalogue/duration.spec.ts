import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, isoDuration } from './duration.js';

describe('a duration', () => {
  it.each([
    ['PT20S', 20_000],
    ['PT0.5S', 500],
    ['PT1.25S', 1250],
    ['PT1H30M', 5_400_000],
    ['P1D', 86_400_000],
    ['P1DT1S', 86_401_000],
    ['P1W', 604_800_000],
    ['PT24H', 86_400_000],
    ['500ms', 500],
    ['20s', 20_000],
    ['20 s', 20_000],
    ['10min', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1M',
    'P1Y',
    '20',
    '20m',
    '20sec',
    '-20s',
    'PT-5S',
    'pt20s',
    ' 20s',
    '1.5h',
  ])('is not %p: a month has no fixed length, a number alone no unit', (text) => {
    expect(durationMs(text)).toBeNull();
  });

  it('refuses a duration whose milliseconds are no exact integer', () => {
    expect(durationMs('P999999999999D')).toBeNull();
  });

  it('reads a duration back from its ISO text', () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 * 86_400_000 }), (ms) => {
        expect(durationMs(isoDuration(ms))).toBe(ms);
      }),
    );
  });

  it.each([
    [0, 'PT0S'],
    [86_400_000, 'P1D'],
    [604_800_000, 'P7D'],
    [90_000, 'PT1M30S'],
    [86_400_500, 'P1DT0.5S'],
  ])('writes %d ms as %s', (ms, iso) => {
    expect(isoDuration(ms)).toBe(iso);
  });
});
