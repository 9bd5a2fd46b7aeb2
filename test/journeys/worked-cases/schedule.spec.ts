import { describe, expect, it } from '@jest/globals';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { closePeriod, type CloseDeps } from '#pipeline/close/close-period.js';
import { CloseSchedule, type CloseScheduleDeps } from '#pipeline/close/close-schedule.js';
import { holdPeriod, releasePeriod } from '#pipeline/close/hold-period.js';
import { periodStandings } from '#pipeline/close/period-standing.js';
import { decodeClose, validCloses } from '#wire/closes.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { scheduleActor } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';
import { type Centre, centreOf, contract } from './centre.js';
import { calls, customer, paris } from './work.js';

/**
 * One call of a known agent on the 10th of each month from January to March, 2.35 each; in the queue
 * `forgotten`, of no programme, another one in March.
 */
const perCall = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
`;
const months = ['2026-01', '2026-02', '2026-03'];
const work = (queues: readonly string[]) =>
  calls(
    queues.flatMap((queue, index) =>
      months.map((month, number) => ({
        at: paris(`${month}-10T0${index + 1}:00`),
        talkS: 60,
        queue,
        customer: customer(index * 10 + number),
      })),
    ),
  );

/** In force since January, so that January is the first month that the schedule closes. */
const since = paris('2026-01-05T00:00');

function scheduleOf(centre: Centre, clock: { at: number }, more: Partial<CloseScheduleDeps> = {}, log?: Log) {
  const closeLog = new CloseLog(log ?? centre.invoicer.log);
  const invoicer: CloseDeps = { ...centre.invoicer, closeLog, now: () => clock.at };
  return new CloseSchedule({
    closeLog,
    lookup: () => Promise.resolve(centre.invoicer.lookup),
    inForceSince: () =>
      Promise.resolve(new Map(centre.invoicer.lookup.catalogue.contracts.map(({ id }) => [id, since]))),
    catchUp: () => Promise.resolve({ status: 'caughtUp' }),
    close: (of, period, accepted) => closePeriod(of, period, invoicer, 'close', accepted, scheduleActor),
    now: () => clock.at,
    ...more,
  });
}

async function closed(centre: Centre): Promise<string[]> {
  const values = await readTopicValues(centre.invoicer.log, topics.closes.name);
  return validCloses(values).map(({ contract: id, period }) => `${id} ${period}`);
}

async function events(centre: Centre, id: string) {
  const values = await readTopicValues(centre.invoicer.log, topics.invoiceReady.name);
  return values.filter((text) => decodeInvoiceReady(text)?.data.contract === id);
}

async function waitOf(centre: Centre, id: string, period: string) {
  const closeLog = new CloseLog(centre.invoicer.log);
  await closeLog.closes();
  return closeLog.standings.wait(id, period);
}

const finance = { name: 'Ada', via: 'cli', address: null } as const;

describe('The schedule of closes', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(work(['orders'])));

  it('closes a month at six in the morning after the grace of 72 hours, and not before', async () => {
    const clock = { at: paris('2026-02-04T05:59') };
    const schedule = scheduleOf(centre(), clock);
    await schedule.look();
    expect(await closed(centre())).toEqual([]);
    clock.at = paris('2026-02-04T06:00');
    await schedule.look();
    await schedule.look();
    expect(await closed(centre())).toEqual(['calls 2026-01']);
    const [event = '', ...others] = await events(centre(), 'calls');
    expect(others).toEqual([]);
    expect(decodeInvoiceReady(event)?.data.totals.totalWithoutVat.amount).toBe('2.35');
    const [value = ''] = await readTopicValues(centre().invoicer.log, topics.closes.name);
    const trailEntry: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(decodeClose(value)?.closedBy).toEqual({ ...scheduleActor, at: clock.at, trailEntry });
    expect(schedule.overdue).toEqual(new Map());
  });

  it('makes up for three months in which no process ran, oldest first', async () => {
    await scheduleOf(centre(), { at: paris('2026-05-20T12:00') }).look();
    expect(await closed(centre())).toEqual(
      ['2026-01', '2026-02', '2026-03', '2026-04'].map((month) => `calls ${month}`),
    );
  });

  it('leaves to a person what was over before the contract came into force here', () => {
    const standings = periodStandings(centre().contract('calls'), {
      closes: [],
      standings: new CloseLog(centre().invoicer.log).standings,
      inForceSince: paris('2026-02-01T00:00'),
      now: paris('2026-04-20T12:00'),
    });
    expect(standings.map(({ period, state, dueAt }) => `${period} ${state} ${String(dueAt)}`)).toEqual([
      `2026-02 due ${paris('2026-03-04T06:00')}`,
      `2026-03 due ${paris('2026-04-04T06:00')}`,
      '2026-04 open ' + paris('2026-05-04T06:00'),
    ]);
    const dated = { ...centre().contract('calls'), term: { firstDay: '2026-01-01', lastDay: '2026-03-31' } };
    const all = periodStandings(dated, {
      closes: [],
      standings: new CloseLog(centre().invoicer.log).standings,
      inForceSince: paris('2026-02-01T00:00'),
      now: paris('2026-04-20T12:00'),
    });
    expect(all.map(({ period, dueAt }) => `${period} ${dueAt === null ? 'by hand' : 'scheduled'}`)).toEqual([
      '2026-01 by hand',
      '2026-02 scheduled',
      '2026-03 scheduled',
    ]);
  });
});

describe('Periods that cannot be closed by the schedule', () => {
  const byHand = 'close: { automatic: false }';
  const centre = centreOf(
    [
      contract('held', perCall),
      contract('hand', `${perCall}${byHand}\n`),
      contract('strict', perCall),
      contract('lenient', `${perCall}close: { omissions: accept, at: '00:00' }\n`),
    ],
    (open) => open.deliver(work(['orders', 'forgotten'])),
  );
  const clock = { at: paris('2026-04-20T12:00') };

  it('wait for themselves alone: held ones, those by hand, and those that would leave work out', async () => {
    const closeLog = new CloseLog(centre().invoicer.log);
    const decision = { actor: finance, reason: 'the brand disputes the volume', at: clock.at };
    // Work of the forgotten queue is left out of every month: what is strict waits for all of them.
    expect(await holdPeriod(closeLog, 'lenient', '2026-02', decision)).toMatchObject({
      status: 'held',
      revision: 0,
    });
    await holdPeriod(closeLog, 'held', '2026-01', decision);
    const schedule = scheduleOf(centre(), clock);
    await schedule.look();
    expect(await closed(centre())).toEqual(['lenient 2026-01', 'lenient 2026-03']);
    expect(schedule.overdue).toEqual(new Map([['omissions-not-accepted', 5]]));
    expect(await waitOf(centre(), 'strict', '2026-03')).toMatchObject({
      code: 'omissions-not-accepted',
      // one call at 2.35
      detail: expect.stringContaining('unmappedQueue voice:forgotten, worth about 2.35 EUR') as unknown,
    });
    const [event = ''] = await events(centre(), 'lenient');
    expect(decodeInvoiceReady(event)?.data.omissions?.acceptedBecause).toMatch(/agreed in the contract/);
  });

  it('write their reason once, and are tried again after ever longer pauses, or at once under another catalogue', async () => {
    const tried: string[] = [];
    const { lookup } = centre().invoicer;
    const other = catalogueIndex({ ...lookup.catalogue, version: 'another' });
    let inForce = lookup;
    const own = { at: clock.at };
    const schedule = scheduleOf(centre(), own, {
      lookup: () => Promise.resolve(inForce),
      close: (of, period, accepted) => {
        if (of.id === 'strict' && period === '2026-03')
          tried.push(new Date(own.at - clock.at).toISOString().slice(11, 16));
        return closePeriod(of, period, { ...centre().invoicer, now: () => own.at }, 'close', accepted);
      },
    });
    const records = async () => (await readTopicValues(centre().invoicer.log, topics.closes.name)).length;
    const before = await records();
    for (let minute = 0; minute <= 20; minute++) {
      own.at = clock.at + minute * 60_000;
      if (minute === 19) inForce = other;
      await schedule.look();
    }
    // after 1, 2, 4 and 8 minutes; the next would be at 00:31
    expect(tried).toEqual(['00:00', '00:01', '00:03', '00:07', '00:15', '00:19']);
    expect(await records()).toBe(before);
  });

  it('are closed at the next look once they are released, or their omissions are accepted', async () => {
    const closeLog = new CloseLog(centre().invoicer.log);
    const decision = { actor: finance, reason: 'settled', at: clock.at };
    expect(await releasePeriod(closeLog, 'lenient', '2026-02', decision)).toEqual({
      status: 'released',
      revision: 0,
    });
    expect(await releasePeriod(closeLog, 'lenient', '2026-02', decision)).toEqual({ status: 'notHeld' });
    const { invoicer } = centre();
    await closePeriod(centre().contract('strict'), '2026-01', invoicer, 'close', 'the brand agreed');
    const schedule = scheduleOf(centre(), clock);
    await schedule.look();
    expect(await closed(centre())).toEqual([
      'lenient 2026-01',
      'lenient 2026-03',
      'strict 2026-01',
      'lenient 2026-02',
    ]);
    expect(schedule.overdue).toEqual(new Map([['omissions-not-accepted', 4]]));
  });

  it('are not adjusted either while they are held, nor closed by a person', async () => {
    const { invoicer } = centre();
    const closeLog = new CloseLog(invoicer.log);
    await holdPeriod(closeLog, 'lenient', '2026-03', { actor: finance, reason: 'disputed', at: clock.at });
    const of = centre().contract('lenient');
    expect(await closePeriod(of, '2026-03', invoicer, 'adjust')).toMatchObject({
      status: 'held',
      by: { reason: 'disputed' },
    });
    // What was closed stays, and is answered.
    expect(await closePeriod(of, '2026-03', invoicer)).toMatchObject({ status: 'closed', isNew: false });
    expect(
      await closePeriod(centre().contract('held'), '2026-01', invoicer, 'close', 'agreed'),
    ).toMatchObject({
      status: 'held',
    });
  });

  it('are all of them while records that were accepted before are still on their way', async () => {
    const stage = { name: 'meter', topic: topics.facts.name, group: 'meter', keyspace: 'meter' } as const;
    const behind = { status: 'behind', stage: stage as never, left: 7, begun: true } as const;
    const schedule = scheduleOf(centre(), clock, { catchUp: () => Promise.resolve(behind) });
    const before = await closed(centre());
    await schedule.look();
    expect(await closed(centre())).toEqual(before);
    // passing, so written down where it is still so at the next look
    expect(await waitOf(centre(), 'strict', '2026-03')).toMatchObject({ code: 'omissions-not-accepted' });
    await schedule.look();
    expect(await waitOf(centre(), 'strict', '2026-03')).toMatchObject({ code: 'pipeline-behind' });
    expect([...schedule.overdue.keys()]).toEqual(['pipeline-behind']);
  });
});

/** A log whose process stands still before it writes a close, until it is let go. */
function frozenAt(log: Log) {
  const [reached, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const frozen = new Proxy(log, {
    get(target, name) {
      if (name === 'append') {
        return async (to: string, records: Parameters<Log['append']>[1]) => {
          if (to === topics.closes.name && records.some(({ value }) => decodeClose(value) !== null)) {
            reached.resolve(undefined);
            await released.promise;
          }
          return target.append(to, records);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  return { log: frozen, isReached: reached.promise, letGo: () => released.resolve(undefined) };
}

describe('Several invoicers', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(work(['orders'])));
  const clock = { at: paris('2026-02-20T12:00') };

  it('close a month once where they look at the same time: one id, one content', async () => {
    await Promise.all([1, 2, 3].map(() => scheduleOf(centre(), clock).look()));
    const texts = await events(centre(), 'calls');
    expect(new Set(texts).size).toBe(1);
    const standing = periodStandings(centre().contract('calls'), {
      closes: validCloses(await readTopicValues(centre().invoicer.log, topics.closes.name)),
      standings: new CloseLog(centre().invoicer.log).standings,
      inForceSince: since,
      now: clock.at,
    });
    expect(standing[0]).toMatchObject({ period: '2026-01', state: 'closed', revision: 1 });
  });

  it('close it once where one stood still on its way to the log until another had closed', async () => {
    clock.at = paris('2026-03-20T12:00');
    const frozen = frozenAt(centre().invoicer.log);
    const first = scheduleOf(centre(), clock, {}, frozen.log).look();
    await frozen.isReached;
    // What came late in between is in the close of the second, and not in that of the first.
    await centre().deliver(
      calls([{ at: paris('2026-02-11T10:00'), talkS: 60, customer: customer(99) }], 500),
    );
    await scheduleOf(centre(), clock).look();
    frozen.letGo();
    await first;
    const february = (await events(centre(), 'calls'))
      .flatMap((text) => decodeInvoiceReady(text) ?? [])
      .filter(({ data }) => data.period === '2026-02');
    expect(february.map(({ data }) => data.totals.totalWithoutVat.amount)).toEqual(['4.70']);
  });

  it('close nothing where one stood still, and the month was held and released meanwhile', async () => {
    clock.at = paris('2026-04-20T12:00');
    const frozen = frozenAt(centre().invoicer.log);
    const first = scheduleOf(centre(), clock, {}, frozen.log).look();
    await frozen.isReached;
    const closeLog = new CloseLog(centre().invoicer.log);
    await holdPeriod(closeLog, 'calls', '2026-03', { actor: finance, reason: 'dispute', at: clock.at });
    frozen.letGo();
    await first;
    expect(await closed(centre())).toEqual(expect.not.arrayContaining(['calls 2026-03']));
    await scheduleOf(centre(), clock).look();
    expect(await closed(centre())).toEqual(expect.not.arrayContaining(['calls 2026-03']));
    await releasePeriod(closeLog, 'calls', '2026-03', { actor: finance, reason: 'settled', at: clock.at });
    await scheduleOf(centre(), clock).look();
    expect(await closed(centre())).toContain('calls 2026-03');
  });

  it('finish what another one closed and did not live to write, at the second look', async () => {
    clock.at = paris('2026-05-20T12:00');
    const log = new Proxy(centre().invoicer.log, {
      get(target, name) {
        if (name === 'append') {
          return async (to: string, records: Parameters<Log['append']>[1]) => {
            if (to === topics.invoiceReady.name) throw new Error('killed');
            return target.append(to, records);
          };
        }
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    await scheduleOf(centre(), clock, {}, log).look();
    const april = async () =>
      (await events(centre(), 'calls')).filter((text) => decodeInvoiceReady(text)?.data.period === '2026-04')
        .length;
    const other = scheduleOf(centre(), clock);
    expect(await april()).toBe(0);
    await other.look();
    expect(await april()).toBe(0);
    await other.look();
    await other.look();
    expect(await april()).toBe(1);
  });
});
