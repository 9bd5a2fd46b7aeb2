import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { interpretEntity } from '#domain/entity/fold.js';
import type { AgentChanged, EntityReinterpreted } from '#domain/fact/fact.js';
import { hourOf, pageName, pagesOf } from '#domain/timeline/timeline-page.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { entityKeyOf } from './archive/archive-pointer.js';
import { EntityCache } from './entity-cache.js';
import { newEntity, replaceFacts } from './entity.js';
import { meterKeyspace } from './meter.js';
import { reinterpretPage, Timelines } from './timelines.js';

const timeline = 'c:agent/a/state';
const nine = Date.UTC(2026, 2, 3, 9);

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-pages-'));
  embedded = openEmbedded(directory);
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

function boundary(minutes: number, code: string, reason: string | null): AgentChanged {
  return {
    type: 'agent.changed',
    id: `b${minutes}`,
    entity: timeline,
    connection: 'c',
    at: nine + minutes * 60_000,
    revision: 0,
    agent: 'c:a',
    axis: 'state',
    code,
    reason,
    observed: false,
    sequence: 0,
  };
}

/** The pages as the version before kept them: of a state that goes on no page held the reason. */
function pagesOfBefore(facts: readonly AgentChanged[]) {
  const timelines = new Timelines(embedded.store, { keyspace: meterKeyspace, partition: 0 });
  const cache = new EntityCache(100);
  for (const page of pagesOf(facts)) {
    const name = page[0]?.entity ?? '';
    const hour = Number(name.slice(name.lastIndexOf('@') + 1));
    const kept = page.filter(({ at }) => hourOf(at) >= hour);
    const entity = newEntity(name, entityKeyOf(name));
    const state = { facts: kept, posted: interpretEntity(kept) };
    const offsets = kept.map(({ id }) => facts.findIndex((fact) => fact.id === id));
    replaceFacts(entity, state, offsets);
    cache.set(entity);
    timelines.add(timeline, hour);
  }
  return { timelines, cache };
}

describe('A page that is interpreted once more', () => {
  it('gets the reason of a state that goes on, also over pages that say nothing of it', () => {
    const day = [
      boundary(50, 'AUX', '3'),
      boundary(70, 'AUX', null),
      boundary(130, 'AUX', null),
      boundary(140, 'READY', null),
      boundary(150, 'LOGGED_OUT', null),
    ];
    const { timelines, cache } = pagesOfBefore(day);
    const act: EntityReinterpreted = {
      type: 'entity.reinterpreted',
      id: 'r',
      entity: pageName(timeline, hourOf(nine) + 2),
      connection: 'c',
      at: nine,
      revision: 0,
      interpretation: 3,
      author: 'ops',
      reason: 'the reason was lost',
    };
    const pages = reinterpretPage(act, timelines, cache, interpretEntity) ?? [];
    // 10:10 to 11:10 and 11:10 to 11:20 have the reason of 09:50.
    const posted = pages.map(({ changes }) =>
      changes.map(({ sign, content }) => [
        sign,
        content.kind === 'timeline' ? content.stretches.map(({ code, reason }) => `${code}/${reason}`) : [],
      ]),
    );
    expect(posted).toEqual([
      [
        [-1, ['AUX/null']],
        [1, ['AUX/3']],
      ],
      [
        [-1, ['AUX/null', 'READY/null']],
        [1, ['AUX/3', 'READY/null']],
      ],
    ]);
    expect(reinterpretPage({ ...act, entity: 'c:4711' }, timelines, cache, interpretEntity)).toBeNull();
  });
});
