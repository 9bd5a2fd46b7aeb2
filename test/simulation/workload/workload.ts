import type { Fact, QueueResult } from '#domain/fact/fact.js';
import { careWindowMs, connection, shopWindowMs } from '../centre.js';
import type { Random } from '../random.js';
import { agentFacts } from './agents.js';

/**
 * Facts in the order in which they reach the log: with duplicates, revisions that replace others before or
 * after they came, and out of order. Times lie around the borders of months, days, versions and summer time.
 */
export function workloadOf(random: Random): Fact[] {
  const contacts = contactsOf(random);
  const facts = [
    ...contacts.flatMap((contact, index) => contactFacts(contact, `pbx:c${index}`, random)),
    ...times(random.integer(0, 3), (index) => activityFacts(index, random)),
    ...times(random.integer(0, 4), (index) => outcomeFacts(index, random)),
    ...agentFacts(() => instant(random), random),
  ];
  const disorderMs = random.pick([0, 60_000, 3_600_000, 100 * 3_600_000]);
  const delivered = facts.flatMap((fact) => times(random.chance(0.15) ? 2 : 1, () => [fact]));
  return delivered
    .map((fact) => ({ fact, place: fact.at + random.integer(0, disorderMs) }))
    .sort((a, b) => a.place - b.place)
    .map(({ fact }) => fact);
}

/** What really happened: stays in queues and the agents who worked. */
interface Contact {
  readonly customer: string | null;
  readonly enteredAt: number;
  readonly stays: readonly Stay[];
  /** Reported row by row, or event by event. */
  readonly reportedAs: 'rows' | 'events';
}

interface Stay {
  readonly queue: string;
  readonly enteredAt: number;
  readonly waitMs: number;
  readonly result: QueueResult;
  /** Of who answered, and of those who were consulted; each in one leg. */
  readonly legs: readonly Leg[];
}

interface Leg {
  readonly agent: string;
  readonly startedAt: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number | null;
  readonly disposition: string | null;
  readonly transferredOut: boolean;
}

const customers = ['v1', 'v2', 'v2', null];
const queues = ['pbx:q1', 'pbx:q1', 'pbx:q2', 'pbx:q3', 'pbx:q3', 'pbx:q9'];
const agents = ['pbx:a1', 'pbx:a2', 'pbx:a3', 'pbx:a9'];
/** Of months, days, versions and summer time, UTC epoch ms. */
export const borders = [
  '2026-03-28T12:00:00Z',
  '2026-03-28T23:00:00Z', // 29 March in Paris
  '2026-03-29T01:00:00Z', // the clocks of Paris go forward
  '2026-03-30T22:00:00Z', // 31 March in Paris
  '2026-03-31T18:00:00Z', // evening in Paris
  '2026-03-31T22:00:00Z', // April in Paris
  '2026-04-01T04:00:00Z', // April in New York
  '2026-04-05T22:00:00Z', // Easter Monday in Paris
].map((text) => Date.parse(text));
const waits = [0, 4_999, 5_000, 5_001, 12_000, 20_000, 20_001, 35_000, 90_000];
const talks = [0, 4_999, 5_000, 61_000, 200_000, 3_000_000];

function instant(random: Random): number {
  return random.pick(borders) + random.pick([0, 0, -1, 1, -5_000, random.integer(-7_200_000, 7_200_000)]);
}

function contactsOf(random: Random): Contact[] {
  const contacts: Contact[] = [];
  for (let left = random.integer(2, 10); left > 0; left--) {
    const before = contacts.length > 0 && random.chance(0.6) ? random.pick(contacts) : null;
    contacts.push(contactAfter(before, random));
  }
  return contacts;
}

