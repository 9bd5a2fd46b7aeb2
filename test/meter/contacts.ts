import { hash } from 'node:crypto';
import type { Fact } from '#domain/fact/fact.js';
import { genesys } from '#platforms/genesys/normalize.js';
import { envelopeOf, events } from '#platforms/genesys/events.fixture.js';

/** One Genesys call that all sixteen topics report, as the normalizer makes facts of it; by time. */
const call: readonly Fact[] = Object.entries(events)
  .flatMap(([topic, event]) => {
    const delivery = { body: JSON.stringify(envelopeOf(topic, event)), receivedAt: 1_795_170_000_000 };
    const { facts } = genesys.normalize(delivery, {
      connection: 'bank-genesys',
      timeZone: 'Europe/Paris',
      country: '33',
      pseudonym: (customer) => hash('sha256', customer, 'base64url'),
    });
    return [...facts];
  })
  .sort((a, b) => a.at - b.at);

const firstAt = call[0]?.at ?? 0;

/**
 * The facts of the call of a number: sixteen, with ids of their own, one of 500 agents, 20 queues and 50 000
 * customers, the first at an instant (UTC epoch ms).
 */
export function contactFacts(contact: number, startsAt: number): Fact[] {
  const digest = hash('sha256', `call ${contact}`, 'hex');
  const uuid = (from: number): string =>
    [8, 4, 4, 4, 12].map((length, part) => digest.slice(from + part, from + part + length)).join('-');
  const replaced = {
    entity: `bank-genesys:${uuid(0)}`,
    customer: hash('sha256', `customer ${(contact * 7_919) % 50_000}`, 'base64url'),
    agent: `bank-genesys:2c9d8f10-6b7e-4a55-b1c3-${String(contact % 500).padStart(12, '0')}`,
    queue: `bank-genesys:51f0a2bb-90c3-4e1d-8f6a-${String(contact % 20).padStart(12, '0')}`,
    segment: uuid(7),
    leg: uuid(17),
  };
  return call.map((fact, index) => {
    const own = Object.entries(replaced).filter(([field]) => field in fact);
    const shifted = { at: fact.at - firstAt + startsAt, revision: fact.revision - firstAt + startsAt };
    const id = digest.slice(index, index + 22);
    const answeredBy = 'answeredBy' in fact ? { answeredBy: replaced.agent } : {};
    return { ...fact, ...Object.fromEntries(own), ...shifted, ...answeredBy, id };
  });
}
