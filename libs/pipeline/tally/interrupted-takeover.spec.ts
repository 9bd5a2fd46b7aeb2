import { describe, expect, it } from '@jest/globals';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import { type NewRecord, WrongLog } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { topics, topicSettings } from '#wire/topics.js';
import { inQueue, Installation, journalOf, ofCare, ofNone, ofShop, recordOf } from './takeover.harness.js';

describe('A takeover of another catalogue that is interrupted', () => {
  // Four calls of four customers, all in one queue: four are offered to whom the queue belongs, none to
  // others.
  const four = ['a', 'b', 'c', 'd'];
  const [all, none] = [
    [4, 4],
    [undefined, undefined],
  ];

  it('moves all calls to the other programme where nothing fails', async () => {
    const centre = await Installation.counted(...four);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('loses no sums that it has read where the store then cannot say what the chains are', async () => {
    const centre = await Installation.counted(...four);
    centre.store.refused = 'chains';
    expect(await centre.takeOver(ofShop)).toEqual([expect.any(StoreUnavailable)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('changes nothing by a log that is connected by mistake and ends before what was counted', async () => {
    const centre = await Installation.counted(...four);
    const own = centre.log.contents();
    for (const others of [0, 2]) {
      await centre.connectNew(others);
      expect(await centre.takeOver(ofShop)).toContainEqual(expect.any(WrongLog));
      centre.log.replace(own);
      expect(await centre.takeOver(ofCare)).toEqual([]);
      expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    }
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('goes on in its own log where another one was connected in the middle of it', async () => {
    const centre = await Installation.counted(...four);
    centre.inForce = ofShop;
    // It begins, and moves the first two calls.
    expect([await centre.handler.takeOver(), await centre.handler.takeOver()]).toEqual([true, true]);
    const own = centre.log.contents();
    await centre.connectNew(3);
    expect(await centre.takeOver(ofShop)).toContainEqual(expect.any(WrongLog));
    centre.log.replace(own);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('moves nothing where the log has lost records that were counted', async () => {
    const centre = await Installation.counted(...four);
    const own = centre.log.contents();
    centre.log.expire(topics.postings.name, 0, 1);
    expect(await centre.takeOver(ofShop)).toContainEqual(expect.objectContaining({ code: 'log-truncated' }));
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    centre.log.replace(own);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('moves no call that was not counted, as another program had posted something else in its place', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    const record = (offset: number, queue: string, second: number): NewRecord =>
      recordOf(offset, 1, inQueue(tenSeconds(offset, second * 1_000, 'a customer'), queue));
    // Two calls of a queue that stays with care; after the checkpoint at 2 the second once more, now of the
    // queue that moves, which no reader counts; then a call of that queue.
    const own = 'c:own-care';
    await centre.count(0, [record(0, own, 0), record(1, own, 1), record(1, 'c:q', 2), record(2, 'c:q', 3)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[3, 3], none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  it('changes all chains before a batch that comes in the middle of them', async () => {
    const centre = await Installation.counted(...four);
    centre.inForce = ofShop;
    // It begins, moves two calls and then the other two, and with these it takes the first call out of its
    // chain: four calls to go, four to come.
    for (let step = 0; step < 3; step++) expect(await centre.handler.takeOver()).toBe(true);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([
      [undefined, 3],
      [4, undefined],
    ]);
    await centre.count(0, [recordOf(4, 1, tenSeconds(4, 4_000, 'a'))]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, [5, 5]]);
  });

  it('begins at the first call that it touches, also where that was counted at the second attempt', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    centre.store.refused = 'commit';
    await centre.count(0, journalOf(four));
    // What memory knows of the first attempt is gone.
    await centre.handler.assigned(0);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('counts on from the chains as it has left them', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    const record = (offset: number, sign: 1 | -1, call: number): NewRecord =>
      recordOf(offset, sign, tenSeconds(call, call * 1_000, 'a customer'));
    await centre.count(0, [record(0, 1, 0)]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    await centre.count(0, [record(1, 1, 1)]);
    expect(await centre.takeOver(ofCare)).toEqual([]);
    await centre.count(0, [record(2, 1, 2)]);
    // All three calls of the customer lie in one chain of care, of which any can be taken back.
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[3, 3], none]);
    await centre.count(0, [record(3, -1, 1)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[2, 2], none]);
  });

  it('goes on in all other partitions where one of them cannot', async () => {
    const centre = new Installation(ofNone);
    await centre.log.createTopics(topicSettings(2));
    await centre.count(0, journalOf(four));
    await centre.count(1, journalOf(four));
    centre.log.expire(topics.postings.name, 0, 1);
    expect(await centre.takeOver(ofShop)).toContainEqual(expect.objectContaining({ code: 'log-truncated' }));
    expect([await centre.calls('shop'), await centre.calls('shop', 1)]).toEqual([none, all]);
  });

  it('moves no call that the tally refused as unreadable', async () => {
    const centre = await Installation.counted(...four, 'half a surrogate pair \ud800');
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });
});
