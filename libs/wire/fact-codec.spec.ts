import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agentFacts } from '#domain/timeline/facts.fixture.js';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { supersedes } from '#domain/entity/fold.js';
import { decodeFact, encodeFact } from './facts.js';
import { FactCodec } from './fact-codec.js';

const outcome: Fact = {
  type: 'outcome.recorded',
  id: 'o1',
  entity: 'c:1',
  connection: 'c',
  at: 5,
  revision: 0,
  programme: 'p',
  queue: null,
  name: 'sale.made',
  agent: 'c:alice',
  contact: null,
  customer: 'cust-1',
  data: { amount: '12.50', zeta: true, alpha: 3 },
};
const activity: Fact = {
  type: 'activity.recorded',
  id: 'a1',
  entity: 'c:1',
  connection: 'c',
  at: 5,
  revision: 1,
  programme: null,
  queue: 'c:q1',
  agent: 'c:alice',
  state: 'PREP',
  startedAt: 1,
  endedAt: 5,
};
const ofEveryType: Fact[] = [
  fact('contact.started', 1_772_445_600_000, { revision: 1_772_445_600_212 }),
  fact('contact.identified', 1_772_445_600_500),
  fact('queue.entered', 1_772_445_601_000, { customer: null, queue: 'elsewhere:q', segment: ':odd' }),
  fact('queue.left', 1_772_445_602_000, { answeredBy: '=c:alice', waitMs: null, queue: null }),
  fact('agent.joined', 1_772_445_603_000, { agent: 'c::bob', leg: 'inbound' }),
  fact('agent.left', 0, { revision: Number.MAX_SAFE_INTEGER }),
  fact('agent.wrapped', -5, { revision: -3, disposition: 'c:alice' }),
  fact('segment.summarized', 7, { revision: 3_000_000_000 }),
  fact('contact.ended', 8, { connection: 'of another centre' }),
  fact('contact.noted', 9, { details: { a: 1, b: 'x', c: false } }),
  outcome,
  activity,
  ...agentFacts.map((each) => ({ ...each, entity: 'c:1' })),
];

/** As the meter reads it from the log. */
function asRead(each: Fact): Fact {
  const decoded = decodeFact(encodeFact(each));
  if (decoded === null) throw new Error(`${each.type} cannot be decoded`);
  return decoded.fact;
}

describe('The text of facts', () => {
  it('gives every type of fact back, and neither it nor its duplicate supersedes the other', () => {
    for (const each of ofEveryType.map(asRead)) {
      const [fact] = FactCodec.read('c:1', new FactCodec('c').encode([each])).facts;
      expect(fact).toEqual(each);
      expect(fact !== undefined && [supersedes(fact, each), supersedes(each, fact)]).toEqual([false, false]);
    }
  });

  it('keeps which of two facts with the same revision supersedes the other, whatever their order', () => {
    for (const each of ofEveryType.map(asRead)) {
      const { details, data, at, ...rest } = { details: null, data: null, ...each };
      const later = { ...rest, at: at + 1, ...(data && { data }), ...(details && { details }) } as Fact;
      const [fact] = FactCodec.read('c:1', new FactCodec('c').encode([asRead(later)])).facts;
      expect(fact !== undefined && supersedes(fact, each)).toBe(supersedes(later, each));
      expect(supersedes(later, each)).toBe(!supersedes(each, later));
    }
  });

  it('is the same whether written at once, in parts, or continued after having been read', () => {
    const words = fc.constantFrom('c:alice', 'c:', ':', '=', 'c', 'inbound', 'other', '', 'é"\n', 'x:y');
    const some = fc
      .array(fc.tuple(fc.constantFrom(...ofEveryType), words, words, fc.integer()), { maxLength: 12 })
      .map((all) =>
        all.map(([each, queue, agent, at]) => {
          const own = { ...('queue' in each && { queue }), ...('agent' in each && { agent }) };
          return asRead({ ...each, ...own, at: at * 1_000 });
        }),
      );
    fc.assert(
      fc.property(some, fc.nat(12), (facts, border) => {
        const whole = new FactCodec('c').encode(facts);
        const first = new FactCodec('c');
        first.encode(facts.slice(0, border));
        expect(first.encode(facts)).toBe(whole);
        const read = FactCodec.read('c:1', new FactCodec('c').encode(facts.slice(0, border)));
        expect(read.codec.encode(facts)).toBe(whole);
        expect(FactCodec.read('c:1', whole).facts).toEqual(facts);
      }),
    );
  });

  it('is rejected where it holds an unknown type of fact', () => {
    expect(() => FactCodec.read('c:1', '[99,"id",0,0]')).toThrow('a fact of type 99');
  });
});
