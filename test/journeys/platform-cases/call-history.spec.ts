import { describe, expect, it } from '@jest/globals';
import { centreText } from './centre.js';
import { ech, echPolled, utc } from './deliveries.js';
import { catalogueOf, play } from './played.js';

const centre = catalogueOf(centreText());

describe('Avaya call history', () => {
  it('takes -1 as none: an abandoned call that met no split was offered to no one', async () => {
    const row = { calldisp: 3, dispsplit: -1, split1: -1, anslogin: '-1', talktime: -1, acwtime: -1 };
    const played = await play(centre, [ech({ ...row, disptime: 60, queuetime: 0 })]);
    expect(played.refused).toEqual([]);
    expect(played.total).toMatchObject({ offered: 0, abandoned: 0 });
  });

  // 71 + 3 of hold, and 68 + 31 of after-call work
  const two = [
    {
      callid: 100,
      talktime: 71,
      ansholdtime: 3,
      dispsplit: 320,
      anslogin: '1002',
      segstart_utc: utc('10:00:28') / 1000,
    },
    { callid: 101, talktime: 68, acwtime: 31, disptime: 116, queuetime: 0 },
  ];
  it.each([
    ['in order', two],
    ['in the other order', two.toReversed()],
  ])('has a leg for each call of one UCID, %s', async (_what, rows) => {
    const { total } = await play(centre, [ech(...rows)]);
    expect(total).toMatchObject({ handled: 1, legs: 2, handleMs: (71 + 3 + 68 + 31) * 1000 });
  });

  it('replaces a leg by its later revision, and no other leg of the call', async () => {
    const [first = {}, second = {}] = two;
    const revised = echPolled('2026-03-30T16:00:00.000Z', { ...second, acwtime: 40 });
    const { total } = await play(centre, [revised, ech(first, second)]);
    expect(total).toMatchObject({ handled: 1, legs: 2, handleMs: (71 + 3 + 68 + 40) * 1000 });
  });

  it('has the stay that flowed on in the split it was queued to', async () => {
    const flowed = { calldisp: 4, dispsplit: -1, split1: 310, anslogin: '', talktime: 0 };
    const { queues, total } = await play(centre, [ech({ ...flowed, disptime: 163, queuetime: 138 })]);
    expect(queues['orders']).toMatchObject({ offered: 1, flowOut: 1, waitFlowOutMs: 138_000 });
    expect(total.legs).toBe(0);
  });

  it('shows a call that an agent made as outbound work, never as an offered contact', async () => {
    const outbound = { calldisp: 7, disptime: 0, queuetime: 0, talktime: 0, consulttime: 281, duration: 281 };
    const { total, agents } = await play(centre, [
      ech(
        {
          ...outbound,
          ucid: '00001000011772700001',
          anslogin: '',
          origlogin: '1001',
          dialed_num: '612345678',
        },
        { ucid: '00001000011772700002', talktime: 75, acwtime: 15, anslogin: '1002' },
      ),
    ]);
    expect(total).toMatchObject({ offered: 1, answered: 1, handled: 2, legs: 2 });
    expect(total.ratios.answerRate).toBe(1);
    expect(agents['A1']).toMatchObject({ talkMs: 281_000 });
    expect(agents['A2']).toMatchObject({ talkMs: 75_000, acwMs: 15_000 });
  });

  it('counts the legs of machines apart, whatever the catalogue says they are', async () => {
    // given a VRU port that answers in a split of its own, a bot that answers in a queue of agents, and
    // agents
    const machines = "machines: { agents: ['70001-70048', 'bot'], queues: ['900'] }, id: ava";
    const catalogue = catalogueOf(centreText('33', (text) => text.replace('id: ava', machines)));
    const { total, agents, unmapped } = await play(catalogue, [
      ech(
        { callid: 1, dispsplit: 900, anslogin: '70007', talktime: 30 },
        { callid: 2, segstart_utc: utc('10:00:40') / 1000, talktime: 60, acwtime: 5 },
        { ucid: '00001000011772700002', anslogin: 'bot', talktime: 45 },
        { ucid: '00001000011772700003', anslogin: '70049', talktime: 20 },
      ),
    ]);
    // then agents have their own: 60 + 5, and 20 of a login beyond the range that no one has
    expect(total).toMatchObject({ offered: 2, answered: 2, handled: 2, legs: 2, handleMs: 85_000 });
    expect(total).toMatchObject({ machineLegs: 1, machineMs: 45_000 });
    expect(unmapped).toMatchObject({ offered: 0, legs: 0, machineLegs: 1, machineMs: 30_000 });
    expect(Object.keys(agents).toSorted()).toEqual(['A1', 'unmapped:ava:70049']);
  });

  it('never bills the time of a machine, even of one that is an agent of the catalogue', async () => {
    const machines = "machines: { agents: ['1001'] }, id: ava";
    const catalogue = catalogueOf(centreText('33', (text) => text.replace('id: ava', machines)));
    const { lines } = await play(catalogue, [ech({ talktime: 60 })]);
    expect(lines).toMatchObject({ worked: '0', handled: '0' });
  });
});
