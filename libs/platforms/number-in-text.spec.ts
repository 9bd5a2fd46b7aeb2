import { describe, expect, it } from '@jest/globals';
import { numberInText } from './number-in-text.js';

describe('numberInText', () => {
  it.each([
    ['"ani":"tel:+33612345678"', 'as Genesys writes it'],
    ['"calling_pty":"33612345678"', 'digits with the country'],
    ['"caller_number":"0612345678"', 'as it is dialled in its country'],
    ['"caller_number":612345678', 'a number of JSON'],
    ['0033612345678', 'as it is dialled abroad'],
    ['rappeler au 06 12 34 56 78, merci', 'in a text of an agent'],
    ['06.12.34.56.78', 'with dots'],
    ['+33 (0)6-12-34-56-78', 'with a trunk 0 and dashes'],
    ['06\u00a012\u202f34 56\u00a078', 'with unbreakable spaces'],
    ['06\\u00a012\\u00a034\\u00a056\\u00a078', 'with spaces that JSON escapes'],
    ['from=%2B33%206%2012%2034%2056%2078', 'as in an address'],
    ['<sip:+33612345678@edge.example>', 'as a SIP URI'],
    ['10 0612345678 20', 'beside other numbers'],
  ])('finds %s (%s)', (text) => {
    expect(numberInText('33612345678')(text)).toBe(true);
  });

  it.each([
    ['0612345679', 'another last digit'],
    ['06123456781', 'a longer number'],
    ['{"at":1772445600000,"id":"61234-567"}', 'a piece of it only'],
    ['', 'nothing'],
  ])('does not find it in %s (%s)', (text) => {
    expect(numberInText('33612345678')(text)).toBe(false);
  });

  it('finds a number without trunk prefix, and a short one by its country only', () => {
    // New York: ten digits follow the 1. Niue: four digits follow 683.
    expect(numberInText('12125550123')('(212) 555-0123')).toBe(true);
    expect(numberInText('6834002')('+683 4002')).toBe(true);
    expect(numberInText('6834002')('14002')).toBe(false);
  });
});
