import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract } from '#domain/contract/contract.js';
import type { Agent, Catalogue, Connection, Programme, ProgrammeQueue, StateMapping } from './catalogue.js';
import { catalogueIndex } from './catalogue-index.js';

const queue = (native: string, span: Partial<ProgrammeQueue> = {}): ProgrammeQueue => {
  return { connection: 'acme-genesys', native, name: native, from: null, to: null, ...span };
};

const programme = (id: string, queues: readonly ProgrammeQueue[]): Programme => ({
  id,
  brand: 'Acme',
  timeZone: 'Europe/Paris',
  thresholdsMs: [5000, 20_000],
  serviceLevel: { thresholdMs: 20_000, shortAbandonMs: 5000 },
  agentTime: 'split',
  fcr: { windows: ['P1D', 'P7D'], reason: 'none' },
  queues,
  agents: [],
});

const connection: Connection = {
  id: 'acme-genesys',
  platform: 'genesys',
  timeZone: 'Europe/Paris',
  country: '33',
  authentication: { scheme: 'none' },
  states: [],
};

const agent: Agent = {
  code: 'A1',
  ids: [
    { connection: 'acme-genesys', native: 'u-1' },
    { connection: 'acme-avaya', native: '1001' },
  ],
  grade: 'senior',
  site: null,
  country: null,
  skills: [],
  languages: ['fr'],
};

const lookup = (parts: Partial<Catalogue>) => {
  return catalogueIndex({
    version: 'v',
    tenant: 'acme',
    connections: [],
    outcomes: [],
    programmes: [],
    agents: [],
    contracts: [],
    ...parts,
  });
};

describe('The assignment of a queue', () => {
  const found = lookup({
    programmes: [
      programme('care', [queue('q1', { name: 'Care', to: 1000 }), queue('q2')]),
      programme('sales', [queue('q1', { name: 'Sales', from: 1000, to: 2000 })]),
    ],
  });
  const at = (queueId: string, atMs: number) => {
    const assignment = found.assignmentOf(queueId, atMs);
    return assignment === null ? null : [assignment.programme, assignment.queue];
  };

  it.each([
    [-1, 'care', 'Care'],
    [999, 'care', 'Care'],
    [1000, 'sales', 'Sales'],
    [1999, 'sales', 'Sales'],
  ])('at %d ms is the programme %s', (atMs, id, name) => {
    expect(at('acme-genesys:q1', atMs)).toEqual([id, name]);
  });

  it('is nowhere after the end of its last mapping, on another connection, and of an unknown queue', () => {
    expect(at('acme-genesys:q1', 2000)).toBeNull();
    expect(at('acme-avaya:q1', 0)).toBeNull();
    expect(at('acme-genesys:q3', 0)).toBeNull();
  });

  it('is always where it has no limit', () => {
    expect(at('acme-genesys:q2', Number.MAX_SAFE_INTEGER)).toEqual(['care', 'q2']);
    expect(at('acme-genesys:q2', 0)).toEqual(['care', 'q2']);
  });

  it('is looked up without a new object each time', () => {
    const first = found.assignmentOf('acme-genesys:q1', 0);
    expect(first).toEqual({ programme: 'care', queue: 'Care' });
    expect(found.assignmentOf('acme-genesys:q1', 1)).toBe(first);
  });

  it('agrees with reading the mappings one by one', () => {
    const borders = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(borders, fc.integer({ min: -5, max: 55 }), (unsorted, atMs) => {
        const sorted = unsorted.toSorted((a, b) => a - b);
        const spans = sorted
          .slice(1)
          .map((to, index) => queue('q', { name: `n${index}`, from: sorted[index]!, to }));
        const kept = spans.filter((_, index) => index % 3 !== 1); // with gaps
        const expected = kept.find(({ from, to }) => atMs >= from! && atMs < to!)?.name ?? null;

        const assignment = lookup({ programmes: [programme('p', kept)] }).assignmentOf(
          'acme-genesys:q',
          atMs,
        );

        expect(assignment?.queue ?? null).toBe(expected);
      }),
    );
  });
});

