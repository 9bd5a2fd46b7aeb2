import fc from 'fast-check';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import type { ConfirmedWork } from '#catalogue/catalogue.js';
import { withConfirmed } from '#catalogue/confirmed.js';
import { readCatalogue } from '#catalogue/load.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';

/** What can be edited in a small catalogue; each edit is another of these choices. */
export interface Choices {
  /**
   * Two bits for each of three queues: programme 0, programme 1, neither, or moved from 0 to 1 in mid-month.
   */
  readonly mapping: number;
  readonly reason: 'queue' | 'disposition' | 'none';
  readonly thresholds: string;
  /** A bit for each of three agents: whether the catalogue knows them. */
  readonly agents: number;
  readonly grade: 'junior' | 'senior';
  /** Whether the first agent becomes an expert in mid-month. */
  readonly promoted: boolean;
  /** For whom the first agent works. */
  readonly assigned: 'p0' | 'p1' | 'both' | 'none';
  readonly price: string;
  readonly amended: string | null;
  /** Tiers of a line from the amendment on, so that its units have an order. */
  readonly tiered: boolean;
  readonly window: string;
  readonly agentTime: 'split' | 'contact';
  /** What the code 20 of a timeline means. */
  readonly state: 'PREP' | 'BREAK' | null;
  readonly machines: boolean;
  /** From when on the second agent is a machine; null: never. */
  readonly bot: 'always' | '2026-03-15' | null;
  /** Window by which resolutions have to hold; null: no contract asks. */
  readonly holds: string | null;
  /** Whether the second contract and the second programme are there. */
  readonly second: 'both' | 'programme' | 'none';
  readonly zone: 'Europe/Paris' | 'America/New_York';
  /** By what contracts are invoiced. */
  readonly rhythm: string;
  /** What one piece of work takes at most. */
  readonly limits: string;
  /** A bit for each of two contacts and an activity: whether they count however long they are. */
  readonly confirmed: number;
}

const oneOf = fc.constantFrom;
const choices: fc.Arbitrary<Choices> = fc.record({
  mapping: fc.nat({ max: 63 }),
  reason: oneOf('queue', 'disposition', 'none'),
  thresholds: oneOf('20s', '20s, 30s'),
  agents: fc.nat({ max: 7 }),
  grade: oneOf('junior', 'senior'),
  promoted: fc.boolean(),
  assigned: oneOf('p0', 'p1', 'both', 'none'),
  price: oneOf('1.00', '2.00'),
  amended: oneOf(null, '2026-03-10', '2026-04-01'),
  tiered: fc.boolean(),
  window: oneOf('P1D', 'P7D'),
  agentTime: oneOf('split', 'contact'),
  state: oneOf('PREP', 'BREAK', null),
  machines: fc.boolean(),
  bot: oneOf('always', '2026-03-15', null),
  holds: oneOf('PT72H', 'PT1H', null),
  second: oneOf('both', 'both', 'programme', 'none'),
  zone: oneOf('Europe/Paris', 'America/New_York'),
  rhythm: oneOf(
    'unit: month',
    'unit: month',
    'unit: week, weekStart: monday',
    'unit: week, weekStart: sunday',
    'unit: halfMonth',
  ),
  limits: oneOf('handling: P1D', 'handling: PT40M', 'wait: PT20S', 'state: PT45M'),
  confirmed: fc.nat({ max: 7 }),
});

const names: readonly (keyof Choices)[] = [
  ...([
    'mapping',
    'reason',
    'thresholds',
    'agents',
    'grade',
    'promoted',
    'assigned',
    'price',
    'amended',
  ] as const),
  ...([
    'tiered',
    'window',
    'agentTime',
    'state',
    'machines',
    'bot',
    'holds',
    'second',
    'zone',
    'rhythm',
    'limits',
    'confirmed',
  ] as const),
];

/** Catalogues of which each is the first with some edits, mostly few. */
export function editedFrom(count: number): fc.Arbitrary<Choices[]> {
  const edit = fc.tuple(choices, fc.subarray([...names], { minLength: 1, maxLength: 4 }));
  return fc
    .tuple(choices, fc.array(edit, { minLength: count - 1, maxLength: count - 1 }))
    .map(([first, edits]) => [
      first,
      ...edits.map(([other, edited]): Choices => {
        return { ...first, ...Object.fromEntries(edited.map((name) => [name, other[name]])) };
      }),
    ]);
}

const known = new Map<string, CatalogueView>();

export function viewOf(chosen: Choices): CatalogueView {
  const text = `${yamlOf(chosen)}# ${chosen.confirmed}`;
  const view = known.get(text);
  if (view !== undefined) return view;
  const loaded = readCatalogue([{ name: 'all.yaml', text }]);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults) + text);
  const catalogue = withConfirmed(loaded.catalogue, confirmedOf(chosen));
  const made = catalogueView(catalogueIndex(catalogue));
  if (known.size > 500) known.clear();
  known.set(text, made);
  return made;
}

function confirmedOf({ confirmed }: Choices): ConfirmedWork[] {
  const act = { author: 'ops', reason: 'seen', at: 0, ms: 3_600_000 } as const;
  const works = [
    { work: 'c:0', limit: 'handling', ...act },
    { work: 'c:1', limit: 'wait', ...act },
    { work: 'c:act0', limit: 'state', ...act },
  ] as const;
  return works.filter((_, index) => (confirmed & (1 << index)) !== 0);
}

