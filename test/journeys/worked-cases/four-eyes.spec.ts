import { describe, expect, it } from '@jest/globals';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { auditActs } from '#pipeline/audit/audit-acts.js';
import { closePeriod, type CloseMode } from '#pipeline/close/close-period.js';
import { confirmClose, pendingRequest, type RequestedClose } from '#pipeline/close/close-request.js';
import { CloseSchedule } from '#pipeline/close/close-schedule.js';
import { holdPeriod, releasePeriod } from '#pipeline/close/hold-period.js';
import { encodeClose, validCloses } from '#wire/closes.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { scheduleActor } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';
import { type Centre, centreOf, contract } from './centre.js';
import { calls, customer, paris } from './work.js';

/** 2.35 for a call; two people close. */
const twoPeople = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
close: { fourEyes: true }
`;
const ada = { name: 'Ada', via: 'cli', address: null } as const;
const bob = { name: 'Bob', via: 'http', address: '10.0.0.7', role: 'finance' } as const;

let customers = 0;
const call = (at: string) =>
  calls([{ at: paris(at), talkS: 60, queue: 'orders', customer: customer(customers++) }]);

async function asked(
  centre: Centre,
  period: string,
  mode: CloseMode = 'close',
  actor = ada,
): Promise<RequestedClose> {
  const { invoicer } = centre;
  const of = centre.contract('two');
  const result = await closePeriod(of, period, invoicer, mode, null, actor, 'counted and compared');
  if (result.status !== 'requested') throw new Error(JSON.stringify(result));
  return result;
}

const confirm = async (centre: Centre, period: string, request: string, actor: typeof ada | typeof bob) =>
  confirmClose(centre.contract('two'), period, centre.invoicer, { request, actor, reason: 'agreed' });

const events = async (log: Log) => readTopicValues(log, topics.invoiceReady.name);
const total = (event: string) => decodeInvoiceReady(event)?.data.totals.totalWithoutVat.amount;

describe('A period that two people close', () => {
  const centre = centreOf([contract('two', twoPeople)], (open) => open.deliver(call('2026-03-10T09:00')));

  it('is not invoiced when one asks, and is when another one confirms: exactly that, whatever came meanwhile', async () => {
    const { log } = centre().invoicer;
    const { request, event } = await asked(centre(), '2026-03');
    // one call at 2.35
    expect([total(event), await events(log)]).toEqual(['2.35', []]);
    // The second call of March comes after Ada asked.
    await centre().deliver(call('2026-03-11T09:00'));
    expect(await pendingRequest(centre().invoicer.closeLog, 'two', '2026-03')).toEqual({
      status: 'requested',
      request,
      event,
    });
    expect(await confirm(centre(), '2026-03', request.request, { ...bob, name: ' ADA' as 'Bob' })).toEqual({
      status: 'samePerson',
      by: ada,
    });
    expect(await confirm(centre(), '2026-03', 'another', bob)).toMatchObject({ because: 'replaced' });
    const confirmed = await confirm(centre(), '2026-03', request.request, bob);
    expect(confirmed).toMatchObject({
      status: 'closed',
      isNew: true,
      event,
      close: { request: request.request, closedBy: { ...bob, reason: 'agreed' }, digest: request.digest },
    });
    expect(await events(log)).toEqual([event]);
    expect(await confirm(centre(), '2026-03', request.request, bob)).toMatchObject({ isNew: false, event });
    expect(await pendingRequest(centre().invoicer.closeLog, 'two', '2026-03')).toBeNull();
    const { entries, findings } = await auditActs(log);
    expect(findings).toEqual([]);
    expect(
      entries.slice(-2).map(({ isDone, entry: { act, actor, reason } }) => [act, actor.name, reason, isDone]),
    ).toEqual([
      ['close-requested', 'Ada', 'counted and compared', true],
      ['period-closed', 'Bob', 'agreed', true],
    ]);
  });

  it('is adjusted by two people as well: what came after the request is the difference', async () => {
    const { request, event } = await asked(centre(), '2026-03', 'adjust');
    // two calls, 4.70, less the 2.35 of the close
    expect([request.revision, total(event)]).toEqual([2, '2.35']);
    expect(await confirm(centre(), '2026-03', request.request, bob)).toMatchObject({ isNew: true, event });
    const sum = (await events(centre().invoicer.log)).map(total);
    expect(sum).toEqual(['2.35', '2.35']);
  });
});

describe('A close that was asked for', () => {
  const centre = centreOf([contract('two', twoPeople)], (open) =>
    open.deliver(call('2026-03-10T09:00'), call('2026-04-10T09:00')),
  );
  const decision = { actor: bob, reason: 'the volume is wrong', at: 1 };

  it('counts no more after another request, or a hold', async () => {
    const { closeLog } = centre().invoicer;
    const first = await asked(centre(), '2026-03');
    await centre().deliver(call('2026-03-11T09:00'));
    const second = await asked(centre(), '2026-03');
    expect([total(first.event), total(second.event)]).toEqual(['2.35', '4.70']);
    expect(await confirm(centre(), '2026-03', first.request.request, bob)).toMatchObject({
      because: 'replaced',
    });
    await holdPeriod(closeLog, 'two', '2026-03', decision);
    expect(await confirm(centre(), '2026-03', second.request.request, bob)).toMatchObject({ status: 'held' });
    await releasePeriod(closeLog, 'two', '2026-03', decision);
    expect(await confirm(centre(), '2026-03', second.request.request, bob)).toMatchObject({
      because: 'unknown',
    });
  });

  it('is no close of the one who asked, nor of one who changes it, for any reader of the log', async () => {
    const { log, closeLog, lookup } = centre().invoicer;
    const { request } = await asked(centre(), '2026-03');
    const record = JSON.parse(request.record) as { data: Parameters<typeof encodeClose>[0]; event: object };
    const forged = (change: object) =>
      encodeClose({ ...record.data, request: request.request, closedBy: { ...bob, at: 1 }, ...change }, '{}');
    const values = await readTopicValues(log, topics.closes.name);
    for (const change of [
      { closedBy: { ...ada, at: 1 } },
      { closedBy: undefined },
      { digest: 'of other bytes' },
      { revision: 2 },
      { request: 'never made' },
    ])
      expect([change, validCloses([...values, forged(change)])]).toEqual([change, []]);
    expect(validCloses([...values, forged({})])).toHaveLength(1);
    // Under another catalogue it is to be asked for again.
    const inForce = () => Promise.resolve({ version: 'v2', number: 2 });
    const by = { request: request.request, actor: bob, reason: null };
    expect(
      await confirmClose(centre().contract('two'), '2026-03', { closeLog, inForce, now: () => 1 }, by),
    ).toEqual({ status: 'superseded', own: lookup.catalogue.version, inForce: 'v2' });
  });

  it('is waited for by the schedule, which closes no such month, and says so', async () => {
    const { invoicer } = centre();
    const { closeLog, lookup } = invoicer;
    const now = () => paris('2026-05-20T12:00');
    const waits: string[] = [];
    const schedule = new CloseSchedule({
      closeLog,
      lookup: () => Promise.resolve(lookup),
      inForceSince: () => Promise.resolve(new Map([['two', paris('2026-03-05T00:00')]])),
      catchUp: () => Promise.resolve({ status: 'caughtUp' }),
      close: (of, period, accepted) =>
        closePeriod(of, period, { ...invoicer, now }, 'close', accepted, scheduleActor),
      now,
      onWaits: ({ period }, { code, detail }) => waits.push(`${period} ${code} ${detail}`),
    });
    const { request } = await asked(centre(), '2026-03');
    await schedule.look();
    expect(waits).toEqual([
      `2026-03 waits-for-second-person Waits for a second person: Ada asks for the close ${request.request}: tallyline close review.`,
      '2026-04 waits-for-second-person Waits for a second person: two close it, and none has asked for it: tallyline close.',
    ]);
    expect(schedule.overdue).toEqual(new Map([['waits-for-second-person', 2]]));
    expect(await events(invoicer.log)).toEqual([]);
    await confirm(centre(), '2026-03', request.request, bob);
    expect(await events(invoicer.log)).toHaveLength(1);
  });
});
