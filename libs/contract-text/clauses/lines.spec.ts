import { describe, expect, it } from '@jest/globals';
import { fixedLine, sampleTerms, timeLine, unitLine } from '#domain/contract/contract.fixture.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Line } from '#domain/contract/line.js';
import { phrasebook } from '../phrasebook.js';
import { lineClause } from './lines.js';

interface Row {
  readonly line: Line;
  readonly en: string;
  readonly fr: string;
}

const aht: Kpi = { type: 'aht', per: 'contact', version: 1, minSample: 0, onNoData: 'neutral' };
const terms = sampleTerms({ kpis: { aht } });
const base = { id: 'L1', name: 'L1', vat: null, payIf: null };

/** One row for each charge model: how a contract says it to both parties. */
const sentences = {
  time: {
    line: timeLine({ ...base, measure: 'talk', price: '29.50' }),
    en: 'Line L1: talk at 29.50 EUR per hour.',
    fr: 'Ligne L1 : talk à 29,50 EUR par heure.',
  },
  perUnit: {
    line: unitLine({ ...base, measure: 'calls', above: 9_000 }),
    en: 'Line L1: calls beyond 9,000 a month: 1.00 EUR each.',
    fr: "Ligne L1 : calls au-delà de 9 000 par mois : 1,00 EUR l'unité.",
  },
  outcome: {
    line: unitLine({ ...base, model: 'outcome', measure: 'solved' }),
    en: 'Line L1: solved: 1.00 EUR each, as a result achieved; settled at the close of the month.',
    fr: "Ligne L1 : solved : 1,00 EUR l'unité, au titre du résultat obtenu ; réglé à la clôture du mois.",
  },
  fixed: {
    line: fixedLine('18000.00', base),
    en: 'Line L1: 18,000.00 EUR a month, prorated by calendar days.',
    fr: 'Ligne L1 : 18 000,00 EUR par mois, au prorata des jours calendaires.',
  },
  gainShare: {
    line: {
      ...base,
      model: 'gainShare',
      kpi: 'aht',
      baseline: '420',
      better: 'lower',
      unitValue: '28.00',
      per: 'hour',
      share: '0.40',
      guards: [],
    },
    en: 'Line L1: 40 % of what KPI aht saves below 420 s, valued at 28.00 EUR per hour saved.',
    fr: "Ligne L1 : 40 % de ce que l'indicateur aht fait gagner en deçà de 420 s, valorisé à 28,00 EUR par heure gagnée.",
  },
  oneOff: {
    line: { ...base, model: 'oneOff', amount: '7500.00', day: '2026-03-01' },
    en: 'Line L1: 7,500.00 EUR, once, on 1 March 2026.',
    fr: 'Ligne L1 : 7 500,00 EUR, une fois, le 1er mars 2026.',
  },
  passThrough: {
    line: { ...base, model: 'passThrough', measure: 'numbers', markup: '0.05' },
    en: 'Line L1: numbers, charged on at cost plus 5 %.',
    fr: 'Ligne L1 : numbers, refacturé au coût majoré de 5 %.',
  },
} satisfies Record<Line['model'], Row>;

describe('what a contract says of a line', () => {
  it.each(Object.values<Row>(sentences))(
    'says in English and French what a line of model $line.model charges',
    ({ line, en, fr }) => {
      const text = (lang: 'en' | 'fr'): string =>
        lineClause(line, terms, phrasebook(lang, 'EUR', 'Europe/Paris')).text.replaceAll('\u00a0', ' ');
      expect({ en: text('en'), fr: text('fr') }).toEqual({ en, fr });
    },
  );
});
