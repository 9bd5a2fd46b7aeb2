import { describe, expect, it } from '@jest/globals';
import type { EventBonusMalus } from '#domain/contract/bonus-malus.js';
import { sampleTerms } from '#domain/contract/contract.fixture.js';
import { phrasebook } from '../phrasebook.js';
import { bonusMalusClause } from './judged-clause.js';

const clause: EventBonusMalus = {
  kind: 'perEvent',
  id: 'K',
  name: 'K',
  measure: 'complaints',
  base: ['F'],
  amount: '-10.00',
  free: 8,
  cap: { bonus: null, malus: null },
  during: null,
};
const saidIn = (lang: 'en' | 'fr', own: Partial<EventBonusMalus>): string =>
  JSON.stringify(
    bonusMalusClause({ ...clause, ...own }, sampleTerms({}), phrasebook(lang, 'EUR', 'Europe/Paris')),
  );

describe('events that are free', () => {
  it('are said to be those of a month, or of the window that the clause is for', () => {
    expect(saidIn('en', {})).toContain('the first 8 of a month are free');
    expect(saidIn('fr', {})).toContain('les 8 premières du mois sont sans effet');
    expect(saidIn('en', { during: 'peak' })).toContain(
      'the first 8 of the window are free; where the end of an invoiced period or an amendment cuts it, as many',
    );
    expect(saidIn('fr', { during: 'peak' })).toContain(
      'les 8 premières de la période particulière sont sans effet',
    );
  });
});
