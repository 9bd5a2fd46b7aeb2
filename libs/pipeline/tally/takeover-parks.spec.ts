import { describe, expect, it } from '@jest/globals';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import type { NewRecord } from '#log/log.js';
import { auditSums } from '#pipeline/audit/audit-sums.js';
import { allParked } from '#pipeline/parking.js';
import { openRefusals } from '#pipeline/redrive.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { tallyStage } from '#wire/stages.js';
import { topicSettings } from '#wire/topics.js';
import { onlyCatalogue } from './tally-state.js';
import {
  Installation,
  journalOf,
  ofCare,
  ofNone,
  ofShop,
  recordOf,
  withContract,
} from './takeover.harness.js';

/** A call of 10 s, at a second of 1970. */
function call(name: string, second: number, customer: string): ContactContent {
  return tenSeconds(name, second * 1_000, customer);
}

/**
 * An installation that has counted a journal under a catalogue by which the queue belongs to no programme.
 */
async function countedUnmapped(...records: readonly NewRecord[]): Promise<Installation> {
  const centre = new Installation(ofNone);
  await centre.log.createTopics(topicSettings(2));
  await centre.count(0, records);
  return centre;
}

async function parkedIn({ store }: Installation): Promise<(readonly [entity: string, offset: number])[]> {
  const parked = await allParked(store, tallyStage.keyspace, 2);
  return parked.map(({ entity, offset }) => [entity, offset] as const);
}

/**
 * What the tally has beside a count of the whole journal under what is in force, but for the checkpoints of
 * its watermark, which lie closer together here.
 */
async function drifts({ log, store, inForce }: Installation) {
  const scratch = new MemoryStore(new MemoryData());
  const audit = await auditSums(0, { log, store, scratch, catalogues: onlyCatalogue(inForce) });
  return audit.drifts.filter(({ key }) => !key.startsWith('seen@'));
}

