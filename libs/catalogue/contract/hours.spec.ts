import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { KpiDefinition } from '#domain/contract/kpi.js';
import type { Measure } from '#domain/contract/measure.js';
import { parseContract } from './schema.js';

const base = {
  id: 'C',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  scope: { programme: 'care' },
  lines: [{ id: 'L', model: 'time', measure: 'worked', price: '29.50' }],
};

function read(measure: string, kpi: string) {
  return parseContract({ ...base, measures: { worked: parse(measure) }, kpis: { used: parse(kpi) } });
}

function statesOf(names: string): { measure: Measure | undefined; kpi: KpiDefinition | undefined } {
  const found = read(
    `{ kind: agentTime, states: [${names}] }`,
    `{ type: utilisation, productive: [${names}], paid: [LOGGED_IN] }`,
  );
  if ('faults' in found) throw new Error(JSON.stringify(found.faults));
  const terms = found.contract.versions[0]?.terms;
  return { measure: terms?.measures['worked'], kpi: terms?.kpis['used'] };
}

describe('hours by their name', () => {
  it('stand for their states, each once, in measures and KPIs', () => {
    const states =
      'PREP DIAL TALK HOLD ACW ACW_MISSED PREVIEW RING AVAILABLE BACK_OFFICE TECH_ISSUE_CLIENT COACHING'.split(
        ' ',
      );
    expect(statesOf('PREP, productive@1, COACHING')).toMatchObject({
      measure: { states },
      kpi: { productive: states, paid: ['LOGGED_IN'], overlaps: 'once' },
    });
    expect(statesOf('afterCall@1, preparation@1').measure).toMatchObject({
      states: ['ACW', 'ACW_MISSED', 'PREP'],
    });
  });

  it('are of a version that exists', () => {
    const found = read(
      '{ kind: agentTime, states: [productive@2] }',
      '{ type: utilisation, productive: [productive], paid: [logged@1] }',
    );
    const faults = 'faults' in found ? found.faults : [];
    expect(faults.map(({ code, path }) => [code, path])).toEqual([
      ['unknown-word', 'measures.worked.states[0]'],
      ['unknown-word', 'kpis.used.productive[0]'],
    ]);
    expect(faults[0]?.message).toContain("'productive@1'");
  });

  it('are the session alone, or what is done in it', () => {
    const found = read(
      '{ kind: agentTime, states: [logged@1, staffed@1] }',
      '{ type: utilisation, productive: [staffed@1], paid: [logged@1] }',
    );
    expect('faults' in found && found.faults.map(({ code }) => code)).toEqual(['session-with-states']);
  });
});
