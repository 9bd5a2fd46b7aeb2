import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import type { CloseTerms } from '#domain/contract/contract.js';
import { parseContract } from './schema.js';

const head = {
  id: 'C',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  scope: { programme: 'care' },
  measures: { answered: { kind: 'count', of: 'answered' } },
  lines: [{ id: 'calls', model: 'perUnit', measure: 'answered', price: '2.00' }],
};

function read(close?: object) {
  const parsed = parseContract({ ...head, ...(close !== undefined && { close }) });
  if ('faults' in parsed) return { faults: parsed.faults.map(({ path, code }) => `${path} ${code}`) };
  const text = (lang: 'en' | 'fr') => documentText(contractDocument(parsed.contract, lang));
  return { terms: parsed.contract.close, en: text('en'), fr: text('fr') };
}

const terms = (own: Partial<CloseTerms>): CloseTerms => ({
  automatic: true,
  at: '06:00',
  omissions: 'wait',
  ...own,
});

describe('how the periods of a contract are closed', () => {
  it('is said by the contract, or is as for every contract', () => {
    expect(read().terms).toBeUndefined();
    expect(read({}).terms).toEqual(terms({}));
    expect(read({ at: '00:30', omissions: 'accept' }).terms).toEqual(
      terms({ at: '00:30', omissions: 'accept' }),
    );
    expect(read({ fourEyes: true }).terms).toEqual(terms({ fourEyes: true }));
    expect(read({ automatic: false }).terms).toEqual(terms({ automatic: false }));
  });

  it('is a time of the day that exists', () => {
    for (const at of ['6:00', '24:00', '06:60', 'noon'])
      expect(read({ at }).faults).toEqual(['close.at malformed-times']);
    // YAML 1.1 reads 06:00 without quotes as a number
    expect(read({ at: 360 }).faults).toHaveLength(1);
    expect(read({ omissions: 'ignore' }).faults).toHaveLength(1);
  });

  it('is a clause for both parties', () => {
    const accepts = read({ at: '00:30', omissions: 'accept' });
    expect(accepts.en).toContain(
      'It is closed by itself at the next 00:30 of the clock there, also where work is left out',
    );
    expect(accepts.fr).toContain(
      "La clôture se fait d'elle-même au prochain 00:30 de l'heure locale, même si",
    );
    expect(read({ automatic: false }).fr).toContain('La clôture est faite par une personne uniquement.');
    const two = read({ fourEyes: true });
    expect(two.en).toContain('It is closed by two people: one asks for the close or the correction, another');
    expect(two.fr).toContain(
      "l'une demande la clôture ou la rectification, l'autre confirme exactement cela",
    );
    expect(two.en).not.toContain('closed by itself');
    expect(read().en).not.toContain('closed by itself');
  });
});
