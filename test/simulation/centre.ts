import { readCatalogue } from '#catalogue/load.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import type { ActivityState, StateMeaning } from '#domain/activity/activity.js';

/**
 * The centre of the simulation: two programmes, three contracts, in four states of its catalogue. `amended`
 * has what was agreed later: an amendment back-dated into the middle of a month, another price of a result, a
 * queue that was unmapped. `hired` knows one more agent, and a contract is gone. `retuned` has another window
 * of first-contact resolution, as a KPI of a contract and live. The YAML and the oracle are made from the
 * same numbers, and from nothing else.
 */
export interface Centre {
  readonly name: 'first' | 'amended' | 'hired' | 'retuned';
  /** Prices of `care-hours`, by the local day from which they hold; the first from ever. */
  readonly hourPrices: readonly { readonly from: string | null; readonly price: string }[];
  /** Prices of a resolved contact in `care-results`, in the same way. */
  readonly resolvedPrices: readonly { readonly from: string | null; readonly price: string }[];
  readonly contracts: readonly ContractId[];
  /** Codes of agents by platform id. */
  readonly agents: ReadonlyMap<string, string>;
  /** Window of first-contact resolution of `care`, of its contract and of the live view. */
  readonly careWindow: { readonly iso: string; readonly ms: number };
  /** Programme by platform id of the queue. */
  readonly queues: ReadonlyMap<string, Programme>;
  /** Programme by platform id of the agent, of those who work for one. */
  readonly agentProgrammes: ReadonlyMap<string, Programme>;
  /** What the account's codes of agents' states mean, by code, or by `code/reason`. */
  readonly states: ReadonlyMap<string, ActivityState>;
}

export type Programme = 'care' | 'shop';
export type ContractId = 'care-hours' | 'care-results' | 'shop-acts';

export const programmeZones: Readonly<Record<Programme, string>> = {
  care: 'Europe/Paris',
  shop: 'America/New_York',
};

export const contractProgrammes: Readonly<Record<ContractId, Programme>> = {
  'care-hours': 'care',
  'care-results': 'care',
  'shop-acts': 'shop',
};
export const contractIds = Object.keys(contractProgrammes) as ContractId[];

export const connection = 'pbx';
/** By platform id, in the order of their codes. */
export const knownAgents: ReadonlyMap<string, string> = new Map([
  ['pbx:a1', 'A1'],
  ['pbx:a2', 'A2'],
  ['pbx:a3', 'A3'],
]);

/** Windows of first-contact resolution of `care-results` and `shop-acts`. */
export const careWindowMs = 86_400_000;
export const shopWindowMs = 6 * 3_600_000;
/** Thresholds (ms) of the live view, of both programmes. */
export const liveThresholdsMs = [5_000, 20_000];

const firstQueues: [string, Programme][] = [
  ['pbx:q1', 'care'],
  ['pbx:q2', 'care'],
  ['pbx:q3', 'shop'],
];

const firstStates: [string, ActivityState][] = [
  ['PREPARING', 'PREP'],
  ['AUX/3', 'PREP'],
];

/** What the platform defines itself, of the codes that the workload has. */
export const platformStates: ReadonlyMap<string, StateMeaning> = new Map([
  ['LOGGED_IN', 'LOGGED_IN'],
  ['IDLE', 'AVAILABLE'],
  ['BREAK', 'BREAK'],
  ['INTERACTING', 'CONTACT'],
]);

export const firstCentre: Centre = {
  name: 'first',
  hourPrices: [
    { from: null, price: '29.50' },
    { from: '2026-03-31', price: '31.10' },
  ],
  resolvedPrices: [{ from: null, price: '4.20' }],
  contracts: contractIds,
  agents: knownAgents,
  careWindow: { iso: 'P1D', ms: careWindowMs },
  queues: new Map(firstQueues),
  agentProgrammes: new Map([['pbx:a1', 'care']]),
  states: new Map(firstStates),
};

export const hiredCentre: Centre = {
  ...firstCentre,
  name: 'hired',
  contracts: ['care-hours', 'shop-acts'],
  agents: new Map([...knownAgents, ['pbx:a9', 'A9']]),
};

