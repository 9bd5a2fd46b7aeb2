import { readFileSync } from 'node:fs';
import { addFact, type EntityState, unknownEntity } from '#domain/entity/fold.js';
import { type PlatformName, platformNames } from '#domain/fact/platform-names.js';
import { platforms } from '#platforms/platforms.js';
import { Random } from '#test/simulation/random.js';
import { decodeClose, decodeNotice } from '#wire/closes.js';
import { decodeCustomerKey } from '#wire/customer-keys.js';
import { decodeFact, encodeFact } from '#wire/facts.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { decodeOperatorAct } from '#wire/operator-acts.js';
import { encodeContent, readContent } from '#wire/posting-content.js';
import { decodeJournalRecord, linkOf, sourceOf } from '#wire/postings.js';
import { decodeRaw, encodeRaw, rawDelivery } from '#wire/raw.js';
import { decodeRecorded } from '#wire/recorded-delivery.js';
import { decodeRefused } from '#wire/refused.js';
import { decodeStateRecord, StateDamaged } from '#wire/states.js';
import { mutated } from './mutation.js';

/** What came of mutated deliveries and records. */
export interface Outcome {
  readonly draws: number;
  /** Facts that mutated deliveries gave: if there are none, nothing was tried. */
  readonly facts: number;
  readonly refusals: number;
  /** Mutated records that a codec still took. */
  readonly taken: number;
  /** Each with the seed that shows it. */
  readonly failures: readonly string[];
  /** The longest that one draw took, and its seed. */
  readonly longest: { readonly ms: number; readonly seed: number };
}

/**
 * One draw for each seed: a delivery of each platform in another form, read, encoded, decoded and folded;
 * and a record of each topic in another form, given to every codec. Whatever throws, or comes back from a
 * codec as something else, is a failure.
 */
export function drawn(draws: number, from: number): Outcome {
  const failures: string[] = [];
  let [facts, refusals, taken] = [0, 0, 0];
  let longest = { ms: 0, seed: from };
  for (let seed = from; seed < from + draws; seed++) {
    const begun = performance.now();
    try {
      const delivery = deliver(new Random(seed));
      facts += delivery.facts;
      refusals += delivery.refusals;
      taken += decode(new Random(seed));
    } catch (error) {
      failures.push(`seed ${seed}: ${Error.isError(error) ? (error.stack ?? error.message) : String(error)}`);
    }
    const ms = performance.now() - begun;
    if (ms > longest.ms) longest = { ms, seed };
  }
  return { draws, facts, refusals, taken, failures, longest };
}

const receivedAt = Date.UTC(2026, 2, 2, 12);

function deliver(random: Random): { facts: number; refusals: number } {
  const [own, text] = random.pick(deliveries);
  const body = mutated(text, random);
  const name = random.chance(0.9) ? own : random.pick(platformNames);
  const { facts, refusals } = platforms[name].normalize(
    { body, receivedAt },
    {
      connection: 'bank',
      timeZone: random.pick(['Europe/Paris', 'America/New_York', 'UTC']),
      country: random.pick(['33', null]),
      pseudonym: (customer) => `p-${customer.length}`,
      isConnection: () => random.chance(0.5),
    },
  );
  const states = new Map<string, EntityState>();
  for (const fact of facts) {
    const text = encodeFact(fact, receivedAt);
    const again = decodeFact(text);
    if (again === null || encodeFact(again.fact, receivedAt) !== text) {
      throw new Error(`the fact is another one once it was decoded: ${text}`);
    }
    const { state, changes } = addFact(states.get(fact.entity) ?? unknownEntity, again.fact);
    states.set(fact.entity, state);
    for (const { content } of changes) requireReadable(encodeContent(content));
  }
  return { facts: facts.length, refusals: refusals.length };
}

function requireReadable(text: string): void {
  const content = readContent(JSON.parse(text));
  if (content === null || encodeContent(content) !== text) {
    throw new Error(`the content is another one once it was decoded: ${text}`);
  }
}

/** How many codecs take the record. */
function decode(random: Random): number {
  const value = mutated(random.pick(records), random);
  const journal = decodeJournalRecord(value);
  if (journal !== null) linkOf(journal);
  sourceOf(value);
  const fact = decodeFact(value);
  if (fact !== null) addFact(unknownEntity, fact.fact);
  const found = codecs.map((codec) => codec(value));
  return [...found, journal, fact].filter((each) => each !== null).length;
}

const codecs: readonly ((value: string) => unknown)[] = [
  decodeRaw,
  decodeRefused,
  decodeClose,
  decodeNotice,
  decodeCustomerKey,
  decodeOperatorAct,
  decodeInvoiceReady,
  (value) => {
    const recorded = decodeRecorded(value);
    return 'fault' in recorded ? null : recorded;
  },
  (value) => {
    try {
      return decodeStateRecord(value);
    } catch (error) {
      // A damaged one stops what reads it, by this name.
      if (error instanceof StateDamaged) return null;
      throw error;
    }
  },
];

function linesOfFile(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.ndjson') ? text.split('\n').filter((line) => line !== '') : [text];
}

const bodies: readonly (readonly [PlatformName, string])[] = [
  ...(['avaya', 'axialys', 'genesys', 'schedules'] as const).map((name) => [name, `${name}.json`] as const),
  ['genesys', 'batch.ndjson'] as const,
].flatMap(([name, file]) => linesOfFile(`examples/deliveries/${file}`).map((line) => [name, line] as const));

const outcomes = ['preparation', 'quality', 'sale', 'survey'].flatMap((name) =>
  linesOfFile(`examples/outcomes/${name}.json`),
);

const deliveries: typeof bodies = [...bodies, ...outcomes.map((text) => ['outcomes', text] as const)];

const records: readonly string[] = [
  ...['facts', 'postings', 'closes', 'states'].flatMap((name) =>
    linesOfFile(`libs/wire/samples/${name}-1.ndjson`),
  ),
  ...bodies.map(([, body]) => encodeRaw(rawDelivery('bank', Buffer.from(body), receivedAt, {}, 'platform'))),
];
