import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '#domain/fact/fact.js';
import { addFact, type EntityState, unknownEntity } from '#domain/entity/fold.js';
import type { ConnectionContext } from '../platform.js';
import { outcomes } from './normalize.js';
import { event } from './event.fixture.js';

const receivedAt = Date.UTC(2026, 2, 20);
const connection: ConnectionContext = {
  connection: 'crm',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `P(${customer})`,
};

/** The facts of deliveries as they come, a list of events each. */
function factsOf(deliveries: readonly (readonly object[])[]): Fact[] {
  return deliveries.flatMap((events) => {
    const read = outcomes.normalize({ body: JSON.stringify(events), receivedAt }, connection);
    expect(read.refusals).toEqual([]);
    return [...read.facts];
  });
}

/** What the journal sums up to: every content posted, and how often it counts. */
function postedBy(facts: readonly Fact[]): Record<string, number> {
  const states = new Map<string, EntityState>();
  const sums = new Map<string, number>();
  for (const fact of facts) {
    const { state, changes } = addFact(states.get(fact.entity) ?? unknownEntity, fact);
    states.set(fact.entity, state);
    for (const { sign, content } of changes) {
      const text = JSON.stringify(content);
      sums.set(text, (sums.get(text) ?? 0) + sign);
    }
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0).toSorted());
}

const minute = fc.integer({ min: 0, max: 59 });
const time = minute.map((at) => `2026-03-02T10:${String(at).padStart(2, '0')}:00Z`);
/** Few ids, subjects and revisions, so that events meet, repeat and contradict each other. */
const anyEvent = fc.oneof(
  fc
    .record({
      type: fc.constantFrom(
        'lead.worked',
        'sale.made',
        'sale.cancelled',
        'credit.submitted',
        'credit.approved',
      ),
      id: fc.constantFrom('1', '2', '3'),
      subject: fc.constantFrom('a', 'b'),
      time,
      revision: fc.option(fc.nat({ max: 2 })),
      data: fc.record({
        amount: fc.constantFrom('1.00', '2.50'),
        agent: fc.constantFrom('4711', 'bank:1', null),
        customer: fc.constantFrom('+33612345678', 'C-1', null),
      }),
    })
    .map(({ type, data, id, subject, ...rest }) => {
      // an event never moves to another subject: its id holds the subject
      return event(type, data, { ...rest, subject, id: `${subject}${id}` });
    }),
  fc
    .record({ id: fc.constantFrom('1', '2'), from: minute, to: minute, revision: fc.nat({ max: 2 }) })
    .map(({ id, from, to, revision }) => {
      const at = (value: number): string => `2026-03-02T09:${String(value).padStart(2, '0')}:00Z`;
      const [startedAt, endedAt] = [at(Math.min(from, to)), at(Math.max(from, to))];
      return event(
        'activity.recorded',
        { agent: '4711', state: 'PREP', startedAt, endedAt },
        { id, revision },
      );
    }),
);

describe('the postings of outcomes', () => {
  const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 12 });

  it('do not depend on the order of events, on duplicates, or on how they were sent', () => {
    const arrivals = anyEvents.chain((events) =>
      fc.record({
        events: fc.constant(events),
        again: fc.shuffledSubarray(events),
        order: fc.infiniteStream(fc.nat()),
        size: fc.integer({ min: 1, max: 5 }),
      }),
    );
    fc.assert(
      fc.property(arrivals, ({ events, again, order, size }) => {
        const all = [...events, ...again]
          .map((each) => ({ each, rank: order.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ each }) => each);
        const deliveries = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
          all.slice(index * size, (index + 1) * size),
        );
        expect(postedBy(factsOf(deliveries))).toEqual(postedBy(factsOf([events])));
      }),
      { numRuns: 500 },
    );
  });

  it('are one content for each subject and each activity', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const facts = factsOf([events]);
        const sums = postedBy(facts);
        expect(Object.values(sums).every((sum) => sum === 1)).toBe(true);
        const outcomeEntities = new Set(
          facts.filter(({ type }) => type === 'outcome.recorded').map(({ entity }) => entity),
        );
        expect(Object.keys(sums).filter((text) => text.startsWith('{"kind":"outcome"'))).toHaveLength(
          outcomeEntities.size,
        );
      }),
    );
  });

  it('follow a cancellation and a correction, whichever comes first', () => {
    const sale = event('sale.made', { amount: '10.00' });
    const corrected = event('sale.made', { amount: '12.00' }, { revision: 1 });
    const cancelled = event('sale.cancelled', {}, { id: '2', time: '2026-03-05T10:00:00Z' });
    const expected = postedBy(factsOf([[sale], [corrected], [cancelled]]));
    expect(postedBy(factsOf([[cancelled], [corrected], [sale]]))).toEqual(expected);
    const [content = ''] = Object.keys(expected);
    expect(JSON.parse(content)).toMatchObject({
      outcome: 'crm:outcome/order-417',
      events: [{ name: 'sale.made', data: { amount: '12.00' } }, { name: 'sale.cancelled' }],
    });
  });
});
