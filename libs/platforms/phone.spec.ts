import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { e164Digits } from './phone.js';

describe('e164Digits', () => {
  it.each([
    ['+33612345678', 'E.164'],
    ['tel:+33612345678', 'a tel URI, as Genesys writes'],
    ['tel:+33-6-12-34-56-78;ext=12', 'a tel URI with separators and parameters'],
    ['TEL:+33612345678', 'a scheme in capitals'],
    ['33612345678', 'digits without a plus, as Axialys and Avaya write'],
    ['0033612345678', 'the international prefix'],
    ['06 12 34 56 78', 'a national number'],
    ['06.12.34.56.78', 'a national number with dots'],
    ['+33 (0)6 12 34 56 78', 'the trunk 0 in brackets'],
    ['0033 (0)6 12 34 56 78', 'the trunk 0 in brackets after the prefix'],
    ['sip:+33612345678@edge.example.com;user=phone', 'a SIP URI whose user part is a number'],
    [' +33612345678 ', 'blanks around'],
  ])('gives one form for %s (%s)', (text) => {
    expect(e164Digits(text, '33')).toBe('33612345678');
  });

  it('gives one form for both spellings of one caller of the recorded months', () => {
    expect(e164Digits('9725012345678', '972')).toBe('9725012345678');
    expect(e164Digits('tel:+9725012345678', '972')).toBe('9725012345678');
  });

  it.each([
    ['', 'nothing'],
    ['anonymous', 'a withheld number'],
    ['sip:anonymous@anonymous.invalid', 'a withheld number as a URI'],
    ['sip:7001@pbx.example.com', 'an extension'],
    ['sip:33612345678@pbx.example.com', 'a SIP user that only looks like a number'],
    ['centrex:33612345678', 'a routing target'],
    ['broadcast', 'a routing target'],
    ['Jeanne Martin', 'a name'],
    ['210734', 'an extension: too short'],
    ['+123456', 'too short'],
    ['+1234567890123456', 'too long'],
    ['0000000000', 'zeros'],
    ['+0612345678', 'no country begins with 0'],
  ])('finds no number in %s (%s)', (text) => {
    expect(e164Digits(text, '33')).toBeNull();
  });

  it('finds no national number where the country is unknown', () => {
    expect(e164Digits('0612345678', null)).toBeNull();
    expect(e164Digits('+33612345678', null)).toBe('33612345678');
  });

  it('finds no number where there is no text', () => {
    expect(e164Digits(null, '33')).toBeNull();
    expect(e164Digits(undefined, '33')).toBeNull();
  });

  it('gives 7 to 15 digits or nothing, whatever the text', () => {
    const digits = fc.stringMatching(/^(tel:|sip:)?\+?[0-9 ().-]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), fc.constantFrom('33', '972', null), (text, country) => {
        const found = e164Digits(text, country);
        expect(found === null || /^[1-9]\d{6,14}$/.test(found)).toBe(true);
      }),
    );
  });
});