function yamlOf(chosen: Choices): string {
  const { agents, grade, promoted, state, machines, bot, second, assigned } = chosen;
  const ids = [0, 1, 2].filter((index) => (agents & (1 << index)) !== 0);
  const agent = (index: number): string => {
    const isBot = index === 1 && bot === 'always' ? ', kind: machine' : '';
    const promotion = promoted && index === 0 ? ', changes: [{ from: 2026-03-15, grade: expert }]' : '';
    const becomes = index === 1 && bot === '2026-03-15' ? `, changes: [{ from: ${bot}, kind: machine }]` : '';
    const changes = isBot + promotion + becomes;
    const own = index === 0 ? grade : 'junior';
    return `\n  - { code: A${index}, ids: [{ connection: c, native: a${index} }], grade: ${own}${changes} }`;
  };
  const works = (programme: string): string => {
    if (!ids.includes(0)) return '';
    if (assigned === programme) return `\n    agents: [{ code: A0 }]`;
    if (assigned !== 'both') return '';
    return `\n    agents: [{ code: A0, ${programme === 'p0' ? 'to' : 'from'}: 2026-03-12 }]`;
  };
  const states = state === null ? '' : `, states: [{ code: '20', state: ${state} }]`;
  const robots = machines ? `, machines: { agents: [a2], queues: [q2] }` : '';
  const programmes = second === 'none' ? [0] : [0, 1];
  const contracts = second === 'both' ? [0, 1] : [0];
  return `
tenant: t
connections:
  - { id: c, platform: axialys, timeZone: ${chosen.zone}, authentication: { scheme: none }, demo: true${states}${robots}, limits: { ${chosen.limits} } }
programmes:${programmes.map((index) => programme(index, chosen) + works(`p${index}`)).join('')}
contracts:${contracts.map((index) => contract(index, chosen)).join('')}
agents:${ids.length === 0 ? ' []' : ids.map(agent).join('')}
`;
}

function programme(index: number, { mapping, thresholds, agentTime, reason, second }: Choices): string {
  const queues = ['q0', 'q1', 'q2'].flatMap((queue, place) => {
    const to = Math.floor(mapping / 4 ** place) % 4;
    if (to === index) return [`{ connection: c, native: ${queue}, name: ${queue} }`];
    // moves from the first programme to the second in the middle of the month
    if (to !== 3 || second === 'none') return [];
    const when = index === 0 ? 'to: 2026-03-15' : 'from: 2026-03-15';
    return [`{ connection: c, native: ${queue}, name: n, ${when} }`];
  });
  return `
  - id: p${index}
    brand: B
    timeZone: Europe/Paris
    thresholds: [${thresholds}]
    agentTime: ${agentTime}
    fcr: { windows: [P7D], reason: ${reason} }
    queues: [${[`{ connection: c, native: own${index}, name: own }`, ...queues].join(', ')}]`;
}

function contract(index: number, { amended, price, tiered, window, holds, rhythm }: Choices): string {
  const tiers = `{ mode: graduated, steps: [{ upTo: 2, price: '5' }, { price: '4' }] }`;
  const change = tiered ? `{ acts.tiers: ${tiers} }` : `{ calls.price: '9.00' }`;
  const amendments =
    amended === null || index === 1
      ? ''
      : `\n    amendments:\n      - { effective: ${amended}, reason: more, set: ${change} }`;
  return `
  - id: k${index}
    scope: { programme: p${index} }
    seller: { name: S, countryCode: FR }
    buyer: { name: B, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    period: { ${rhythm} }
    measures:
      handledCalls: { kind: count, of: handled }
      talkTime: { kind: agentTime, states: [TALK, PREP, BREAK] }
      solved: { kind: resolved, kpi: share }${
        holds === null
          ? ''
          : `
      holding: { kind: resolved, kpi: held }`
      }
      sales: { kind: events, name: sale.made }
    kpis:
      fcr: { type: fcrPerIssue, chain: anchored, window: ${window} }
      share: { type: fcrPerContact, window: P7D, unknownCustomer: exclude }${
        holds === null
          ? ''
          : `
      held: { type: settled, window: ${holds} }`
      }
    lines:
      - { id: calls, model: perUnit, measure: handledCalls, price: '${price}', payIf: { kpi: fcr, op: gte, value: '0.1' } }
      - { id: acts, model: perUnit, measure: handledCalls, tiers: { mode: allUnits, steps: [{ upTo: 3, price: '2' }, { price: '1' }] } }
      - { id: resolved, model: outcome, measure: solved, price: '3', settleAfter: close }
${
  holds === null
    ? ''
    : `      - { id: holds, model: outcome, measure: holding, price: '5' }
`
}      - { id: sold, model: perUnit, measure: sales, price: '4' }
      - id: hours
        model: time
        measure: talkTime
        unit: hour
        price: '10'
        rates:
          - { id: senior, when: { grades: [senior] }, price: '12' }
          - { id: expert, when: { grades: [expert] }, price: '14' }${amendments}`;
}
