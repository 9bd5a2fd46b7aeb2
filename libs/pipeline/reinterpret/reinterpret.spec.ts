import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { differingEntities } from './differing-entities.js';
import { FoldedFacts } from './folded-facts.harness.js';
import { reinterpretEntities } from './reinterpret.js';

let folded: FoldedFacts;
beforeEach(async () => {
  folded = await FoldedFacts.open();
});
afterEach(async () => folded.close());

/** The program of before: it took talks of more than 55 s to be 700 ms longer. */
const before: Interpret = (facts) => {
  const content = interpretEntity(facts);
  if (content?.kind !== 'contact') return content;
  const legs = content.legs.map((leg) => {
    return (leg.talkMs ?? 0) > 55_000 ? { ...leg, talkMs: (leg.talkMs ?? 0) + 700 } : leg;
  });
  return { ...content, legs };
};

/** Ten calls: six of 60 s, four of 50 s. */
const calls: Fact[] = Array.from({ length: 10 }, (_, index) =>
  fact('segment.summarized', index, {
    entity: `c:${index}`,
    customer: `cust-${index}`,
    talkMs: index < 6 ? 60_000 : 50_000,
  }),
).map((each) => ({ ...each, id: each.entity }));

async function talkS(): Promise<number> {
  const postings = (await folded.journal()).flatMap((record) => record.postings);
  return postings.reduce((sum, { sign, content }) => {
    return content.kind === 'contact' ? sum + (sign * (content.legs[0]?.talkMs ?? 0)) / 1_000 : sum;
  }, 0);
}

const act = { author: 'ops', reason: 'talks were too long', at: Date.UTC(2026, 2, 2) };

describe('Entities that are taken to mean something else than was posted', () => {
  it('are found by comparing the journal with their facts', async () => {
    await folded.append(...calls);
    await folded.fold(before, 1);
    const { entities, expired } = await differingEntities({ ...folded.embedded, factsAtOnce: 3 });
    expect(entities.map(({ entity }) => entity).sort()).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => `c:${index}`),
    );
    expect(expired).toBe(0);
    expect(entities[0]?.posted).toMatchObject({ legs: [{ talkMs: 60_700 }] });
    expect(entities[0]?.interpreted).toMatchObject({ legs: [{ talkMs: 60_000 }] });
  });

  it('are posted by an act, with the cause software, and nothing is left of the old meaning', async () => {
    await folded.append(...calls);
    await folded.fold(before, 1);
    // 6 x 60.7 + 4 x 50
    expect(await talkS()).toBeCloseTo(564.2, 6);
    const { entities } = await differingEntities(folded.embedded);
    await reinterpretEntities(folded.embedded.log, entities, act);
    await folded.fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(560, 6);
    const acts = (await folded.journal()).filter(({ cause }) => cause === 'software');
    expect(acts.map(({ postings, interpretation }) => [postings.length, interpretation])).toEqual(
      Array.from({ length: 6 }, () => [2, 2]),
    );
    expect(await differingEntities(folded.embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('are posted once where an act was cut short and done again', async () => {
    await folded.append(...calls);
    await folded.fold(before, 1);
    const { entities } = await differingEntities(folded.embedded);
    await reinterpretEntities(folded.embedded.log, entities.slice(0, 4), act);
    await reinterpretEntities(folded.embedded.log, entities, act);
    await folded.fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(560, 6);
    expect((await folded.journal()).filter(({ cause }) => cause === 'software')).toHaveLength(6);
  });

  it('go on by what was posted of them last', async () => {
    await folded.append(...calls);
    await folded.fold(before, 1);
    const { entities } = await differingEntities(folded.embedded);
    await reinterpretEntities(folded.embedded.log, entities, act);
    await folded.append({ ...calls[0]!, revision: 1, talkMs: 40_000 } as Fact);
    await folded.fold(interpretEntity, 2);
    expect(await talkS()).toBeCloseTo(540, 6);
  });
});