describe('The meaning of a state', () => {
  const state = (code: string, reason: string | null, state: StateMapping['state'], span = {}) => {
    return { code, reason, state, from: null, to: null, ...span };
  };
  const { stateOf } = lookup({
    connections: [
      {
        ...connection,
        states: [
          state('BREAK', 'coffee', 'COACHING', { to: 1000 }),
          state('BREAK', 'coffee', 'PREP', { from: 1000 }),
          state('MEETING', null, 'BACK_OFFICE'),
          state('MYSTERY', null, 'TRAINING_CLIENT', { from: 1000 }),
        ],
      },
      { ...connection, id: 'acme-avaya', platform: 'avaya' },
    ],
  });
  const meaning = (code: string, reason: string | null, at = 0, of = 'acme-genesys') =>
    stateOf?.(of, code, reason, at);

  it('is that of the reason at the moment, else of the code, else what the platform defines', () => {
    expect([meaning('BREAK', 'coffee', 999), meaning('BREAK', 'coffee', 1000)]).toEqual(['COACHING', 'PREP']);
    expect([meaning('BREAK', 'tea'), meaning('BREAK', null)]).toEqual(['BREAK', 'BREAK']);
    expect(meaning('MEETING', 'weekly')).toBe('BACK_OFFICE');
    expect(meaning('IDLE', null)).toBe('AVAILABLE');
    expect(meaning('INTERACTING', null)).toBe('CONTACT');
  });

  it('is none for a code that nothing defines, before its mapping begins, and of another connection', () => {
    expect([meaning('MYSTERY', null, 999), meaning('MYSTERY', null, 1000)]).toEqual([
      null,
      'TRAINING_CLIENT',
    ]);
    expect(meaning('AUX', '3', 0, 'acme-avaya')).toBeNull();
    expect(meaning('AUX', '0', 0, 'acme-avaya')).toBe('OTHER');
    expect(meaning('MEETING', null, 0, 'acme-avaya')).toBeNull();
    expect(meaning('IDLE', null, 0, 'elsewhere')).toBeNull();
  });
});

describe('The programme of an agent', () => {
  it('is the one that names the agent at the moment, under every id of the agent', () => {
    const work = (code: string, span = {}) => ({ code, from: null, to: null, ...span });
    const { agentProgramme } = lookup({
      agents: [agent],
      programmes: [
        { ...programme('care', []), agents: [work('A1', { to: 1000 })] },
        { ...programme('sales', []), agents: [work('A1', { from: 2000 })] },
      ],
    });
    const at = (ms: number) => ['acme-genesys:u-1', 'acme-avaya:1001'].map((id) => agentProgramme?.(id, ms));
    expect(at(999)).toEqual(['care', 'care']);
    expect(at(1000)).toEqual([null, null]);
    expect(at(2000)).toEqual(['sales', 'sales']);
    expect(agentProgramme?.('acme-genesys:u-2', 0)).toBeNull();
  });
});

describe('The index of a catalogue', () => {
  const contract = (id: string, of: string) => {
    return { id, programme: of, versions: [] as Contract['versions'] } as Contract;
  };
  const found = lookup({
    connections: [connection],
    programmes: [programme('care', [queue('q1')])],
    agents: [agent],
    contracts: [contract('c1', 'care'), contract('c2', 'sales'), contract('c3', 'care')],
  });

  it('finds an agent by each of their ids', () => {
    expect(found.agent('acme-genesys:u-1', 0)).toBe(agent);
    expect(found.agent('acme-avaya:1001', 0)).toBe(agent);
    expect(found.agentCode('acme-avaya:1001')).toBe('A1');
    expect(found.agent('acme-avaya:1001', 0)).toMatchObject({ grade: 'senior', languages: ['fr'] });
  });

  it('finds no agent under an id that is not there', () => {
    expect(found.agent('acme-avaya:u-1', 0)).toBeNull();
    expect(found.agentCode('acme-avaya:u-1')).toBeNull();
    expect(found.agent('A1', 0)).toBeNull();
  });

  it('finds connections, programmes and contracts by id', () => {
    expect(found.connection('acme-genesys')).toBe(connection);
    expect(found.connection('acme')).toBeNull();
    expect(found.programme('care')?.brand).toBe('Acme');
    expect(found.programme('constructor')).toBeNull();
    expect(found.contract('c2')?.programme).toBe('sales');
    expect(found.contract('c4')).toBeNull();
    expect(found.contractsOf('care').map(({ id }) => id)).toEqual(['c1', 'c3']);
    expect(found.contractsOf('none')).toEqual([]);
  });

  it('gives the rules of a programme, and none for what is unmapped', () => {
    expect(found.rules('care')).toEqual({
      thresholdsMs: [5000, 20_000],
      reason: 'none',
      fcrWindowsMs: [86_400_000, 604_800_000],
      agentTime: 'split',
    });
    expect(found.rules('unmapped').thresholdsMs).toEqual([]);
  });
});
