import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { formatFault } from '#catalogue/fault.js';
import { readCatalogue } from '#catalogue/load.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { type Random, seededRandom } from '#apps/cli/demo/random.js';
import { monthBounds } from '#domain/period/period.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';

/** A month in which clocks change. */
export const month = '2026-03';

const programmeCount = 40;
const agentCount = 2_000;
const queueNames = ['assistance', 'mail', 'orders'] as const;
const connection = 'centre';

/**
 * The contracts of the demonstration over and over, one founding model after the other and the full hybrid,
 * spread over 40 programmes of three queues each: every programme has contracts of five models.
 */
export function manyContracts(contracts: number): Catalogue {
  const directory = demoContracts();
  const templates = readdirSync(directory).map((file) => {
    const { contract } = parse(readFileSync(join(directory, file), 'utf8')) as { contract: object };
    return contract;
  });
  const loaded = readCatalogue([
    {
      name: 'many.yaml',
      text: JSON.stringify({
        tenant: 'bench',
        connections: [
          {
            id: connection,
            platform: 'genesys',
            timeZone: 'Europe/Paris',
            authentication: { scheme: 'none' },
            demo: true,
          },
        ],
        outcomes: [
          { name: 'telephony.billed', fields: { amount: { type: 'decimal', required: true } } },
          { name: 'task.created', fields: {} },
        ],
        agents: Array.from({ length: agentCount }, (_, index) => ({
          code: `A${index}`,
          grade: index % 3 === 0 ? 'senior' : 'junior',
          country: index % 4 === 0 ? 'MA' : 'FR',
          skills: index % 10 === 0 ? ['medical'] : [],
          ids: [{ connection, native: `agent-${index}` }],
        })),
        programmes: Array.from({ length: programmeCount }, (_, index) => ({
          id: `programme-${index}`,
          brand: `Brand ${index}`,
          timeZone: 'Europe/Paris',
          fcr: { windows: ['P7D'], reason: 'queue' },
          queues: queueNames.map((name) => ({ connection, native: `${index}-${name}`, name })),
        })),
        contracts: Array.from({ length: contracts }, (_, index) => {
          const { examples: _examples, ...contract } = templates[index % templates.length] as {
            examples?: unknown;
          };
          return {
            ...contract,
            id: `contract-${index}`,
            scope: { programme: `programme-${index % programmeCount}` },
          };
        }),
      }),
    },
  ]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.catalogue;
}

/** Seen from the sources as from what is built of them. */
function demoContracts(): string {
  const places = ['../..', '../../..'].map((root) =>
    join(import.meta.dirname, root, 'apps/cli/demo/catalogue/contracts'),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`there are no contracts in ${places.join(' or ')}`);
  return found;
}

export interface SignedContent {
  readonly sign: 1 | -1;
  readonly content: PostingContent;
}

/**
 * A month's journal, as the meter would write it: most contacts three to five postings (what is known, taken
 * back, what is known later), every ninth posting an agent's activity, some an outcome.
 */
export function* manyPostings(most: number, seed = 1): Generator<SignedContent> {
  const random = seededRandom(seed);
  const { start, end } = monthBounds(month, 'Europe/Paris');
  const at = (): number => start + Math.floor(random.next() * (end - start));
  for (let made = 0, index = 0; made < most; index++) {
    const kind = random.next();
    const some =
      kind < 0.7
        ? contactPostings(random, index, at())
        : [kind < 0.9 ? activity(random, index, at()) : outcome(random, index, at())];
    for (const each of some) {
      if (made++ < most) yield each;
    }
  }
}

function contactPostings(random: Random, index: number, enteredAt: number): SignedContent[] {
  const programme = random.below(programmeCount);
  const name = queueNames[Math.min(random.below(5), 2)] ?? 'orders';
  const queue = `${connection}:${programme}-${name}`;
  const waitMs = Math.floor(random.exponential(25_000));
  const abandoned = random.chance(0.12);
  const segment: Segment = {
    queue,
    enteredAt,
    leftAt: enteredAt + waitMs,
    waitMs,
    result: abandoned ? 'abandoned' : 'answered',
  };
  const waited: ContactContent = {
    kind: 'contact',
    contact: `${connection}:6eb92e65-0000-4000-a000-${String(index).padStart(12, '0')}`,
    connection,
    direction: 'inbound',
    media: name === 'mail' ? 'email' : 'voice',
    customer: random.chance(0.3) ? null : `hmac-${random.below(150_000)}`,
    segments: [segment],
    legs: [],
    missed: [],
  };
  if (abandoned) return [{ sign: 1, content: waited }];
  const handled: ContactContent = { ...waited, legs: [legOf(random, queue, segment.leftAt)] };
  const [leg] = handled.legs;
  const wrapped =
    random.chance(0.4) && leg !== undefined ? { ...leg, acwMs: 30_000, acwStartedAt: leg.endedAt } : null;
  return [
    { sign: 1, content: waited },
    { sign: -1, content: waited },
    { sign: 1, content: handled },
    ...(wrapped === null
      ? []
      : [
          { sign: -1, content: handled } as const,
          { sign: 1, content: { ...handled, legs: [wrapped] } } as const,
        ]),
  ];
}

function legOf(random: Random, queue: string, startedAt: number): Leg {
  const talkMs = Math.floor(random.logNormal(180_000, 0.7));
  const holdMs = random.chance(0.2) ? Math.floor(random.exponential(40_000)) : 0;
  return {
    agent: `${connection}:agent-${random.below(agentCount)}`,
    queue,
    startedAt,
    endedAt: startedAt + talkMs + holdMs,
    talkMs,
    holdMs,
    dialMs: 0,
    acwMs: null,
    acwStartedAt: null,
    disposition: random.chance(0.1) ? 'lost-luggage' : 'solved',
    transferredOut: random.chance(0.05),
  };
}

function activity(random: Random, index: number, startedAt: number): SignedContent {
  const states = ['AVAILABLE', 'PREP', 'BREAK', 'BACK_OFFICE'] as const;
  return {
    sign: 1,
    content: {
      kind: 'activity',
      activity: `${connection}:activity/${index}`,
      connection,
      agent: `${connection}:agent-${random.below(agentCount)}`,
      state: states[random.below(states.length)] ?? 'AVAILABLE',
      startedAt,
      endedAt: startedAt + 1 + Math.floor(random.exponential(300_000)),
      queue: null,
      programme: `programme-${random.below(programmeCount)}`,
    },
  };
}

function outcome(random: Random, index: number, at: number): SignedContent {
  const events = [
    { name: 'survey.answered', at, data: { question: 'csat', score: 1 + random.below(5) } },
    { name: 'survey.answered', at, data: { question: 'recommend', score: random.below(11) } },
    { name: 'quality.evaluated', at, data: { score: 60 + random.below(41) } },
    { name: 'lead.worked', at, data: {} },
    { name: 'sale.made', at, data: {} },
    { name: 'telephony.billed', at, data: { amount: `${random.below(100)}.25` } },
    { name: 'forecast.set', at, data: { id: 'gaia-calls', value: random.below(20_000), period: month } },
  ];
  const credit = [
    { name: 'credit.submitted', at, data: {} },
    { name: 'credit.approved', at: at + random.below(48 * 3_600_000), data: {} },
  ];
  const some = random.chance(0.2) ? credit : [events[random.below(events.length)] ?? credit[0]];
  return {
    sign: 1,
    content: {
      kind: 'outcome',
      outcome: `${connection}:outcome-${index}`,
      connection,
      programme: `programme-${random.below(programmeCount)}`,
      queue: null,
      agent: null,
      contact: null,
      customer: null,
      events: some.filter((event) => event !== undefined),
    },
  };
}
