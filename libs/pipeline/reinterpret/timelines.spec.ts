import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import { agentFacts } from '#domain/timeline/facts.fixture.js';
import { differingEntities } from './differing-entities.js';
import { FoldedFacts } from './folded-facts.harness.js';
import { reinterpretEntities } from './reinterpret.js';

let folded: FoldedFacts;
beforeEach(async () => {
  folded = await FoldedFacts.open();
});
afterEach(async () => folded.close());

/** The program of before: it took each stretch to be 700 ms shorter where it began in a pause. */
const before: Interpret = (facts) => {
  const content = interpretEntity(facts);
  if (content?.kind !== 'timeline' || content.axis === 'reported') return content;
  const stretches = content.stretches.map((stretch) =>
    stretch.code === 'AUX' ? { ...stretch, endedAt: stretch.endedAt - 700 } : stretch,
  );
  return { ...content, stretches };
};

const start = Date.UTC(2026, 2, 3, 8);
const minute = 60_000;

function boundary(minutes: number, code: string, agent = 'alice'): AgentChanged {
  return {
    type: 'agent.changed',
    id: `${agent}/${minutes}`,
    entity: `c:agent/${agent}/state`,
    connection: 'c',
    at: start + minutes * minute,
    revision: 0,
    agent: `c:${agent}`,
    axis: 'state',
    code,
    reason: null,
    observed: false,
    sequence: 0,
  };
}

/**
 * 08:00 ready, 08:20 pause until 09:10 ready, 10:30 pause until 10:40 ready, 12:00 logout. The pauses begin
 * at 8 and at 10: two pages differ, the one of 9 does not. And a second agent who is never in a pause.
 */
const day: Fact[] = [
  boundary(0, 'READY'),
  boundary(20, 'AUX'),
  boundary(70, 'READY'),
  boundary(150, 'AUX'),
  boundary(160, 'READY'),
  boundary(240, 'LOGGED_OUT'),
  boundary(5, 'READY', 'bob'),
  boundary(95, 'LOGGED_OUT', 'bob'),
];

/** Seconds by code. */
async function seconds(): Promise<Record<string, number>> {
  const ms: Record<string, number> = {};
  for (const { sign, content } of (await folded.journal()).flatMap(({ postings }) => postings)) {
    if (content.kind !== 'timeline') continue;
    for (const { code, startedAt, endedAt } of content.stretches) {
      ms[code] = (ms[code] ?? 0) + sign * (endedAt - startedAt);
    }
  }
  return Object.fromEntries(Object.entries(ms).map(([code, sum]) => [code, sum / 1_000]));
}

const act = { author: 'ops', reason: 'pauses were too short', at: Date.UTC(2026, 2, 4) };
// 20 + 80 + 80 min, and 90 of the other agent: 270 min; 50 + 10 min of pause
const right = { READY: 16_200, AUX: 3_600 };

describe('Pages of agents’ timelines that are taken to mean something else than was posted', () => {
  it('are found by comparing the journal with all boundaries, and no others, in any shares of memory', async () => {
    await folded.append(...day);
    await folded.fold(before, 1);
    expect(await seconds()).toEqual({ READY: 16_200, AUX: 3_598.6 });
    for (const factsAtOnce of [1_000, 2]) {
      const { entities, expired } = await differingEntities({ ...folded.embedded, factsAtOnce });
      const hours = [8, 10].map((hour) => Math.floor(start / 3_600_000) + hour - 8);
      expect(entities.map(({ entity }) => entity).sort()).toEqual(
        hours.map((hour) => `c:agent/alice/state@${hour}`),
      );
      expect(expired).toBe(0);
      expect(entities[0]).toMatchObject({ connection: 'c', partition: 0 });
    }
  });

  it('are posted by an act, with the cause software, once where it is done again', async () => {
    await folded.append(...day);
    await folded.fold(before, 1);
    const { entities } = await differingEntities(folded.embedded);
    await reinterpretEntities(folded.embedded.log, entities, act);
    await reinterpretEntities(folded.embedded.log, entities, act);
    await folded.fold(interpretEntity, 2);
    expect(await seconds()).toEqual(right);
    const acts = (await folded.journal()).filter(({ cause }) => cause === 'software');
    expect(acts.map(({ postings }) => postings.map(({ sign }) => sign))).toEqual([
      [-1, 1],
      [-1, 1],
    ]);
    expect(await differingEntities(folded.embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('go on with boundaries that come late, also at the begin of a page', async () => {
    await folded.append(...day);
    await folded.fold(before, 1);
    const { entities } = await differingEntities(folded.embedded);
    await reinterpretEntities(folded.embedded.log, entities, act);
    // The pause of 08:20 ended at 09:02 already.
    await folded.append(boundary(62, 'READY'));
    await folded.fold(interpretEntity, 2);
    expect(await seconds()).toEqual({ READY: right.READY + 480, AUX: right.AUX - 480 });
    expect(await differingEntities(folded.embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('are none where stretches and sums were reported as a whole', async () => {
    await folded.append(...agentFacts.filter(({ type }) => type !== 'agent.changed'));
    await folded.fold(interpretEntity, 2);
    expect(await folded.journal()).toHaveLength(2);
    expect(await differingEntities(folded.embedded)).toEqual({ entities: [], expired: 0 });
  });
});