export const retunedCentre: Centre = {
  ...firstCentre,
  name: 'retuned',
  careWindow: { iso: 'PT6H', ms: shopWindowMs },
};

export const amendedCentre: Centre = {
  ...firstCentre,
  name: 'amended',
  hourPrices: [
    { from: null, price: '29.50' },
    { from: '2026-03-29', price: '30.05' },
    { from: '2026-03-31', price: '31.10' },
  ],
  resolvedPrices: [
    { from: null, price: '4.20' },
    { from: '2026-04-01', price: '4.45' },
  ],
  queues: new Map([...firstQueues, ['pbx:q9', 'shop']]),
  agentProgrammes: new Map([
    ['pbx:a1', 'care'],
    ['pbx:a2', 'care'],
    ['pbx:a3', 'shop'],
  ]),
  states: new Map([...firstStates, ['AUX', 'BREAK'], ['SOMETHING', 'PREP']]),
};

/** What the connection of the centre calls its agents, and which platform it is. */
export interface CentrePlatform {
  readonly connections: readonly string[];
  nativeAgent(id: string): string;
}

function genesysOnly({ states }: Centre): CentrePlatform {
  const mappings = [...states].map(([name, state]) => {
    const [code = '', reason] = name.split('/');
    return `{ code: ${code}, ${reason === undefined ? '' : `reason: '${reason}', `}state: ${state} }`;
  });
  return {
    connections: [
      `{ id: ${connection}, platform: genesys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,\n` +
        // The oracle holds nothing.
        `      states: [${mappings.join(', ')}], limits: { handling: P366D, wait: P366D, state: P366D, day: P366D, atOnce: 100000 } }`,
    ],
    nativeAgent: nativeOf,
  };
}

export function catalogueOf(centre: Centre): Catalogue {
  const text = yamlOf(centre, genesysOnly(centre));
  const loaded = readCatalogue([{ name: 'centre.yaml', text }]);
  if ('catalogue' in loaded) return loaded.catalogue;
  throw new Error(`the centre has faults: ${JSON.stringify(loaded.faults, null, 1)}`);
}

/** The catalogue of a centre as an operator writes it. */
export function yamlOf(centre: Centre, { connections, nativeAgent }: CentrePlatform): string {
  return `
tenant: sim
connections:
${connections.map((each) => `  - ${each}`).join('\n')}
agents:
${[...centre.agents].map(([id, code]) => `  - { code: ${code}, ids: [{ connection: pbx, native: '${nativeAgent(id)}' }] }`).join('\n')}
programmes:
${programmeYaml('care', 'none', centre.careWindow.iso, centre)}
${programmeYaml('shop', 'disposition', 'PT6H', centre)}
contracts:${centre.contracts.map((id) => contractYaml(id, centre)).join('')}
`;
}

