import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueView } from '#catalogue/view.js';
import type { ContactContent } from '#domain/posting/posting.js';
import type { Log, LogRecord } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { onlyCatalogue } from './tally-state.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { tally } from './tally.js';

const MINUTE = 60_000;

/** One queue whose contacts belong together for two minutes. */
function viewOf(catalogueVersion: string): CatalogueView {
  return {
    catalogueVersion,
    contracts: [],
    assignmentOf: () => ({ programme: 'p', queue: 'q' }),
    hasProgramme: () => true,
    rules: () => ({ thresholdsMs: [5_000], reason: 'queue', fcrWindowsMs: [2 * MINUTE], agentTime: 'split' }),
    agent: () => null,
    agentCode: (agent) => agent,
  };
}

/** A step in the life of a contact: how it was then. Without an agent: it waited and was abandoned. */
interface Step {
  readonly contact: number;
  readonly enteredMinute: number;
  readonly handledMs: number | null;
}

function contentOf({ contact, enteredMinute, handledMs }: Step): ContactContent {
  const enteredAt = enteredMinute * MINUTE;
  const startedAt = enteredAt + 4_000;
  const result = handledMs === null ? ('abandoned' as const) : ('answered' as const);
  const leg = { dialMs: 0, acwMs: null, acwStartedAt: null, disposition: null, transferredOut: false };
  const work = { agent: 'c:a', queue: 'c:q', startedAt, talkMs: handledMs, holdMs: 0, ...leg };
  return {
    kind: 'contact',
    contact: `c:${contact}`,
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer: `customer ${contact % 2}`,
    segments: [{ queue: 'c:q', enteredAt, leftAt: startedAt, waitMs: 4_000, result }],
    legs: handledMs === null ? [] : [{ ...work, endedAt: startedAt + handledMs }],
    missed: [],
  };
}

/** As the meter posts them: what was posted of a contact is taken back, then posted as it is now. */
function journalOf(steps: readonly Step[]): LogRecord[] {
  const posted = new Map<number, ContactContent>();
  const values: string[] = [];
  const write = journalWriter();
  for (const [offset, step] of steps.entries()) {
    const before = posted.get(step.contact);
    const after = contentOf(step);
    const changes = [
      ...(before === undefined ? [] : [{ sign: -1 as const, content: before }]),
      { sign: 1 as const, content: after },
    ];
    const postings = changes.map(({ sign, content }, index) => {
      return { position: { partition: 0, offset, index }, sign, content };
    });
    values.push(write(postings));
    posted.set(step.contact, after);
  }
  return values.map((value, offset) => ({ offset, timestamp: 0, key: 'c', value }));
}

/** Notes the keys of what is written to it. */
class NotingStore extends SqliteStore {
  #written = { sums: new Set<string>(), states: new Set<string>() };

  /** Starts an empty note. */
  restart(): { readonly sums: ReadonlySet<string>; readonly states: ReadonlySet<string> } {
    return (this.#written = { sums: new Set(), states: new Set() });
  }

  override commit(...[at, change]: Parameters<SqliteStore['commit']>): Promise<'done' | 'stale'> {
    for (const key of change.increments.keys()) this.#written.sums.add(key);
    for (const [key] of change.puts) this.#written.states.add(key);
    return super.commit(at, change);
  }
}

describe('The tally of a journal', () => {
  let directory: string;
  let log: Log;
  let store: NotingStore;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-batches-'));
    log = openSqliteLog({ directory });
    store = new NotingStore({ directory });
    await log.createTopics(topicSettings(1));
  });
  afterAll(async () => {
    await Promise.all([log.close(), store.close()]);
    rmSync(directory, { recursive: true });
  });

  /** Sums and chains after the journal was read in batches that end at these records. */
  async function tallied(journal: readonly LogRecord[], ends: readonly number[]) {
    const view = viewOf('v1');
    const ref = { keyspace: tallyStage.keyspace, partition: 0 };
    const { sums, states } = store.restart();
    const handler = tally({ log, store, catalogues: onlyCatalogue(view), onRefused: () => undefined });
    let next = await handler.assigned(0);
    for (const end of [...ends, journal.length].sort((a, b) => a - b)) {
      if (end <= next || end > journal.length) continue;
      const records = journal.slice(next, end);
      const batch = { topic: topics.postings.name, partition: 0, records, end: journal.length };
      expect(await handler.batch(batch)).toEqual({ status: 'done', next: end });
      next = end;
    }
    const texts = await store.load(ref, [...states]);
    const { values } = await store.sums(ref, [...sums]);
    await store.drop(ref.keyspace);
    const kept = [...states].flatMap((key, index) => (texts[index] == null ? [] : [[key, texts[index]]]));
    return { sums: plain(values), states: Object.fromEntries(kept) as Record<string, string> };
  }

  it('is the same posting by posting and in batches of any borders, chains included', async () => {
    const step = fc.record({
      contact: fc.nat({ max: 4 }),
      enteredMinute: fc.nat({ max: 8 }),
      handledMs: fc.option(fc.integer({ min: 1, max: 3 * MINUTE })),
    });
    const steps = fc.array(step, { minLength: 1, maxLength: 14 });
    const borders = fc.array(fc.nat({ max: 27 }), { maxLength: 6 });
    const same = fc.asyncProperty(steps, borders, async (drawn, ends) => {
      const journal = journalOf(drawn);
      const oneByOne = await tallied(
        journal,
        journal.map((_, index) => index + 1),
      );
      expect(Object.keys(oneByOne.sums).length).toBeGreaterThan(0);
      expect(await tallied(journal, ends)).toEqual(oneByOne);
    });
    await fc.assert(same, { numRuns: 40 });
  });
});

function plain(values: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  return Object.fromEntries([...values].map(([key, fields]) => [key, Object.fromEntries(fields)]));
}
