import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Work } from '#test/faults/figures.js';
import { type Person, peopleOf } from './centre.js';
import { deliveriesOf } from './records.js';

/** States of the lines of both contracts. */
const lines = {
  handle: ['TALK', 'HOLD'],
  acw: ['ACW'],
  prep: ['PREP'],
  training: ['TRAINING'],
  meeting: ['MEETING'],
  break: ['BREAK'],
  lunch: ['LUNCH'],
  available: ['AVAILABLE'],
  other: ['OTHER'],
  logged: ['LOGGED_IN'],
} as const;

export const lineIds = Object.keys(lines);
export const contractIds = ['bank', 'shop'] as const;
export const period = '2025-10';

/** The month of the centre as work for a pipeline; its catalogue is written into the directory. */
export function agentMonth(
  directory: string,
  seed: number,
): { readonly people: Person[]; readonly work: Work } {
  const people = peopleOf(seed);
  const catalogue = join(directory, 'catalogue');
  mkdirSync(catalogue, { recursive: true });
  // JSON is YAML
  writeFileSync(join(catalogue, 'centre.json'), JSON.stringify(catalogueOf(people)));
  const work: Work = {
    catalogue,
    deliveries: deliveriesOf(people),
    from: `${period}-01`,
    to: `${period}-31`,
    kpis: [['bank', 'agent']],
    period,
    contracts: contractIds,
  };
  return { people, work };
}

/** The program that counts beside the pipeline holds nothing. */
const noLimits = { handling: 'P366D', wait: 'P366D', state: 'P366D' };

function catalogueOf(people: readonly Person[]): object {
  const connection = (id: string, platform: string, states: readonly object[]) => {
    const common = { timeZone: 'Europe/Paris', authentication: { scheme: 'none' }, demo: true } as const;
    return { id, platform, ...common, states, limits: noLimits };
  };
  const aux = { 1: 'BREAK', 2: 'LUNCH', 3: 'PREP', 4: 'TRAINING', 5: 'MEETING' };
  const pauses = { user0: 'BREAK', user1: 'LUNCH', user3: 'TRAINING', user4: 'MEETING', user6: 'PREP' };
  const table = (code: string, meanings: Readonly<Record<string, string>>) =>
    Object.entries(meanings).map(([reason, state]) => ({ code, reason, state }));
  const programme = (id: string, split: string) => ({
    id,
    brand: id,
    timeZone: 'Europe/Paris',
    queues: [
      { connection: 'gen', native: id },
      { connection: 'ava', native: split },
      { connection: 'axi', native: id },
    ],
    agents: people.filter((person) => person.programme === id).map(({ code }) => ({ code })),
  });
  return {
    tenant: 'centre',
    connections: [
      connection('gen', 'genesys', [{ code: 'BREAK', reason: 'presence-preparation', state: 'PREP' }]),
      connection('ava', 'avaya', table('AUX', aux)),
      connection('axi', 'axialys', table('break', pauses)),
    ],
    programmes: [programme('bank', '310'), programme('shop', '320')],
    agents: people.map(({ code, ids }) => ({
      code,
      ids: ids.map(({ platform, native }) => ({ connection: platform, native })),
    })),
    contracts: contractIds.map((id) => ({
      id,
      seller: { name: 'Centre', countryCode: 'FR' },
      buyer: { name: id, countryCode: 'FR' },
      currency: 'EUR',
      timeZone: 'Europe/Paris',
      scope: { programme: id },
      measures: Object.fromEntries(
        Object.entries(lines).map(([line, states]) => [`${line}-time`, { kind: 'agentTime', states }]),
      ),
      lines: lineIds.map((line) => ({
        id: line,
        model: 'time',
        measure: `${line}-time`,
        unit: 'hour',
        price: '30.00',
      })),
    })),
  };
}
