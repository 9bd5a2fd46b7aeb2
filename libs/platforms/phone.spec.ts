import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberingPlans } from '#domain/fact/numbering-plans.js';
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

  // By the ITU's national plans: Spain and Portugal have no trunk prefix, Italy keeps its 0, North America
  // has 1 and dials abroad with 011, Russia has 8, Hungary 06.
  it.each([
    ['919555012', '34', '34919555012', 'Madrid, no trunk prefix'],
    ['34919555012', '34', '34919555012', 'the same with its country'],
    ['0034919555012', '34', '34919555012', 'the same as dialled from abroad'],
    ['912345678', '351', '351912345678', 'a mobile of Portugal'],
    ['0669812345', '39', '390669812345', 'Rome, whose 0 is kept'],
    ['3331234567', '39', '393331234567', 'a mobile of Italy'],
    ['2125550123', '1', '12125550123', 'ten digits in North America'],
    ['12125550123', '1', '12125550123', 'the same with its trunk 1, which is its country too'],
    ['01133612345678', '1', '33612345678', 'abroad from North America'],
    ['89161234567', '7', '79161234567', 'the trunk 8 of Russia'],
    ['06301234567', '36', '36301234567', 'the trunk 06 of Hungary'],
    ['612345678', '33', '33612345678', 'a French number whose 0 the switch took off'],
    ['33612345678', '49', '33612345678', 'France, as digits, where national numbers begin with 0'],
    ['4722345678', '1', '14722345678', 'Norway or North Carolina: national where no trunk 0 could show it'],
  ])('reads %s with country %s as %s (%s)', (text, country, expected) => {
    expect(e164Digits(text, country)).toBe(expected);
  });

  it('reads plans of the version that the catalogue names', () => {
    const installed = createRequire(import.meta.url)('libphonenumber-js/package.json') as { version: string };
    expect(numberingPlans).toBe(`libphonenumber-js ${installed.version}`);
  });

  it('gives one form for both spellings of the recorded months', () => {
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
