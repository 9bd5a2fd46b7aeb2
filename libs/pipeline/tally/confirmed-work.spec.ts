import { describe, expect, it } from '@jest/globals';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import type { ConfirmedWork, StateMapping } from '#catalogue/catalogue.js';
import { withConfirmed } from '#catalogue/confirmed.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { NewRecord } from '#log/log.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { Installation, ofCare, recordOf } from './takeover.harness.js';

/** Calls of ten seconds, of which an agent may have nine. `confirmed`: numbers of calls. */
function viewOf(
  confirmed: readonly number[],
  handlingMs = 9_000,
  { states = [], more = [] }: { states?: StateMapping[]; more?: ConfirmedWork[] } = {},
): CatalogueView {
  const { catalogue } = ofCare;
  if (catalogue === undefined) throw new Error('the view was made of a catalogue');
  const connections = catalogue.connections.map((each) => ({
    ...each,
    states,
    limits: { handlingMs, waitMs: 3_600_000, stateMs: 3_600_000 },
  }));
  const acts = confirmed.map((call) => {
    const work = { work: tenSeconds(call, 0, 'x').contact, limit: 'handling' as const, ms: 10_000 };
    return { ...work, author: 'ops', reason: 'heard', at: 0 };
  });
  return catalogueView(catalogueIndex(withConfirmed({ ...catalogue, connections }, [...acts, ...more])));
}

const call = (offset: number, number: number, sign: 1 | -1 = 1): NewRecord =>
  recordOf(offset, sign, tenSeconds(number, number * 1_000, `customer ${number}`));

/** A tally that has counted some records under a catalogue. */
async function countedUnder(view: CatalogueView, records: readonly NewRecord[]): Promise<Installation> {
  const centre = new Installation(view);
  centre.others.push(view);
  await centre.log.createTopics(topicSettings(2));
  await centre.count(0, records);
  return centre;
}

/**
 * Takes over one catalogue after the other; answers for each how many records of the journal were read. The
 * last record is read in each step, to see that it is the same journal: it is not counted.
 */
async function recordsRead(centre: Installation, views: readonly CatalogueView[]): Promise<number[]> {
  const { log } = centre;
  const topic = topics.postings.name;
  const [{ end } = { end: 0 }] = await log.bounds(topic);
  const plain = log.read.bind(log);
  let read = 0;
  log.read = async (...asked) => {
    const found = await plain(...asked);
    if (asked[0] === topic) read += found.filter(({ offset }) => offset < end - 1).length;
    return found;
  };
  const reads: number[] = [];
  for (const view of views) {
    centre.others.push(view);
    read = 0;
    expect(await centre.takeOver(view)).toEqual([]);
    reads.push(read);
  }
  log.read = plain;
  return reads;
}

async function sumsOf({ store }: Installation): Promise<unknown> {
  const ref = { keyspace: tallyStage.keyspace, partition: 0 };
  const keys = (await store.keys(ref)).sums.filter((key) => !/^(first|exceeding|catalogue)/.test(key));
  const { values } = await store.sums(ref, keys);
  return [...values].map(([key, fields]) => [key, [...fields].sort()]).sort();
}

describe('A confirmation of implausible work', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => call(index, index));

  it('has the tally read the postings of that work alone, and count as if it had counted so from the beginning', async () => {
    const centre = await countedUnder(viewOf([]), twelve);
    const reads = await recordsRead(centre, [viewOf([7]), viewOf([7, 5, 8]), viewOf([5, 8]), viewOf([99])]);
    expect(reads).toEqual([1, 2, 1, 2]);
    const fresh = await countedUnder(viewOf([99]), twelve);
    expect(await sumsOf(centre)).toEqual(await sumsOf(fresh));
    expect(await recordsRead(centre, [viewOf([3, 4])])).toEqual([2]);
    expect(await centre.calls('care')).toEqual([2, 2]);
  });

  it('counts each posting of the work, also one that comes in the middle of the takeover', async () => {
    const centre = await countedUnder(viewOf([]), [...twelve, call(12, 7, -1), call(13, 7)]);
    const view = viewOf([7]);
    centre.others.push(view);
    centre.inForce = view;
    expect(await centre.handler.takeOver()).toBe(true);
    await centre.count(0, [call(14, 7, -1), call(15, 7), call(16, 99)]);
    expect(await centre.takeOver(view)).toEqual([]);
    expect(await centre.calls('care')).toEqual([1, 1]);
    await centre.count(0, [call(17, 7, -1), call(18, 8)]);
    const gone = (await centre.calls('care')).map((each) => each ?? 0);
    expect(gone).toEqual([0, 0]);
  });

  it('finds work that exceeds a limit which was set after it was counted', async () => {
    const centre = await countedUnder(viewOf([], 60_000), twelve);
    expect(await centre.calls('care')).toEqual([12, 12]);
    expect(await recordsRead(centre, [viewOf([]), viewOf([3])])).toEqual([11, 1]);
    expect(await centre.calls('care')).toEqual([1, 1]);
  });

  it('finds a stretch that exceeds a limit since its code was given a meaning', async () => {
    const timeline = {
      kind: 'timeline',
      timeline: 'c:agent/a/state@0',
      connection: 'c',
      agent: 'c:a',
      axis: 'state',
      stretches: [
        {
          code: 'X',
          reason: null,
          startedAt: 0,
          endedAt: 7_200_000,
          closedBy: 'change',
          unseenMs: 0,
        } as const,
      ],
    } as const;
    const states: StateMapping[] = [{ code: 'X', reason: null, state: 'PREP', from: null, to: null }];
    const work = { work: 'c:agent/a/state@0/0', limit: 'state', ms: 7_200_000 } as const;
    const more: ConfirmedWork[] = [{ ...work, author: 'ops', reason: 'seen', at: 0 }];
    const records = [...twelve.slice(0, 4), recordOf(4, 1, timeline), call(5, 5)];
    const centre = await countedUnder(viewOf([]), records);
    const views = [viewOf([], 9_000, { states }), viewOf([], 9_000, { states, more })];
    expect(await recordsRead(centre, views)).toEqual([1, 1]);
    expect(await sumsOf(centre)).toEqual(await sumsOf(await countedUnder(views[1] ?? ofCare, records)));
  });

  it('has all of the journal read once where an earlier release has noted nothing, and then no more', async () => {
    const centre = await countedUnder(viewOf([]), twelve);
    for (const { sums } of centre.data.places.values()) sums.delete('exceeding');
    await centre.handler.assigned(0);
    expect(await recordsRead(centre, [viewOf([7]), viewOf([7, 9])])).toEqual([11, 1]);
    expect(await centre.calls('care')).toEqual([2, 2]);
  });

  it('is taken over once, also where the answer to a commit is lost', async () => {
    const centre = await countedUnder(viewOf([]), twelve);
    centre.others.push(viewOf([7]));
    centre.store.refused = 'commit';
    expect(await centre.takeOver(viewOf([7]))).toHaveLength(1);
    expect(await centre.calls('care')).toEqual([1, 1]);
  });
});