/** A contact of the same customer as the one before, around the borders of the windows; or any. */
function contactAfter(before: Contact | null, random: Random): Contact {
  const enteredAt = before === null ? instant(random) : entryAfter(before, random);
  const customer = before === null ? random.pick(customers) : before.customer;
  const firstQueue = before !== null && random.chance(0.7) ? before.stays[0]?.queue : undefined;
  const reportedAs = random.pick(['rows', 'events'] as const);
  const names = shuffled(agents, random);
  const stays: Stay[] = [];
  let at = enteredAt;
  for (let left = random.pick([1, 1, 1, 2, 3]); left > 0; left--) {
    const stay = stayAt(at, stays.length === 0 ? firstQueue : undefined, left > 1, names, random);
    stays.push(stay);
    at = endOf(stay);
    if (names.length === 0) break;
  }
  return { customer, enteredAt, stays, reportedAs };
}

/** Most often exactly at a window's end, or one millisecond beside it. */
function entryAfter(before: Contact, random: Random): number {
  const endedAt = Math.max(...before.stays.map(endOf));
  const isShop = before.stays.at(-1)?.queue === 'pbx:q3';
  const window = isShop ? shopWindowMs : careWindowMs;
  return random.weighted([
    [4, endedAt + window],
    [4, endedAt + window + 1],
    [1, endedAt + window - 1],
    [1, endedAt],
    [1, endedAt - 1_000],
    [2, before.enteredAt],
    [3, endedAt + random.integer(0, 2 * window)],
  ]);
}

function endOf({ enteredAt, waitMs, legs }: Stay): number {
  return Math.max(
    enteredAt + waitMs,
    ...legs.map(({ startedAt, talkMs, holdMs }) => startedAt + talkMs + holdMs),
  );
}

function stayAt(
  enteredAt: number,
  firstQueue: string | undefined,
  goesOn: boolean,
  /** Of agents who have no leg of the contact yet; those who get one are taken out. */
  names: string[],
  random: Random,
): Stay {
  const queue = firstQueue ?? random.pick(queues);
  const waitMs = random.pick(waits);
  const results = [
    ...Array.from({ length: 7 }, () => 'answered' as const),
    'abandoned',
    'flowOut',
    'unknown',
  ] as const;
  const result = goesOn ? random.pick(['answered', 'flowOut'] as const) : random.pick(results);
  const legs: Leg[] = [];
  const size = result === 'answered' ? random.pick([1, 1, 1, 2]) : 0;
  for (const agent of names.splice(0, size)) {
    const startedAt = enteredAt + waitMs + (legs.length === 0 ? 0 : random.integer(0, 30_000));
    legs.push({
      agent,
      startedAt,
      talkMs: random.pick(talks),
      holdMs: random.pick([0, 0, 7_001]),
      acwMs: random.pick([null, 0, 30_000, 50_000, 4_000_000]),
      disposition: random.pick([null, 'sold', 'asked']),
      transferredOut: goesOn && random.chance(0.8),
    });
  }
  return { queue, enteredAt, waitMs, result, legs };
}

function contactFacts(contact: Contact, entity: string, random: Random): Fact[] {
  const facts =
    contact.reportedAs === 'rows' ? rowFacts(contact, entity) : eventFacts(contact, entity, random);
  // What is lost stays lost: stays and sessions that never end.
  const kept = facts.filter(() => !random.chance(0.06));
  return kept.flatMap((fact) => revisionsOf(fact, random));
}

const base = (entity: string, name: string, at: number) =>
  ({ id: `${entity}/${name}`, entity, connection, at, revision: 2 }) as const;
const party = (customer: string | null) => ({ direction: 'inbound', media: 'voice', customer }) as const;

/** A row for each stay, and one without a queue for each agent who was consulted. */
function rowFacts({ stays, customer }: Contact, entity: string): Fact[] {
  return stays.flatMap(({ queue, enteredAt, waitMs, result, legs }, index) => {
    const rows = legs.length === 0 ? [null] : legs;
    return rows.map((leg, which): Fact => {
      const segment = `${index}.${which}`;
      const at = leg === null ? enteredAt + waitMs : leg.startedAt + leg.talkMs + leg.holdMs;
      const isFirst = which === 0;
      return {
        type: 'segment.summarized',
        ...base(entity, segment, at),
        ...party(customer),
        segment,
        queue: isFirst ? queue : null,
        enteredAt: isFirst ? enteredAt : (leg?.startedAt ?? enteredAt),
        waitMs: isFirst ? waitMs : 0,
        result: isFirst ? result : 'unknown',
        agent: leg?.agent ?? null,
        talkMs: leg?.talkMs ?? null,
        holdMs: leg?.holdMs ?? null,
        acwMs: leg?.acwMs ?? null,
        transferredOut: leg?.transferredOut ?? false,
        disposition: leg?.disposition ?? null,
      };
    });
  });
}

