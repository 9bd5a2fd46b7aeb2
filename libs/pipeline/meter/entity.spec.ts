import { expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { addFact, interpretEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import { newEntity, placedFacts, updateEntity } from './entity.js';

it('knows where each fact of an entity lies when a revision takes the place of one between others', () => {
  const entity = newEntity('c:1', '1');
  const add = (each: Fact, offset: number): void =>
    updateEntity(entity, addFact(entity.state, each, interpretEntity).state, offset);
  const left = fact('agent.left', 70_000);
  add(fact('queue.entered', 0), 10);
  add(left, 11);
  add(fact('queue.left', 10_000), 12);
  add({ ...left, revision: 1, talkMs: 50_000 }, 20);

  expect(placedFacts(entity).map(({ fact: { type }, offset }) => [type, offset])).toEqual([
    ['queue.entered', 10],
    ['queue.left', 12],
    ['agent.left', 20],
  ]);
});
