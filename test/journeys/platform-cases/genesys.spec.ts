import { describe, expect, it } from '@jest/globals';
import { centreText } from './centre.js';
import { ech, genesys, session, stay, utc } from './deliveries.js';
import { catalogueOf, play } from './played.js';
import { describeSharedCases } from './shared.js';

const centre = catalogueOf(centreText());
const outbound = { direction: 'OUTBOUND', ani: 'tel:+33170000001', dnis: 'tel:+33170000777' };

describe('Genesys consultations', () => {
  // A2 answers at 11:00:25, asks experts twice (31 s in vain, then 66 s with A3), and hands over: the
  // clock of A2 is 90 talk + 107 hold + 20 after-call work = 217 s, A3 has 60 + 10.
  const call = [
    ...stay({ session: 'q', queue: 'q1', from: '11:00:10', to: '11:00:25', by: 'u2' }),
    ...session({
      session: 'a2',
      agent: 'u2',
      queue: 'q1',
      from: '11:00:21',
      to: '11:03:42',
      talkS: 90,
      holdS: 107,
      alertS: 4,
      end: 'TRANSFER',
      acwS: 20,
    }),
  ];
  const consulted = [
    ...session({
      session: 'x1',
      agent: 'u2',
      queue: 'q1',
      from: '11:01:25',
      to: '11:01:56',
      talkS: 31,
      more: outbound,
    }),
    ...stay({
      session: 'e1',
      queue: 'q2',
      from: '11:01:26',
      to: '11:01:56',
      result: 'ABANDON',
      more: outbound,
    }),
    ...session({
      session: 'x2',
      agent: 'u2',
      queue: 'q1',
      from: '11:02:06',
      to: '11:03:12',
      talkS: 66,
      more: outbound,
    }),
    ...stay({ session: 'e2', queue: 'q2', from: '11:02:07', to: '11:02:12', by: 'u3', more: outbound }),
    ...session({
      session: 'a3',
      agent: 'u3',
      queue: 'q2',
      from: '11:02:10',
      to: '11:03:12',
      talkS: 60,
      alertS: 2,
      acwS: 10,
    }),
  ];

  it.each([
    ['in order', false],
    ['backwards', true],
  ])(
    'are no contact of their own, and no second of their agent is paid twice, %s',
    async (_what, isBackwards) => {
      const deliveries = [...call, ...consulted];
      const { agents, lines } = await play(centre, isBackwards ? deliveries.toReversed() : deliveries);
      expect(agents['A2']).toMatchObject({ answered: 1, legs: 1, handleMs: 217_000, holdMs: 107_000 });
      expect(agents['A3']).toMatchObject({ answered: 1, handleMs: 70_000 });
      expect(lines).toMatchObject({ worked: '287', handled: '1' });
    },
  );

  it('count for what lasts beyond the call of the agent who asked', async () => {
    // given a call of 60 s from 11:00:00, and a consultation from 11:00:30 that lasts until 11:02:00
    const { agents } = await play(centre, [
      ...session({
        session: 'a',
        agent: 'u1',
        queue: 'q1',
        from: '11:00:00',
        to: '11:01:00',
        talkS: 30,
        holdS: 30,
      }),
      ...session({
        session: 'x',
        agent: 'u1',
        queue: 'q1',
        from: '11:00:30',
        to: '11:02:00',
        talkS: 90,
        more: outbound,
      }),
    ]);
    // then 60 s of the call and 60 of 90 s of the consultation are the two minutes of the clock
    expect(agents['A1']?.handleMs).toBe(120_000);
  });

  it('never name the customer: callers without a number stay three who were never seen again', async () => {
    const anonymous = { ani: 'anonymous' };
    // the expert sees the centre's own number as the caller
    const expert = { ani: 'tel:+33170000001' };
    const calls = ['c1', 'c2', 'c3'].flatMap((conversationId, index) => {
      const hour = `${11 + index}`;
      const own = { conversationId };
      return [
        genesys('customer.start', `${hour}:00:00`, { ...own, ...anonymous }),
        ...stay({
          session: 'q',
          queue: 'q1',
          from: `${hour}:00:00`,
          to: `${hour}:00:10`,
          by: 'u1',
          more: { ...own, ...anonymous },
        }),
        ...session({
          session: 'a',
          agent: 'u1',
          queue: 'q1',
          from: `${hour}:00:05`,
          to: `${hour}:02:10`,
          talkS: 60,
          holdS: 60,
          more: { ...own, ...anonymous },
        }),
        ...session({
          session: 'x',
          agent: 'u1',
          from: `${hour}:01:00`,
          to: `${hour}:02:00`,
          talkS: 60,
          more: { ...own, ...outbound },
        }),
        ...session({
          session: 'e',
          agent: 'u3',
          from: `${hour}:01:05`,
          to: `${hour}:02:00`,
          talkS: 50,
          more: { ...own, ...expert },
        }),
      ];
    });
    const { total } = await play(centre, calls);
    expect(total.handled).toBe(3);
    expect(total.fcr['P1D']).toMatchObject({ contacts: 0, repeated: 0 });
  });

  it('leave the customer of an outbound call whom the agent called', async () => {
    const outboundCall = { direction: 'OUTBOUND', ani: 'tel:+33170000001', dnis: 'tel:+33612345678' };
    const { total } = await play(centre, [
      ...session({
        session: 'o',
        agent: 'u1',
        queue: 'q1',
        from: '11:00:00',
        to: '11:02:10',
        dialS: 10,
        talkS: 60,
        holdS: 60,
        more: outboundCall,
      }),
      ...session({ session: 'x', agent: 'u1', from: '11:01:00', to: '11:02:00', talkS: 60, more: outbound }),
      ech({ segstart_utc: utc('12:00:00') / 1000, calling_pty: '0612345678' }),
    ]);
    expect(total.fcr['P1D']).toMatchObject({ contacts: 2, repeated: 1 });
  });
});