function contractYaml(id: ContractId, centre: Centre): string {
  switch (id) {
    case 'care-hours':
      return `
  - id: care-hours
${frame('care')}
    holidays: { country: FR }
    measures:
      # its agents do several things at once, and the oracle counts piece by piece
      worked: { kind: agentTime, states: [TALK, HOLD, ACW, PREP], capPerContact: { ACW: 60s }, overlaps: full }
    kpis:
      asa: { type: asa }
      csat: { type: topBox, question: csat, boxes: [4, 5], scale: [1, 5], minSample: 2 }
    lines:
      - id: hours
        model: time
        measure: worked
        unit: hour
        price: '${centre.hourPrices[0]?.price ?? ''}'
        bands:
          - { id: evening, times: ['20:00-24:00'], surcharge: '0.25' }
          - { id: sunday, days: [sun], surcharge: '0.50' }
          - { id: holiday, days: [holiday], surcharge: '1.00' }
        stacking: highest
    bonusMalus:
      - id: speed
        kpi: asa
        base: [hours]
        shapes:
          - { shape: linear, from: { at: 30, rate: '0' }, to: { at: 10, rate: '+0.03' } }
          - { shape: perPoint, from: 40, beyond: above, size: 10, count: started, rate: '-0.005' }
        cap: { bonus: '0.03', malus: '0.05' }
      - id: satisfied
        kpi: csat
        base: [hours]
        shapes: [{ shape: step, points: [{ gte: '0.50', rate: '+0.02' }, { lt: '0.50', rate: '-0.03' }] }]
    ${amendmentsYaml('hours.price', centre.hourPrices)}`;
    case 'care-results':
      return `
  - id: care-results
${frame('care')}
    measures:
      solved: { kind: resolved, kpi: fcr }
      sales: { kind: events, name: sale.made, unless: [sale.cancelled] }
    kpis:
      fcr: { type: fcrPerContact, window: ${centre.careWindow.iso}, unknownCustomer: exclude }
      conversion:
        type: ratio
        numerator: { name: sale.made, unless: [sale.cancelled] }
        denominator: { name: lead.worked }
    lines:
      - { id: resolved, model: outcome, measure: solved, price: '${centre.resolvedPrices[0]?.price ?? ''}', settleAfter: close }
      - { id: sold, model: perUnit, measure: sales, price: '45.00' }
    bonusMalus:
      - { id: many, kpi: conversion, base: [sold], shapes: [{ shape: step, points: [{ gte: '0.50', rate: '+0.10' }] }] }
      - id: repeats
        kpi: fcr
        base: [resolved]
        shapes: [{ shape: perPoint, from: '0.80', beyond: below, size: '0.01', count: exact, rate: '-0.01' }]
        cap: { malus: '0.20' }
    ${amendmentsYaml('resolved.price', centre.resolvedPrices)}`;
    case 'shop-acts':
      return `
  - id: shop-acts
${frame('shop')}
    measures:
      answered: { kind: count, of: answered, minTalk: 5s }
      solved: { kind: resolved, kpi: fcr }
    kpis:
      fcr: { type: fcrPerContact, window: PT6H, unknownCustomer: countAsResolved }
      level: { type: serviceLevel, variant: SL-C, threshold: 20s, shortAbandon: 5s }
    lines:
      - id: calls
        model: perUnit
        measure: answered
        tiers: { mode: graduated, steps: [{ upTo: 2, price: '2.35' }, { upTo: 4, price: '2.10' }, { price: '1.95' }] }
      - { id: resolved, model: outcome, measure: solved, price: '1.30', settleAfter: close }
      - { id: base, model: fixed, amount: '100.00' }
    bonusMalus:
      - id: level-missed
        kpi: level
        base: [calls, base]
        shapes: [{ shape: perPoint, from: '0.80', beyond: below, size: '0.01', count: exact, rate: '-0.01' }]
        cap: { malus: '0.10' }`;
  }
}

function nativeOf(id: string): string {
  return id.slice(connection.length + 1);
}

function programmeYaml(id: Programme, reason: string, window: string, centre: Centre): string {
  const { queues, agentProgrammes } = centre;
  const agents = [...agentProgrammes].filter(([, programme]) => programme === id);
  const own = [...queues].filter(([, programme]) => programme === id);
  const lines = own.map(([queue]) => `      - { connection: pbx, native: ${nativeOf(queue)} }`);
  return `  - id: ${id}
    brand: Brand
    timeZone: ${programmeZones[id]}
    thresholds: [20s]
    serviceLevel: { threshold: 20s, shortAbandon: 5s }
    fcr: { windows: [${window}], reason: ${reason} }
    agents: [${agents.map(([agent]) => `{ code: ${knownAgents.get(agent)} }`).join(', ')}]
    queues:
${lines.join('\n')}`;
}

function frame(programme: Programme): string {
  return `    seller: { name: Seller, siren: '123456789', vatId: FR12123456789, countryCode: FR }
    buyer: { name: Buyer, siren: '987654321', vatId: FR98987654321, countryCode: FR }
    currency: EUR
    timeZone: ${programmeZones[programme]}
    # Closed also while it has no work: the schedule may close before the first delivery.
    term: { firstDay: 2000-01-01 }
    scope: { programme: ${programme} }`;
}

function amendmentsYaml(path: string, prices: Centre['hourPrices']): string {
  if (prices.length === 1) return '';
  const list = prices.slice(1).map(({ from, price }) => {
    return `\n      - { effective: ${from ?? ''}, reason: agreed, set: { ${path}: '${price}' } }`;
  });
  return `amendments:${list.join('')}`;
}
