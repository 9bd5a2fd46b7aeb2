import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AgentChanged } from '#domain/fact/fact.js';
import { inNamespace } from '#log/in-namespace.js';
import { type Log, LogUnavailable, type NewRecord } from '#log/log.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { meter, meterKeyspace } from './meter.js';

/**
 * Boundaries in any order, reported twice, revised and late, however the meter cuts its batches and whenever
 * it archives: the sum of the journal is what a program says that looks at each minute alone.
 */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-timelines-'));
  embedded = openEmbedded(directory);
});
afterAll(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const minute = 60_000;
const start = Date.UTC(2026, 2, 28, 20);
const minutes = 72 * 60;

interface Run {
  readonly order: readonly AgentChanged[];
  readonly batch: number;
  readonly archiveAfterMs: number;
  readonly cachedEntities: number;
}

const reported = fc.record({
  axis: fc.constantFrom('session', 'state'),
  // near each other, and days apart
  minute: fc.oneof(fc.nat(90), fc.nat(minutes - 1)),
  code: fc.constantFrom('LOGGED_IN', 'LOGGED_OUT', 'READY', 'READY', 'AUX', 'AUX', 'AUX'),
  // null: the platform reports the state again, and not why
  reason: fc.constantFrom('3', '4', null, null),
  observed: fc.boolean(),
  revision: fc.nat(2),
});

interface Reported {
  readonly axis: string;
  readonly minute: number;
  readonly code: string;
  readonly reason: string | null;
  readonly observed: boolean;
  readonly revision: number;
}

function boundary({ axis, minute: at, code, reason, observed, revision }: Reported): AgentChanged {
  return {
    type: 'agent.changed',
    // what is reported of one instant has one id, so that the later revision counts
    id: `${axis}/${at}`,
    entity: `c:agent/a@b/${axis}`,
    connection: 'c',
    at: start + at * minute,
    revision,
    agent: 'c:a@b',
    axis,
    code,
    reason: code === 'AUX' ? reason : null,
    observed,
    sequence: 0,
  };
}

const facts = fc.array(reported.map(boundary), { minLength: 1, maxLength: 40 });
const runs = facts.chain((each) =>
  fc.record({
    order: fc.shuffledSubarray([...each, ...each], { minLength: each.length * 2 }),
    batch: fc.integer({ min: 1, max: 30 }),
    archiveAfterMs: fc.constantFrom(0, 2 * 3_600_000, Infinity),
    cachedEntities: fc.integer({ min: 0, max: 4 }),
  }),
);

let count = 0;

/** `torn`: how many records of each append the log takes before it fails, for as many appends. */
async function journalOf(
  { order, batch, archiveAfterMs, cachedEntities }: Run,
  torn: readonly number[] = [],
): Promise<string[]> {
  const log = inNamespace(embedded.log, `run-${++count}`);
  await log.createTopics(topicSettings(1));
  await embedded.store.drop(meterKeyspace);
  await log.append(
    topics.facts.name,
    order.map((fact) => ({ key: fact.entity, value: encodeFact(fact) })),
  );
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const tears = [...torn];
  const tearing = tearingLog(log, tears);
  const options = { log: tearing, store: embedded.store, onRefused, archiveAfterMs, cachedEntities };
  const records = await log.read(topics.facts.name, 0, 0, 1_000);
  let handler = meter(options);
  let next = await handler.assigned(0);
  while (next < records.length) {
    const left = tears.length;
    const some = records.slice(next, next + batch);
    const read = { topic: topics.facts.name, partition: 0, records: some, end: records.length };
    const result = await handler.batch(read);
    if (result.status === 'done') {
      next += some.length;
      continue;
    }
    expect(tears.length).toBeLessThan(left);
    // The process ends; the next one has nothing in its memory.
    handler = meter(options);
    next = await handler.assigned(0);
  }
  return (await log.read(topics.postings.name, 0, 0, 10_000)).map(({ value }) => value);
}

function tearingLog(log: Log, tears: number[]): Log {
  return new Proxy(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'append') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (topic: string, records: readonly NewRecord[]) => {
        const kept = topic === topics.postings.name ? tears.shift() : undefined;
        if (kept === undefined) return target.append(topic, records);
        await target.append(topic, records.slice(0, kept));
        throw new LogUnavailable('the line was cut');
      };
    },
  });
}

/** Minutes by axis, code and reason that the postings sum up to, each with how often. */
function minutesIn(journal: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { sign, content } of journal.flatMap((value) => decodeJournalRecord(value)?.postings ?? [])) {
    if (content.kind !== 'timeline') throw new Error(content.kind);
    for (const { code, reason, startedAt, endedAt } of content.stretches) {
      for (let at = startedAt; at < endedAt; at += minute) {
        const key = `${content.axis}/${(at - start) / minute}/${code}/${reason}`;
        sums[key] = (sums[key] ?? 0) + sign;
        if (sums[key] === 0) delete sums[key];
      }
    }
  }
  return sums;
}