describe('Genesys callbacks', () => {
  const accepted = stay({
    session: 'q',
    queue: 'q1',
    from: '09:00:00.100',
    to: '09:10:05',
    by: 'u1',
    more: { mediaType: 'CALLBACK' },
  });
  const holder = {
    session: 'cb',
    agent: 'u1',
    queue: 'q1',
    from: '09:10:00',
    to: '09:13:05',
    alertS: 5,
    callbackS: 180,
    more: { mediaType: 'CALLBACK' },
  };
  const call = {
    session: 'v',
    agent: 'u1',
    queue: 'q1',
    from: '09:10:20',
    to: '09:13:00',
    dialS: 10,
    talkS: 150,
    more: outbound,
  };

  it('have their after-call work with the call, and their preview reported apart', async () => {
    // accepted at 09:10:05, dialled from 09:10:20 to 09:13:00: 15 s before it and 5 s after
    const { total, lines } = await play(centre, [
      ...accepted,
      ...session({ ...holder, acwS: 30 }),
      ...session(call),
    ]);
    expect(total).toMatchObject({ handled: 1, legs: 1, missed: 0, talkMs: 150_000, dialMs: 10_000 });
    expect(total).toMatchObject({ acwMs: 30_000, previewMs: 20_000, acwMissedMs: 0 });
    expect(lines).toMatchObject({ worked: '180', beside: '20' });
  });

  it('have one wrap-up that is reported of all their sessions once', async () => {
    const wrapUp = { acwS: 30, acwTo: '09:13:35' };
    const { total } = await play(centre, [
      ...accepted,
      ...session({
        ...call,
        session: 'v1',
        from: '09:10:20',
        to: '09:10:40',
        dialS: 20,
        talkS: 0,
        ...wrapUp,
      }),
      ...session({ ...call, from: '09:11:00', to: '09:13:00', dialS: 10, talkS: 110, ...wrapUp }),
      ...session({ ...holder, ...wrapUp }),
    ]);
    expect(total).toMatchObject({ legs: 2, missed: 0, acwMs: 30_000, dialMs: 30_000, talkMs: 110_000 });
    // 09:10:05 to 20, 40 to 09:11:00 and 09:13:00 to 05
    expect(total.previewMs).toBe(40_000);
  });

  it('are a preview that was skipped where the agent never dialled', async () => {
    const skipped = { ...holder, to: '09:11:00', alertS: 5, callbackS: 55 };
    const { total } = await play(centre, [...session({ ...skipped, acwS: 4 })]);
    expect(total).toMatchObject({ handled: 0, missed: 0, previewMs: 55_000, acwMissedMs: 4_000 });
  });
});

describe('Genesys offers that were not taken', () => {
  it('have their after-call work shown, in no handle time', async () => {
    const { total, agents, lines } = await play(centre, [
      ...stay({ session: 'q', queue: 'q1', from: '10:01:04.562', to: '10:01:16.973', by: 'u2' }),
      ...session({
        session: 'a1',
        agent: 'u1',
        queue: 'q1',
        from: '10:01:04.866',
        to: '10:01:12.287',
        alertS: 7.421,
        acwS: 57,
        acwTo: '10:02:09.699',
        end: 'CLIENT',
      }),
      ...session({
        session: 'a2',
        agent: 'u2',
        queue: 'q1',
        from: '10:01:14.626',
        to: '10:07:31.884',
        talkS: 374.894,
        alertS: 2.364,
        acwS: 3,
      }),
    ]);
    expect(total).toMatchObject({ missed: 1, legs: 1, handleMs: 377_894, acwMissedMs: 57_000 });
    expect(agents['A1']).toMatchObject({ legs: 0, acwMissedMs: 57_000 });
    expect(lines).toMatchObject({ worked: '377.894', beside: '57' });
  });
});

