import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from './catalogue.js';
import { formatFault } from './fault.js';
import { readCatalogue } from './load.js';

const base = `tenant: acme
connections:
  - {id: crm, platform: outcomes, timeZone: Europe/Paris, authentication: {scheme: none}, demo: true}
programmes:
  - {id: care, brand: Acme, timeZone: Europe/Paris, queues: [{connection: crm, native: q1}]}
`;
const contract = (measures: string, kpis = ''): string => `contracts:
  - id: c1
    seller: {name: Horizon, countryCode: FR}
    buyer: {name: Acme, countryCode: FR}
    currency: EUR
    timeZone: Europe/Paris
    scope: {programme: care}
    measures: {${measures}}
    kpis: {${kpis}}
    lines: [{id: L1, model: fixed, amount: "1.00"}]
`;

function catalogue(text: string): Catalogue {
  const result = readCatalogue([{ name: 'a.yaml', text: base + text }]);
  if ('faults' in result) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.catalogue;
}

/** `path: message` of each fault. */
function faults(text: string): string[] {
  const result = readCatalogue([{ name: 'a.yaml', text: base + text }]);
  return 'faults' in result ? result.faults.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('outcomes in a catalogue', () => {
  it('keeps outcomes in one order, however they are written', () => {
    const text = `outcomes:
  - {name: parcel.returned, fields: {value: {type: decimal, required: true}, boxes: {type: integer}}}
  - {name: door_knocked}
`;
    const { outcomes, version } = catalogue(text);
    expect(outcomes).toEqual([
      { name: 'door_knocked', fields: {} },
      {
        name: 'parcel.returned',
        fields: { value: { type: 'decimal', required: true }, boxes: { type: 'integer', required: false } },
      },
    ]);
    expect(version).not.toBe(catalogue('').version);
    expect(catalogue(`outcomes: [${JSON.stringify(outcomes[1])}, {name: door_knocked}]\n`).version).toBe(
      version,
    );
  });

  it('lets a definition add to the fields of a known outcome, not change them', () => {
    expect(
      catalogue('outcomes: [{name: sale.made, fields: {tariff: {type: text}}}]\n').outcomes,
    ).toHaveLength(1);
    expect(faults('outcomes: [{name: sale.made, fields: {amount: {type: text}}}]\n')).toEqual([
      'outcomes[0].fields.amount: sale.made has amount already: leave it out',
    ]);
    expect(faults('outcomes: [{name: sale.made, fields: {constructor: {type: text}}}]\n')).toEqual([]);
  });

  it.each([
    [
      '{name: activity.recorded}',
      "outcomes[0].name: activity.recorded is an agent's activity, not an outcome",
    ],
    ['{name: "a b"}', 'outcomes[0].name: must be the name of an event, e.g. parcel.returned'],
    ['{name: .x}', 'outcomes[0].name: must be the name of an event, e.g. parcel.returned'],
    ['{fields: {}}', 'outcomes[0].name: is missing: write the name of an event, e.g. parcel.returned'],
    [
      '{name: x, fields: {customer: {type: text}}}',
      'outcomes[0].fields.customer: every outcome has customer: leave it out',
    ],
    [
      '{name: x, fields: {"1st": {type: text}}}',
      'outcomes[0].fields.1st: must be named by a letter, then letters, digits or _',
    ],
    [
      '{name: x, fields: {size: {type: float}}}',
      "outcomes[0].fields.size.type: 'float' is unknown (allowed: decimal, integer, text, boolean)",
    ],
    [
      '{name: x, feilds: {}}',
      "outcomes[0].feilds: unknown key; did you mean 'fields'? (allowed: name, fields)",
    ],
  ])('refuses the outcome %s', (written, fault) => {
    expect(faults(`outcomes: [${written}]\n`)).toEqual([fault]);
  });

  it('refuses two definitions of one outcome', () => {
    expect(faults('outcomes: [{name: x}, {name: x}]\n')).toEqual([
      "outcomes[1].name: outcome 'x' is there already: a.yaml:6",
    ]);
  });
});

describe('a contract that reads outcomes', () => {
  const defined =
    'outcomes: [{name: parcel.returned, fields: {value: {type: decimal}, note: {type: text}}}]\n';

  it('accepts known and defined outcomes in a contract', () => {
    const measures = [
      'a: {kind: events, name: credit.approved, within: {from: credit.submitted, atMost: 24h}, unless: [sale.cancelled]}',
      'b: {kind: eventSum, name: parcel.returned, field: value}',
      'c: {kind: eventSum, name: parcel.returned, field: amount}',
    ].join(', ');
    const kpis = 'q: {type: quality}, d: {type: delay, from: parcel.returned, to: task.completed}';
    expect(faults(defined + contract(measures, kpis))).toEqual([]);
  });

  it.each([
    [
      'm: {kind: events, name: sale.mad}',
      '',
      'measures.m.name',
      "there is no outcome 'sale.mad'; did you mean 'sale.made'?",
    ],
    [
      'm: {kind: events, name: sale.made, unless: [sale.canceled]}',
      '',
      'measures.m.unless[0]',
      "there is no outcome 'sale.canceled'; did you mean 'sale.cancelled'?",
    ],
    [
      'm: {kind: events, name: sale.made, within: {from: lead.called, atMost: 24h}}',
      '',
      'measures.m.within.from',
      "there is no outcome 'lead.called'",
    ],
    [
      'm: {kind: eventSum, name: parcel.returned, field: note}',
      '',
      'measures.m.field',
      "parcel.returned has no number 'note': define it under outcomes (allowed: amount, value)",
    ],
    [
      '',
      'k: {type: quality, field: politeness}',
      'kpis.k.field',
      "quality.evaluated has no number 'politeness'",
    ],
    ['', 'k: {type: within, from: x, to: sale.made, atMost: 1h}', 'kpis.k.from', "there is no outcome 'x'"],
    [
      '',
      'k: {type: ratio, numerator: {name: y}, denominator: {name: sale.made}}',
      'kpis.k.numerator.name',
      "there is no outcome 'y'",
    ],
  ])('reports an outcome or number that is not defined: %s %s', (measures, kpis, path, message) => {
    const found = faults(defined + contract(measures, kpis));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`contracts[0].${path}: ${message}`);
  });
});