/** Looks at each minute of each axis: what was said last before its end, and what comes next. */
function expected(all: readonly AgentChanged[]): Record<string, number> {
  const known = new Map<string, AgentChanged>();
  for (const fact of all) {
    const before = known.get(fact.id);
    const wins = before === undefined || compare(fact, before) > 0;
    if (wins) known.set(fact.id, fact);
  }
  const sums: Record<string, number> = {};
  for (const axis of ['session', 'state']) {
    const own = [...known.values()].filter((each) => each.axis === axis);
    for (let at = 0; at < minutes; at++) {
      const now = start + at * minute;
      let last: AgentChanged | null = null;
      let next: AgentChanged | null = null;
      for (const each of own) {
        if (each.at <= now && (last === null || each.at > last.at)) last = each;
        if (each.at > now && (next === null || each.at < next.at)) next = each;
      }
      if (last === null || next === null) continue;
      const reason = giverOf(last, own)?.reason ?? null;
      if (!holds(axis, { ...last, reason }, next)) continue;
      sums[`${axis}/${at}/${last.code}/${reason}`] = 1;
    }
  }
  return sums;
}

/** What gives a boundary its reason: going back through the same state, for twelve hours at most. */
function giverOf(boundary: AgentChanged, all: readonly AgentChanged[]): AgentChanged | null {
  if (boundary.reason !== null) return boundary;
  let before: AgentChanged | null = null;
  for (const each of all) {
    if (each.at < boundary.at && (before === null || each.at > before.at)) before = each;
  }
  if (before?.code !== boundary.code) return null;
  if ((boundary.at - before.at) / minute > (boundary.code === 'LOGGED_IN' ? 60 : 720)) return null;
  const giver = giverOf(before, all);
  return giver !== null && (boundary.at - giver.at) / minute <= 720 ? giver : null;
}

function compare(a: AgentChanged, b: AgentChanged): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  for (const field of ['code', 'reason', 'observed'] as const) {
    const [left, right] = [JSON.stringify(a[field]), JSON.stringify(b[field])];
    if (left !== right) return left > right ? 1 : -1;
  }
  return 0;
}

function holds(axis: string, last: AgentChanged, next: AgentChanged): boolean {
  if (last.code === 'LOGGED_OUT' || (last.code === 'LOGGED_IN' && axis === 'state')) return false;
  const gap = (next.at - last.at) / minute;
  const same = last.code === next.code && (next.reason === null || last.reason === next.reason);
  if (next.observed) return same && gap <= 720;
  if (next.code === 'LOGGED_OUT') return true;
  if (next.code === 'LOGGED_IN') return same && gap <= 60;
  return gap <= 720;
}

describe('The journal of timelines', () => {
  it('sums up to what each minute says by itself, in any order, reported twice and revised', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        expect(minutesIn(await journalOf(run))).toEqual(expected(run.order));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('sums up to the same where appends are torn and the meter begins again', async () => {
    const torn = fc.array(fc.nat(6), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(runs, torn, async (run, tears) => {
        expect(minutesIn(await journalOf(run, tears))).toEqual(expected(run.order));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('gets the second page of a boundary whose append a crash cut after the first', async () => {
    // READY at minute 0, logged out at 200; the change to AUX at 100, two hours on, comes late: it shortens
    // the stretch in the page of minute 0 and begins one in its own.
    const said = { axis: 'state', reason: '3', observed: false, revision: 0 };
    const order = [
      boundary({ ...said, minute: 0, code: 'READY' }),
      boundary({ ...said, minute: 200, code: 'LOGGED_OUT' }),
      boundary({ ...said, minute: 100, code: 'AUX' }),
    ];
    const run = { order, batch: 1, archiveAfterMs: Infinity, cachedEntities: 4 };
    // The first append is whole, and a crash follows all the same; of the second only the first record is
    // kept.
    const sums = minutesIn(await journalOf(run, [6, 1]));
    expect(Object.keys(sums).filter((key) => key.endsWith('/READY/null'))).toHaveLength(100);
    expect(Object.keys(sums).filter((key) => key.endsWith('/AUX/3'))).toHaveLength(100);
    expect(Object.values(sums)).toEqual(Array.from({ length: 200 }, () => 1));
  });

  it('is the same whatever the batches and whenever pages are archived', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const other = { ...run, batch: 1, archiveAfterMs: Infinity, cachedEntities: 100 };
        expect(await journalOf(run)).toEqual(await journalOf(other));
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
