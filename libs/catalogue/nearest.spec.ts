import { describe, expect, it } from '@jest/globals';
import { allowedWords, nearest, suggestion } from './nearest.js';

const KEYS = ['id', 'platform', 'timeZone', 'country', 'authentication', 'demo'];

describe('the word that was probably meant', () => {
  it.each([
    ['timezone', 'timeZone'],
    ['time_zone', 'timeZone'],
    ['time-zone', 'timeZone'],
    ['tmeZone', 'timeZone'],
    ['platfrom', 'platform'],
    ['autentication', 'authentication'],
    ['Demo', 'demo'],
    ['di', 'id'],
    ['dmeo', 'demo'],
  ])('%s is near %s', (written, meant) => {
    expect(nearest(written, KEYS)).toBe(meant);
  });

  it.each([
    ['adjustments', 'bonusMalus'],
    ['linesAndAdjustments', 'linesAndBonusMalus'],
    ['outcome', 'result'],
  ])('of %s is its synonym %s', (written, meant) => {
    expect(nearest(written, [...KEYS, 'bonusMalus', 'linesAndBonusMalus', 'result'])).toBe(meant);
    expect(nearest(written, KEYS)).toBeNull();
  });

  it.each(['colour', 'x', ''])('nothing is near %p', (written) => {
    expect(nearest(written, KEYS)).toBeNull();
  });

  it('is said only where there is one', () => {
    expect(suggestion('platfrom', KEYS)).toBe("; did you mean 'platform'?");
    expect(suggestion('colour', KEYS)).toBe('');
  });
});

describe('the words that are allowed', () => {
  it('are shown, of many the first forty', () => {
    expect(allowedWords(['a', 'b'])).toBe('(allowed: a, b)');
    expect(allowedWords([])).toBe('(none defined)');
    expect(allowedWords(Array.from({ length: 43 }, (_, index) => `q${index}`))).toMatch(
      / q39, and 3 more\)$/,
    );
  });
});