/** Events of the contact, its stays and its agents; the customer is named at once, later, or both. */
function eventFacts(contact: Contact, entity: string, random: Random): Fact[] {
  const { stays, customer, enteredAt } = contact;
  const named = random.pick(['at once', 'later', 'both']);
  const known = named === 'later' ? null : customer;
  const end = Math.max(...stays.map(endOf));
  const facts: Fact[] = [
    { type: 'contact.started', ...base(entity, 'started', enteredAt - 1_000), ...party(known) },
    { type: 'contact.ended', ...base(entity, 'ended', end) },
  ];
  if (named !== 'at once' && customer !== null) {
    const at = random.pick([enteredAt, end, end + 5_000]);
    facts.push({ type: 'contact.identified', ...base(entity, 'identified', at), customer });
  }
  if (random.chance(0.2)) {
    facts.push({ type: 'contact.noted', ...base(entity, 'noted', end), what: 'flow.end', details: {} });
  }
  return [...facts, ...stays.flatMap((stay, index) => stayFacts(stay, index, entity, known, random))];
}

function stayFacts(
  { queue, enteredAt, waitMs, result, legs }: Stay,
  index: number,
  entity: string,
  customer: string | null,
  random: Random,
): Fact[] {
  const segment = `s${index}`;
  const leftAt = enteredAt + waitMs;
  const facts: Fact[] = [
    { type: 'queue.entered', ...base(entity, `in${index}`, enteredAt), ...party(customer), segment, queue },
    {
      type: 'queue.left',
      ...base(entity, `out${index}`, leftAt),
      ...party(customer),
      segment,
      queue: result === 'answered' || random.chance(0.7) ? queue : null,
      result,
      waitMs: random.chance(0.7) ? waitMs : null,
      answeredBy: legs[0]?.agent ?? null,
    },
  ];
  for (const [which, leg] of legs.entries()) facts.push(...legFacts(leg, `${index}.${which}`, queue, entity));
  return facts;
}

function legFacts(leg: Leg, name: string, queue: string, entity: string): Fact[] {
  const { agent, startedAt, talkMs, holdMs, acwMs, disposition, transferredOut } = leg;
  const at = startedAt + talkMs + holdMs;
  const times = { talkMs, holdMs, dialMs: 0, alertMs: 0, transferredOut };
  const whose = { leg: name, agent, queue };
  const facts: Fact[] = [
    { type: 'agent.joined', ...base(entity, `join${name}`, startedAt), ...party(null), ...whose },
    { type: 'agent.left', ...base(entity, `left${name}`, at), ...party(null), ...whose, ...times },
  ];
  if (acwMs !== null || disposition !== null) {
    const wrapped = at + 2_000 + (acwMs ?? 0);
    facts.push({
      type: 'agent.wrapped',
      ...base(entity, `wrap${name}`, wrapped),
      ...whose,
      acwMs,
      disposition,
    });
  }
  return facts;
}

/** The fact alone, or beside others that it replaces or that replace it. */
function revisionsOf(fact: Fact, random: Random): Fact[] {
  if (!random.chance(0.25)) return [fact];
  return [fact, { ...changed(fact, random), revision: random.pick([1, 3]) }];
}

