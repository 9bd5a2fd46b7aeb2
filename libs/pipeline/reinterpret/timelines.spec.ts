import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import { agentFacts } from '#domain/timeline/facts.fixture.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { meter } from '#pipeline/meter/meter.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { differingEntities } from './differing-entities.js';
import { reinterpretEntities } from './reinterpret.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-reinterpret-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

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

async function append(facts: readonly Fact[]): Promise<void> {
  await embedded.log.append(
    topics.facts.name,
    facts.map((each) => ({ key: each.entity, value: encodeFact(each) })),
  );
}

/** Archived at once, so that each act rehydrates. */
async function fold(interpret: Interpret, version: number): Promise<void> {
  const { log, store } = embedded;
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const handler = meter({ log, store, onRefused, archiveAfterMs: 0, interpretation: { version, interpret } });
  for (let next = await handler.assigned(0); ;) {
    const records = await log.read(topics.facts.name, 0, next, 3);
    if (records.length === 0) return;
    next = (records.at(-1)?.offset ?? 0) + 1;
    const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end: next });
    expect(result).toEqual({ status: 'done', next });
  }
}

async function journal() {
  const records = await embedded.log.read(topics.postings.name, 0, 0, 1_000);
  return records.flatMap(({ value }) => decodeJournalRecord(value) ?? []);
}

/** Seconds by code. */
async function seconds(): Promise<Record<string, number>> {
  const ms: Record<string, number> = {};
  for (const { sign, content } of (await journal()).flatMap(({ postings }) => postings)) {
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
    await append(day);
    await fold(before, 1);
    expect(await seconds()).toEqual({ READY: 16_200, AUX: 3_598.6 });
    for (const factsAtOnce of [1_000, 2]) {
      const { entities, expired } = await differingEntities({ ...embedded, factsAtOnce });
      const hours = [8, 10].map((hour) => Math.floor(start / 3_600_000) + hour - 8);
      expect(entities.map(({ entity }) => entity).sort()).toEqual(
        hours.map((hour) => `c:agent/alice/state@${hour}`),
      );
      expect(expired).toBe(0);
      expect(entities[0]).toMatchObject({ connection: 'c', partition: 0 });
    }
  });

  it('are posted by an act, with the cause software, once where it is done again', async () => {
    await append(day);
    await fold(before, 1);
    const { entities } = await differingEntities(embedded);
    await reinterpretEntities(embedded.log, entities, act);
    await reinterpretEntities(embedded.log, entities, act);
    await fold(interpretEntity, 2);
    expect(await seconds()).toEqual(right);
    const acts = (await journal()).filter(({ cause }) => cause === 'software');
    expect(acts.map(({ postings }) => postings.map(({ sign }) => sign))).toEqual([
      [-1, 1],
      [-1, 1],
    ]);
    expect(await differingEntities(embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('go on with boundaries that come late, also at the begin of a page', async () => {
    await append(day);
    await fold(before, 1);
    const { entities } = await differingEntities(embedded);
    await reinterpretEntities(embedded.log, entities, act);
    // The pause of 08:20 ended at 09:02 already.
    await append([boundary(62, 'READY')]);
    await fold(interpretEntity, 2);
    expect(await seconds()).toEqual({ READY: right.READY + 480, AUX: right.AUX - 480 });
    expect(await differingEntities(embedded)).toEqual({ entities: [], expired: 0 });
  });

  it('are none where stretches and sums were reported as a whole', async () => {
    await append(agentFacts.filter(({ type }) => type !== 'agent.changed'));
    await fold(interpretEntity, 2);
    expect(await journal()).toHaveLength(2);
    expect(await differingEntities(embedded)).toEqual({ entities: [], expired: 0 });
  });
});
