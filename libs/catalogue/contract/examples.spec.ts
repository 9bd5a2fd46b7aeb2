import { describe, expect, it } from '@jest/globals';
import { runExample } from '#domain/pricing/example.js';
import { formatFault } from '../fault.js';
import { readCatalogue } from '../load.js';

const files = (examples: string): { name: string; text: string }[] => [
  {
    name: 'base.yaml',
    text: `
tenant: t
connections:
  - { id: c, platform: axialys, timeZone: Europe/Paris, demo: true, authentication: { scheme: none } }
programmes:
  - { id: p, brand: B, timeZone: Europe/Paris, queues: [{ connection: c, native: orders }] }
`,
  },
  {
    name: 'contract.yaml',
    text: `contract:
  id: k
  seller: { name: S, countryCode: FR }
  buyer: { name: B, countryCode: FR }
  currency: EUR
  timeZone: Europe/Paris
  scope: { programme: p }
  measures:
    talk: { kind: contactTime, parts: [talk] }
    prep: { kind: agentTime, states: [PREP] }
    sales: { kind: events, name: sale.made, unless: [sale.cancelled] }
  lines:
    - { id: minutes, model: time, measure: talk, unit: minute, price: '0.59' }
    - { id: hours, model: time, measure: prep, price: '30.00' }
    - { id: sales-made, model: perUnit, measure: sales, price: '45.00' }
  examples:
${examples}`,
  },
];

function faults(examples: string): string[] {
  const read = readCatalogue(files(examples));
  return 'faults' in read ? read.faults.map(formatFault) : [];
}

function differences(examples: string): unknown[] {
  const read = readCatalogue(files(examples));
  if ('faults' in read) throw new Error(read.faults.map(formatFault).join('\n'));
  const contract = read.catalogue.contracts[0]!;
  return read.examples.get('k')!.flatMap((example) => runExample(contract, example).differences);
}

describe('examples in a contract file', () => {
  it('reads examples in words and by the clock of the contract', () => {
    const written = `
    - says: a call of 3 min 10 s on 14 July at 20:05 costs 1.87
      given: [{ contact: { queue: orders, at: 2026-07-14T20:05, talk: 3min10s } }]
      price: '1.87'
    - says: sales that stand, and two hours of preparation
      period: 2026-07
      given:
        - events: [{ name: sale.made, at: 2026-07-02 }]
          times: 3
        - events: [{ name: sale.cancelled, at: 2026-08-01 }, { name: sale.made, at: 2026-07-02 }]
        - work: { state: PREP, at: '2026-07-02T07:00:00Z', for: 1h 30min }
        - contact: { at: 2026-07-31T23:59, talk: PT2M }
      price: '180.59'
      lines: { hours: '45.00', sales-made: '135.00' }
`;
    expect(differences(written)).toEqual([]);
    expect(differences(written.replace('180.59', '180.60'))).toEqual([
      { part: null, expected: '180.60', got: '180.59' },
    ]);
  });

  it('leaves examples out of the version of the catalogue', () => {
    const versionOf = (price: string): string => {
      const read = readCatalogue(
        files(`    - { says: x, given: [{ contact: { at: 2026-07-14 } }], price: '${price}' }\n`),
      );
      return 'catalogue' in read ? read.catalogue.version : '';
    };
    expect(versionOf('1.00')).toMatch(/^[0-9a-f]{16}$/);
    expect(versionOf('1.00')).toBe(versionOf('2.00'));
  });

  it('reports all faults of examples, each with its place', () => {
    const written = `
    - says: nothing is expected
      given: [{ contact: { at: 2026-07-14T20:05, talk: 3 minutes } }]
    - says: which month is it
      given:
        - { contact: { at: 2026-07-14 } }
        - { contact: { at: 2026-08-14 } }
      price: '0'
    - says: nowhere and never
      given: [{ contact: { queue: ordres, at: 2026-03-29T02:30 } }]
      price: 1.5
    - says: two things at once
      given: [{ contact: { at: 2026-07-14 }, work: { state: PREP, at: 2026-07-14, for: 1h } }]
      price: '0'
`;
    // those that show only where the form is right
    const otherFaults = [
      'contract.yaml:20: contract.examples[1].period: is missing: write the month that is priced, since it lies in 2026-07, 2026-08 [missing]',
      "contract.yaml:26: contract.examples[2].given[0].contact.at: '2026-03-29T02:30' must be a date (2026-03-01), a local time (2026-03-01T06:00) or an instant (2026-03-01T06:00:00Z) [malformed-instant]",
    ];
    expect(faults(written)).toEqual([
      "contract.yaml:19: contract.examples[0].given[0].contact.talk: '3 minutes' must be a duration such as 3min10s, 90s or PT3M10S [malformed-duration]",
      ...otherFaults,
      'contract.yaml:27: contract.examples[2].price: 1.5 must be text, not a number: write it in quotes, "1.5" [wrong-type]',
      'contract.yaml:29: contract.examples[3].given[0]: must have one of: contact, events, work [not-one-of-several]',
    ]);
    const formed = written
      .replace('3 minutes', '3min')
      .replace('1.5', "'1.5'")
      .replace(', work: { state: PREP, at: 2026-07-14, for: 1h }', '');
    expect(faults(formed)).toEqual([
      'contract.yaml:18: contract.examples[0]: expects nothing: write price (the net total) or lines (amounts by line) [example-expects-nothing]',
      ...otherFaults,
    ]);
    expect(faults(formed.replace('talk: 3min } }]', "talk: 3min } }]\n      price: '1.77'"))).toEqual([
      'contract.yaml:21: contract.examples[1].period: is missing: write the month that is priced, since it lies in 2026-07, 2026-08 [missing]',
      "contract.yaml:27: contract.examples[2].given[0].contact.at: '2026-03-29T02:30' must be a date (2026-03-01), a local time (2026-03-01T06:00) or an instant (2026-03-01T06:00:00Z) [malformed-instant]",
    ]);
  });

  it('refuses an example with a queue of another programme', () => {
    const written =
      "    - { says: x, given: [{ contact: { queue: ordres, at: 2026-07-14 } }], price: '0' }\n";
    expect(faults(written)).toEqual([
      "contract.yaml:17: contract.examples[0].given[0].contact.queue: programme 'p' has no queue 'ordres'; did you mean 'orders'? (allowed: orders) [unknown-queue]",
    ]);
  });
});