function changed(fact: Fact, random: Random): Fact {
  switch (fact.type) {
    case 'segment.summarized':
      return random.pick<Fact>([
        { ...fact, customer: otherCustomer(fact.customer, random) },
        { ...fact, talkMs: (fact.talkMs ?? 0) + 1_000 },
        { ...fact, enteredAt: fact.enteredAt + random.pick([-1, 1, 1_000]) },
        { ...fact, queue: fact.queue === null ? null : random.pick(queues) },
        { ...fact, agent: null, result: fact.queue === null ? 'unknown' : 'abandoned' },
        { ...fact, acwMs: random.pick([null, 10_000]), disposition: random.pick([null, 'sold', 'asked']) },
      ]);
    case 'contact.started':
    case 'queue.entered':
      return { ...fact, customer: otherCustomer(fact.customer, random) };
    case 'contact.identified':
      return { ...fact, customer: random.pick(['v1', 'v2']) };
    case 'queue.left':
      return fact.result === 'answered'
        ? { ...fact, waitMs: random.pick([null, 1_000]) }
        : { ...fact, result: random.pick(['abandoned', 'flowOut', 'unknown']) };
    case 'agent.left':
      return { ...fact, talkMs: random.pick([0, 5_000]), holdMs: 0 };
    case 'agent.wrapped':
      return { ...fact, acwMs: random.pick([null, 1_500]), disposition: random.pick(['sold', 'asked']) };
    case 'activity.recorded':
      return { ...fact, endedAt: fact.endedAt - random.pick([1, 600_000, 100_000_000]) };
    case 'outcome.recorded':
      return random.pick<Fact>([
        { ...fact, at: fact.at + random.pick([-1, 1, 3_600_000]) },
        { ...fact, programme: random.pick(['care', 'shop', null]) },
        { ...fact, data: fact.name === 'survey.answered' ? { question: 'csat', score: 2 } : {} },
      ]);
    case 'agent.joined':
    case 'session.summarized':
    case 'contact.ended':
    case 'contact.noted':
    case 'agent.changed':
    case 'agent.stretch':
    case 'agent.totals':
    case 'entity.reinterpreted':
    case 'outcome.placed':
    case 'outcome.withdrawn':
    case 'schedule.published':
      return fact;
  }
}

function otherCustomer(customer: string | null, random: Random): string | null {
  return random.pick(customers.filter((other) => other !== customer));
}

function activityFacts(index: number, random: Random): Fact[] {
  const entity = `pbx:activity/${index}`;
  const startedAt = instant(random);
  const endedAt = startedAt + random.pick([1, 900_000, 3_600_000, 90_000_000]);
  const queue = random.pick([null, null, 'pbx:q1', 'pbx:q3', 'pbx:q9']);
  const fact: Fact = {
    type: 'activity.recorded',
    ...base(entity, 'activity', endedAt),
    agent: random.pick(agents),
    state: random.pick(['PREP', 'PREP', 'AVAILABLE', 'BREAK']),
    startedAt,
    endedAt,
    queue,
    programme: queue === null ? random.pick(['care', 'shop', null]) : null,
  };
  return revisionsOf(fact, random);
}

/** Events of one subject: leads, sales, cancellations, answers to a survey that are given again. */
function outcomeFacts(index: number, random: Random): Fact[] {
  const entity = `pbx:outcome/${index}`;
  const programme = random.pick(['care', 'care', null]);
  const queue = random.pick([null, 'pbx:q1', 'pbx:q9']);
  const start = instant(random);
  const names = ['lead.worked', 'sale.made', 'sale.cancelled', 'survey.answered', 'survey.answered'];
  return names.flatMap((name, which) => {
    if (random.chance(0.45)) return [];
    const isSurvey = name === 'survey.answered';
    const fact: Fact = {
      type: 'outcome.recorded',
      ...base(entity, `${which}`, start + random.pick([0, 0, 1, 3_600_000, 30 * 3_600_000])),
      name,
      programme,
      queue,
      agent: random.pick([null, ...agents]),
      contact: null,
      customer: null,
      data: isSurvey ? { question: 'csat', score: random.integer(1, 5) } : {},
    };
    const facts = revisionsOf(fact, random);
    // Reported again, as another event, an hour later: sometimes after its cancellation.
    const again = { ...fact, id: `${fact.id}-again`, at: fact.at + 3_700_000 };
    return name === 'sale.made' && index % 2 === 0 ? [...facts, again] : facts;
  });
}

function times<T>(count: number, make: (index: number) => readonly T[]): T[] {
  return Array.from({ length: count }, (_, index) => make(index)).flat();
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