describe('A takeover of a catalogue under which something counted before is impossible', () => {
  // Where the queue belongs to no programme a call has no chain, so that no reader of the journal sees that
  // `x` is taken back but was never posted.
  const four = ['a', 'b', 'c', 'd'];
  const others = journalOf(four);

  it('parks that contact and moves all other calls', async () => {
    const centre = await countedUnmapped(...others, recordOf(4, -1, call('x', 20, 'e')), ...more(5));
    expect(await centre.takeOver(ofShop)).toEqual([]);
    // The four, and the one behind what is parked.
    expect(await centre.calls('shop')).toEqual([5, 5]);
    expect(await parkedIn(centre)).toEqual([['c:x', 4]]);
    expect(centre.parked.get(0)).toMatchObject({ 'never-posted': 1, failed: 0 });
    expect(await drifts(centre)).toEqual([]);
  });

  it('leaves it as it was before it became impossible, and counts nothing more that comes of it', async () => {
    // Posted at second 20; taken back as if it had begun at 21; posted again; then a batch with one more.
    const centre = await countedUnmapped(
      ...others,
      recordOf(4, 1, call('x', 20, 'e')),
      recordOf(5, -1, call('x', 21, 'e')),
      recordOf(6, 1, call('x', 22, 'e')),
      ...more(7),
    );
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect(await parkedIn(centre)).toEqual([['c:x', 5]]);
    // Four, the call at second 20, and that of `more`.
    expect(await centre.calls('shop')).toEqual([6, 6]);
    await centre.count(0, [recordOf(8, 1, call('x', 23, 'e')), ...more(9)]);
    expect(await centre.calls('shop')).toEqual([7, 7]);
    expect(await drifts(centre)).toEqual([]);
  });

  it('refuses each of its records with the cause, so that closes find whom they are of', async () => {
    const centre = await countedUnmapped(
      ...others,
      recordOf(4, -1, call('x', 20, 'e')),
      recordOf(5, 1, call('x', 22, 'e')),
    );
    await centre.takeOver(ofShop);
    const refusals = await openRefusals(centre.log);
    expect(
      refusals.map(({ stage, reason, connection, from }) => [stage, reason, connection, from.offset]),
    ).toEqual([
      ['tally', 'parked', 'c', 4],
      ['tally', 'parked', 'c', 5],
    ]);
    expect(refusals[0]?.message).toContain(
      `under catalogue ${ofShop.catalogueVersion}: contact c:x is taken back but was never posted`,
    );
  });

  it('goes on where a batch comes while chains are changed and the contact is in a later one', async () => {
    const centre = await countedUnmapped(
      recordOf(0, -1, call('x', 20, 'z')),
      ...journalOf(['a', 'b']).map(shifted),
    );
    centre.inForce = ofShop;
    // It begins, and moves sums in two steps; with the second of them the chain of `a` changes.
    for (let step = 0; step < 3; step++) expect(await centre.handler.takeOver()).toBe(true);
    await centre.count(0, more(3));
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect(await centre.calls('shop')).toEqual([3, 3]);
    expect(await parkedIn(centre)).toEqual([['c:x', 0]]);
  });

  it('takes it out of chains that have been changed by then', async () => {
    // Posted for customer a, taken back for z, posted for a again: the chain of a is changed before that of z
    // cannot be.
    const centre = await countedUnmapped(
      recordOf(0, 1, call('x', 20, 'a')),
      recordOf(1, -1, call('x', 21, 'z')),
      recordOf(2, 1, call('x', 22, 'a')),
      recordOf(3, 1, call('y', 30, 'a')),
    );
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect(await parkedIn(centre)).toEqual([['c:x', 1]]);
    expect(await centre.calls('shop')).toEqual([2, 2]);
    expect(await drifts(centre)).toEqual([]);
  });

  it('is taken back from what another catalogue counted, and stays parked under the next', async () => {
    const centre = await countedUnmapped(...others, recordOf(4, -1, call('x', 20, 'e')), ...more(5));
    for (const view of [ofShop, ofCare, ofNone]) expect(await centre.takeOver(view)).toEqual([]);
    expect(await parkedIn(centre)).toEqual([['c:x', 4]]);
    expect(await centre.takeOver(ofCare)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([
      [5, 5],
      [undefined, undefined],
    ]);
  });

  it('parks what would bring a sum of a new contract beyond the exact integers, and sums what comes after', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    await centre.count(0, [sale(0, '7'), sale(1, `${most - 10}`), sale(2, '5'), sale(3, '3')]);
    expect(await centre.takeOver(withContract)).toEqual([]);
    // 7 and 2^53 - 11 are 3 less than the largest: 5 do not fit, 3 do.
    expect(await parkedIn(centre)).toEqual([['c:sale 2', 2]]);
    expect(await centre.amountSold()).toEqual([[expect.stringContaining('line/sold/'), most]]);
    expect(await drifts(centre)).toEqual([]);
  });

  it('parks once where the answer of the commit is lost', async () => {
    const centre = await countedUnmapped(...others, recordOf(4, -1, call('x', 20, 'e')), ...more(5));
    centre.inForce = ofShop;
    // It begins, moves two and two calls; then chains cannot be changed, for want of the contact.
    for (let step = 0; step < 3; step++) expect(await centre.handler.takeOver()).toBe(true);
    centre.store.refused = 'commit';
    await expect(centre.handler.takeOver()).rejects.toThrow('refused');
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect(await centre.calls('shop')).toEqual([5, 5]);
    expect(await parkedIn(centre)).toEqual([['c:x', 4]]);
  });
});

/** A sale of so much, as a fact at an offset reports it. */
function sale(offset: number, amount: string): NewRecord {
  const events = [{ name: 'sale.made', at: 1_000 + offset, data: { amount } }];
  const of = { programme: 'care', queue: null, agent: null, contact: null, customer: null };
  const outcome = `c:sale ${offset}`;
  return recordOf(offset, 1, { kind: 'outcome', outcome, connection: 'c', ...of, events });
}

/** A call of one more customer. */
function more(offset: number): NewRecord[] {
  return [recordOf(offset, 1, call(`y${offset}`, 60 + offset, `customer ${offset}`))];
}

/** As if it was posted one fact later. */
function shifted(_: NewRecord, index: number): NewRecord {
  const customer = ['a', 'b'][index] ?? '';
  return recordOf(index + 1, 1, call(`${index}`, index, customer));
}