describe('Genesys conversations in writing', () => {
  const message = { mediaType: 'MESSAGE', ani: undefined };
  /** A stay of 10 s that `agent` answers, and a session of `talkS`. */
  const turn = (
    name: string,
    day: string,
    agent: string,
    talkS: number,
    end = 'CLIENT',
    result = 'ANSWERED',
  ) => [
    ...stay({
      session: `q${name}`,
      queue: 'q1',
      from: `${day}T10:00:00`,
      to: `${day}T10:00:10`,
      result,
      ...(result === 'ANSWERED' && { by: agent }),
      more: message,
    }),
    ...(result === 'ANSWERED'
      ? session({
          session: `a${name}`,
          agent,
          queue: 'q1',
          from: `${day}T10:00:05`,
          to: new Date(utc(`${day}T10:00:10`) + talkS * 1000).toISOString().slice(0, -1),
          talkS,
          end,
          more: message,
        })
      : []),
  ];

  it('count again each time they are taken up, in the month in which they are', async () => {
    const { total, agents, lines } = await play(centre, [
      ...turn('1', '2026-02-10', 'u1', 300),
      ...turn('2', '2026-03-12', 'u2', 600),
      ...turn('3', '2026-03-20', 'u1', 120),
    ]);
    expect(total).toMatchObject({ offered: 2, answered: 2, handled: 2, talkMs: 720_000 });
    expect(total.ratios.ahtMs).toBe(360_000);
    expect([agents['A1']?.answered, agents['A2']?.answered]).toEqual([1, 1]);
    expect(lines).toMatchObject({ worked: '720', handled: '2' });
  });

  it('are one contact as long as one agent hands them to the next', async () => {
    const { total, queues } = await play(centre, [
      ...turn('1', '2026-03-12', 'u1', 300, 'TRANSFER'),
      ...stay({
        session: 'q2',
        queue: 'q2',
        from: '2026-03-12T10:05:10',
        to: '2026-03-12T10:06:00',
        by: 'u2',
        more: message,
      }),
      ...session({
        session: 'a2',
        agent: 'u2',
        queue: 'q2',
        from: '2026-03-12T10:05:50',
        to: '2026-03-12T10:07:00',
        talkS: 60,
        more: message,
      }),
    ]);
    expect(total).toMatchObject({ offered: 1, answered: 1, handled: 1, legs: 2 });
    expect([queues['orders']?.offered, queues['experts']?.offered]).toEqual([1, 1]);
  });

  it('begin again after they were given up', async () => {
    const { total } = await play(centre, [
      ...turn('1', '2026-03-10', 'u1', 0, 'CLIENT', 'ABANDON'),
      ...turn('2', '2026-03-12', 'u1', 60),
    ]);
    expect(total).toMatchObject({ offered: 2, abandoned: 1, answered: 1, handled: 1 });
  });
});

describe('Genesys work without a queue', () => {
  it('is shown as unmapped, with its time', async () => {
    const { total, unmapped } = await play(centre, [
      ...stay({ session: 'q', queue: 'q1', from: '10:00:00', to: '10:00:10', by: 'u1' }),
      ...session({
        session: 'a',
        agent: 'u1',
        queue: 'q1',
        from: '10:00:08',
        to: '10:01:10',
        talkS: 60,
        end: 'TRANSFER',
      }),
      ...session({
        session: 'b',
        agent: 'u2',
        from: '10:01:10',
        to: '10:03:10',
        talkS: 118,
        alertS: 2,
        acwS: 20,
      }),
    ]);
    expect(total).toMatchObject({ handled: 1, legs: 1, handleMs: 60_000 });
    expect(unmapped).toMatchObject({ handled: 1, legs: 1, handleMs: 138_000 });
  });
});

describe('national numbers', () => {
  // Madrid, once as Genesys and once as the switch writes it
  it.each([
    ['34', '+34919555012', '919555012'],
    ['39', '+390669812345', '0669812345'],
    ['1', '+12125550123', '2125550123'],
    ['33', '+33612345678', '612345678'],
  ])('are one customer on every platform with country %s', async (country, international, national) => {
    const catalogue = catalogueOf(centreText(country));
    const { total } = await play(catalogue, [
      ...stay({
        session: 'q',
        queue: 'q1',
        from: '08:00:00',
        to: '08:00:10',
        by: 'u1',
        more: { ani: `tel:${international}` },
      }),
      ...session({
        session: 'a',
        agent: 'u1',
        queue: 'q1',
        from: '08:00:08',
        to: '08:01:10',
        talkS: 60,
        more: { ani: `tel:${international}` },
      }),
      ech({ calling_pty: national }),
    ]);
    expect(total.fcr['P1D']).toMatchObject({ contacts: 2, repeated: 1 });
  });
});

describeSharedCases();
