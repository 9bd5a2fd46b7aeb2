import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { contractOf, faultsOf } from './contract-yaml.fixture.js';

const written = (of: string, line: string): string => `
measures: { asked: { kind: adHoc, of: ${of} } }
lines: [{ id: L1, measure: asked, ${line} }]
`;

describe('Ad-hoc work in a contract', () => {
  it('is charged by the model of the quantity that it is recorded in', () => {
    expect(faultsOf(written('hours', "model: time, price: '48'"))).toEqual([]);
    expect(faultsOf(written('units', "model: perUnit, price: '48'"))).toEqual([]);
    expect(faultsOf(written('amount', 'model: passThrough'))).toEqual([]);
    expect(faultsOf(written('hours', "model: perUnit, price: '48'"))).toEqual([
      "lines[0].measure: 'asked' is ad-hoc work in hours: charge it by a line of model time, or write `of: units` in the measure [wrong-measure-kind]",
    ]);
    expect(faultsOf(written('units', 'model: passThrough'))).toEqual([
      "lines[0].measure: 'asked' is ad-hoc work in units: charge it by a line of model perUnit, or write `of: amount` in the measure [wrong-measure-kind]",
    ]);
  });

  it('has no times of day that a band could apply to, but days', () => {
    const line = (bands: string): string => written('hours', `model: time, price: '48', bands: [${bands}]`);
    expect(faultsOf(line("{ id: sunday, days: [sun], surcharge: '1' }"))).toEqual([]);
    expect(faultsOf(line("{ id: late, times: ['20:00-24:00'], surcharge: '1' }"))).toEqual([
      'lines[0].bands[0].times: late never applies: ad-hoc work is recorded with its day, not with times of day; write days alone, or rates [never-applies]',
    ]);
  });

  it('is said as it is counted, in English and French', () => {
    const contract = contractOf(`
measures: { asked: { kind: adHoc, of: hours, countAt: approval, match: { purchaseOrder: PO-7 } } }
lines: [{ id: L1, model: time, measure: asked, price: '48' }]
`);
    expect(documentText(contractDocument(contract, 'en'))).toContain(
      'asked: hours of ad-hoc work, as far as an approval of the same subject is in force, each piece once; counted in the month of the approval; only with purchaseOrder = PO-7.',
    );
    expect(documentText(contractDocument(contract, 'fr')).replaceAll('\u00a0', ' ')).toContain(
      'asked : les heures de travaux ponctuels, dans la mesure où une approbation du même dossier est en vigueur, chaque' +
        " dossier une seule fois ; comptés dans le mois de l'approbation",
    );
  });
});
