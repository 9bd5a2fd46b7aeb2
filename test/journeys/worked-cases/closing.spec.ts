import { describe, expect, it } from '@jest/globals';
import { hash } from 'node:crypto';
import { verifyClose } from '#pipeline/close/verify-close.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import type { Contract } from '#domain/contract/contract.js';
import { decodeClose } from '#wire/closes.js';
import { type CloseResult, closePeriod, type CloseDeps } from '#pipeline/close/close-period.js';
import { findInvoice } from '#apps/cli/find-invoice.js';
import { periodAnswer } from '#apps/invoicer/period-answer.js';
import { versionOf } from '#catalogue/version.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { parseJson } from '#wire/parse-json.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { type Centre, centreOf, contract } from './centre.js';
import { type Call, calls, customer, outcomes, paris } from './work.js';

/** What may go wrong while a closed month is adjusted, and what is shown of it meanwhile. */
const perCall = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
`;

const talks = (count: number, month: string, firstId: number) =>
  calls(
    Array.from({ length: count }, (_, index): Call => {
      return { at: paris(`${month}-10T09:00`) + index * 120_000, talkS: 60, customer: customer(index) };
    }),
    firstId,
  );

async function adjust(centre: Centre, deps: Partial<CloseDeps> = {}): Promise<CloseResult> {
  const given = { ...centre.invoicer, ...deps };
  return closePeriod(centre.contract('calls'), '2026-03', given, 'adjust');
}

async function done(closed: Promise<CloseResult>) {
  const answer = await closed;
  if (answer.status !== 'closed') throw new Error(JSON.stringify(answer));
  return answer;
}

/** The log of a process that is killed when it wants to write into a topic. */
function killedAt(log: Log, topic: string): Log {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'append') {
        return async (to: string, records: Parameters<Log['append']>[1]) => {
          if (to === topic) throw new Error('killed');
          return target.append(to, records);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** The contract of the centre, as another program might read it. */
function centreContract(centre: Centre, price: string): Contract {
  const contract = centre.contract('calls');
  return JSON.parse(JSON.stringify(contract).replaceAll('"2.35"', `"${price}"`)) as Contract;
}

const events = (centre: Centre) => readTopicValues(centre.invoicer.log, topics.invoiceReady.name);
const closes = async (centre: Centre) =>
  (await readTopicValues(centre.invoicer.log, topics.closes.name)).filter(
    (text) => decodeClose(text) !== null,
  );

describe('The close of a month', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it('waits until the time for late events is over, to the millisecond', async () => {
    // March ends in Paris at 22:00 UTC; the contract waits for 72 h
    const closesFrom = Date.UTC(2026, 3, 3, 22);
    const closeAt = (now: number) =>
      closePeriod(centre().contract('calls'), '2026-03', { ...centre().invoicer, now: () => now });
    expect(await closeAt(closesFrom - 1)).toEqual({
      status: 'notOver',
      endsAt: '2026-04-01T00:00:00+02:00',
      closesFrom: '2026-04-04T00:00:00+02:00',
    });
    expect(await closes(centre())).toEqual([]);
    expect(await closeAt(closesFrom)).toMatchObject({ status: 'closed', isNew: true });
  });
});

describe('The books of a close', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it('are refused where the journal no longer ends in the head that the close names', async () => {
    const closed = await done(closePeriod(centre().contract('calls'), '2026-03', centre().invoicer));
    const { facts, heads } = closed.close.cut;
    const { log } = centre().invoicer;
    const last = (await readTopicValues(log, topics.postings.name))
      .concat((await log.read(topics.postings.name, 1, 0, 1_000)).map(({ value }) => value))
      .filter((value) => heads?.includes(decodeJournalRecord(value)?.link ?? '-'));
    expect(last).toHaveLength(facts.filter((offset) => offset > 0).length);
    const verifiedWith = async (read: Log) =>
      verifyClose('calls', '2026-03', 1, { ...centre().invoicer, log: read });
    expect((await verifiedWith(log)).status).toBe('same');
    for (const value of last) {
      await expect(verifiedWith(withoutRecord(log, value))).rejects.toMatchObject({ code: 'log-damaged' });
    }
    // And so is a first close where the state of the meter names another posting than the journal ends in.
    const metered = async () => ({ facts, heads: heads?.map(() => 'another') ?? [] });
    const asked = closePeriod(centre().contract('calls'), '2026-02', { ...centre().invoicer, metered });
    await expect(asked).rejects.toMatchObject({ code: 'log-damaged' });
  });
});

describe('The event of an earlier build', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it('is named where an adjustment, or what is shown of the period, would need what it invoiced', async () => {
    await centre().closeText('calls', '2026-03');
    await centre().deliver(talks(1, '2026-03', 1_001));
    const written = await events(centre());
    const log = ofEarlierBuild(centre().invoicer.log);
    const adjusted = adjust(centre(), { log, closeLog: new CloseLog(log) });
    await expect(adjusted).rejects.toMatchObject({ code: 'event-unreadable' });
    await expect(adjusted).rejects.toThrow('the event of calls 2026-03, revision 1, has a form');
    expect(await events(centre())).toEqual(written);
    await expect(findInvoice(log, 'calls/2026-03', 1)).rejects.toThrow(
      'the event of calls/2026-03 has a form',
    );
    expect((await findInvoice(centre().invoicer.log, 'calls/2026-03', 1)).text).toBe(written[0]);
  });
});

describe('A close beside a store that has followed another log', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it.each([topics.facts.name, topics.postings.name])(
    'stops where that log has other records in %s',
    async (of) => {
      const { invoicer, meteredBeside } = centre();
      const other = readingAs(invoicer.log, (topic, value) => (topic === of ? `${value} ` : value));
      const asked = { ...invoicer, metered: async () => meteredBeside(other) };
      expect(await closePeriod(centre().contract('calls'), '2026-03', asked)).toEqual({
        status: 'otherLog',
        detail: expect.stringContaining('this is another log than the one that was read'),
      });
      expect(await closes(centre())).toEqual([]);
      expect((await meteredBeside(invoicer.log)).facts).toEqual((await invoicer.metered()).facts);
    },
  );
});

/** The log without a record of the journal. */
function withoutRecord(log: Log, missing: string): Log {
  return readingAs(log, (_, value) => (value === missing ? 'removed' : value));
}

/** The log as if an earlier build had closed: its events had no list of what a document lacks. */
function ofEarlierBuild(log: Log): Log {
  const earlier = (event: InvoiceReadyEvent) => {
    return parseJson(JSON.stringify({ ...event, data: { ...event.data, absent: undefined } })) as object;
  };
  return readingAs(log, (topic, value) => {
    const invoiced = topic === topics.invoiceReady.name ? decodeInvoiceReady(value) : null;
    if (invoiced !== null) return canonicalJson(earlier(invoiced));
    if (topic !== topics.closes.name || decodeClose(value) === null) return value;
    const close = JSON.parse(value) as { data: { event: InvoiceReadyEvent } };
    const event = earlier(close.data.event);
    const digest = hash('sha256', canonicalJson(event));
    return JSON.stringify({ ...close, data: { ...close.data, event, digest } });
  });
}

function readingAs(log: Log, change: (topic: string, value: string) => string): Log {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'read') {
        return async (...asked: Parameters<Log['read']>) => {
          const records = await target.read(...asked);
          return records.map((each) => ({ ...each, value: change(asked[0], each.value) }));
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

describe('An adjustment that is interrupted', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it('is finished from its cut where it stopped between its close and its event, whatever came since', async () => {
    await centre().closeText('calls', '2026-03');
    await centre().deliver(talks(1, '2026-03', 1_001));
    const killed = killedAt(centre().invoicer.log, topics.invoiceReady.name);
    await expect(adjust(centre(), { log: killed, closeLog: new CloseLog(killed) })).rejects.toThrow('killed');
    expect([(await closes(centre())).length, (await events(centre())).length]).toEqual([2, 1]);

    await centre().deliver(talks(1, '2026-03', 2_001));
    // a plain close leaves nothing undone either, and prints the first event
    expect(await centre().closeText('calls', '2026-03')).toBe((await events(centre()))[0]);
    const [, second] = await events(centre());
    expect(decodeInvoiceReady(second ?? '')?.data).toMatchObject({
      revision: 2,
      lines: [{ invoicedQuantity: '1' }],
      adjusts: { since: { revision: 1 }, restated: { totalWithoutVat: { amount: '25.85' } } },
    });
    const third = await done(adjust(centre()));
    expect([third.isNew, third.close.revision]).toEqual([true, 3]);
    expect(decodeInvoiceReady(third.event)?.data.totals.totalWithoutVat.amount).toBe('2.35');
  });

  it('is finished by another version from what the close holds, without pricing anything again', async () => {
    await centre().deliver(talks(1, '2026-03', 2_501));
    const killed = killedAt(centre().invoicer.log, topics.invoiceReady.name);
    await expect(adjust(centre(), { log: killed, closeLog: new CloseLog(killed) })).rejects.toThrow('killed');
    expect([(await closes(centre())).length, (await events(centre())).length]).toEqual([4, 3]);
    // It has another price for everything, and no catalogue of an earlier version.
    const other = centreContract(centre(), '9.99');
    const lookupOf = () => Promise.reject(new Error('nothing is to be priced'));
    const software = { ...centre().invoicer.software, code: '2.0.0+other', timeZones: '2031z' };
    const deps = { ...centre().invoicer, closeLog: new CloseLog(centre().invoicer.log), lookupOf, software };
    expect((await done(closePeriod(other, '2026-03', deps))).close.revision).toBe(1);
    const written = (await events(centre())).map((text) => decodeInvoiceReady(text)?.data);
    expect(written.map((data) => data?.totals.totalWithoutVat.amount)).toEqual([
      '23.50',
      '2.35',
      '2.35',
      '2.35',
    ]);
    const digests = (await closes(centre())).map((text) => decodeClose(text)?.digest);
    expect((await events(centre())).map((text) => hash('sha256', text))).toEqual(digests);
  });

  it('has changed nothing where it stopped before its close', async () => {
    await centre().deliver(talks(1, '2026-03', 3_001));
    const before = [await closes(centre()), await events(centre())];
    const killed = killedAt(centre().invoicer.log, topics.closes.name);
    await expect(adjust(centre(), { log: killed, closeLog: new CloseLog(killed) })).rejects.toThrow('killed');
    expect([await closes(centre()), await events(centre())]).toEqual(before);
  });
});

describe('A close that is made again', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  const verified = (revision: number, deps: Partial<CloseDeps> = {}) =>
    verifyClose('calls', '2026-03', revision, { ...centre().invoicer, ...deps });

  it('has the same bytes in another process, whatever came since, and names what that one has otherwise', async () => {
    expect(await verified(1)).toEqual({ status: 'unknownRevision', revisions: 0 });
    await centre().closeText('calls', '2026-03');
    await centre().deliver(talks(2, '2026-03', 1_001));
    await done(adjust(centre()));
    await centre().deliver(talks(1, '2026-03', 2_001));
    const written = [await closes(centre()), await events(centre())];
    for (const revision of [1, 2]) {
      expect(await verified(revision)).toMatchObject({ status: 'same', close: { revision }, software: [] });
    }
    const { software } = centre().invoicer;
    const other = { ...software, timeZones: '2031z' };
    expect(await verified(1, { software: other })).toMatchObject({
      status: 'same',
      software: [{ part: 'timeZones', closed: software.timeZones, here: '2031z' }],
    });
    expect([await closes(centre()), await events(centre())]).toEqual(written);
  });

  it('says where its bytes differ, and which software is another', async () => {
    const { lookup, software } = centre().invoicer;
    const dearer = centreContract(centre(), '2.50');
    const lookupOf = async () => ({ ...lookup, contract: () => dearer });
    expect(await verified(1, { lookupOf, software: { ...software, code: '2.0.0+x' } })).toMatchObject({
      status: 'differs',
      first: { path: 'data.lines.0.itemNetPrice.amount', closed: '"2.35"', here: '"2.5"' },
      software: [{ part: 'code', closed: software.code, here: '2.0.0+x' }],
    });
  });
});

describe('Two invoicers that adjust at the same time', () => {
  const centre = centreOf([contract('calls', perCall)], (open) => open.deliver(talks(10, '2026-03', 1)));

  it('agree on the close that came first, whose event both return', async () => {
    await centre().closeText('calls', '2026-03');
    await centre().deliver(talks(1, '2026-03', 1_001));
    const stale = await centre().invoicer.tallied('calls', '2026-03');
    let winner: CloseResult | null = null;
    const loser = await done(
      adjust(centre(), {
        tallied: async () => {
          await centre().deliver(talks(2, '2026-03', 2_001));
          winner = await adjust(centre());
          return stale;
        },
      }),
    );
    expect(winner).toMatchObject({ status: 'closed', isNew: true, event: loser.event });
    expect(loser.isNew).toBe(false);
    expect(decodeInvoiceReady(loser.event)?.data.totals.totalWithoutVat.amount).toBe('7.05');
    expect([(await closes(centre())).length, (await events(centre())).length]).toEqual([3, 2]);
    const again = await done(adjust(centre()));
    expect([again.isNew, again.event]).toEqual([false, loser.event]);
  });

  it('write the same bytes where their results are equal', async () => {
    await centre().deliver(talks(1, '2026-03', 3_001));
    const [one, other] = await Promise.all([done(adjust(centre())), done(adjust(centre()))]);
    expect([one.event, one.close.revision]).toEqual([other.event, 3]);
    const answer = periodAnswer((await centre().periods.live('calls', '2026-03'))!);
    expect(answer.closed?.revisions.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  it('do not take back what one of them invoiced under a newer catalogue', async () => {
    const { lookup, log } = centre().invoicer;
    const before = await closes(centre());
    const { version, ...content } = { ...lookup.catalogue, tenant: 'other' };
    const newer = { ...content, version: versionOf(content) };
    const catalogues = new CatalogueLog(log);
    const act = { author: 'the centre', reason: null, at: 0 };
    await catalogues.apply(newer, act, await catalogues.inForce());
    await log.append(topics.catalogue.name, [{ key: 'poison', value: 'no catalogue' }]);
    expect(await adjust(centre())).toEqual({ status: 'superseded', own: version, inForce: newer.version });
    expect(await closes(centre())).toEqual(before);
    await catalogues.apply(lookup.catalogue, act, await catalogues.inForce());
    expect((await done(adjust(centre()))).isNew).toBe(false);
  });

  it('close nothing at a cut before an earlier one, nor what cannot be compared', async () => {
    const { metered, tallied } = centre().invoicer;
    const before = await closes(centre());
    const oneLess = (offsets: readonly number[]) => offsets.map((offset) => Math.max(0, offset - 1));
    const { facts, heads } = await metered();
    const { offsets, quantities } = await tallied('calls', '2026-03');
    for (const [status, all, deps] of [
      ['meterBehind', facts, { metered: async () => ({ facts: oneLess(facts), heads }) }],
      ['tallyBehind', offsets, { tallied: async () => ({ offsets: oneLess(offsets), quantities }) }],
    ] as const) {
      const partition = all.findIndex((offset) => offset > 0);
      const cutOffset = all[partition] ?? 0;
      const behind = { status, partition, offset: cutOffset - 1, cutOffset };
      expect(await adjust(centre(), deps)).toEqual(behind);
      // The first close of another month would charge too little.
      const given = { ...centre().invoicer, ...deps };
      expect(await closePeriod(centre().contract('calls'), '2026-02', given)).toEqual(behind);
    }
    expect(await closes(centre())).toEqual(before);
  });
});

describe('A period that is read live', () => {
  const gated = `
measures: { contacts: { kind: count, of: handled } }
kpis: { csat: { type: topBox, question: csat, minSample: 1, onNoData: previousPeriod } }
lines:
  - { id: L1, model: perUnit, measure: contacts, price: '3.00', payIf: { kpi: csat, op: gt, value: '0.85' } }
  - { id: L2, model: perUnit, measure: contacts, price: '1.00' }
corridors:
  - { id: volume, line: L2, forecast: F, lower: '0.9', shortfallPrice: '1.00' }
`;
  const centre = centreOf([contract('gated', gated), contract('calls', perCall)], (open) =>
    open.deliver(
      talks(10, '2026-03', 1),
      talks(20, '2026-04', 1_001),
      outcomes([
        {
          type: 'survey.answered',
          subject: 's1',
          at: paris('2026-03-20T10:00'),
          data: { question: 'csat', score: 3 },
        },
      ]),
    ),
  );

  it('shows what a close would give, also where the price depends on an earlier period', async () => {
    // April has no survey answers; in March no customer was satisfied, so that nothing is paid for L1
    const live = await centre().periods.live('gated', '2026-04');
    expect(live?.invoice.totals.net.toFixed(2)).toBe('20.00');
    const event = await centre().close('gated', '2026-04');
    expect(event.totals.totalWithoutVat.amount).toBe('20.00');
    expect(event.earlierPeriods).toEqual([
      { period: '2026-03', quantities: expect.objectContaining({ 'kpi/csat/1/-/d/-': 1 }) },
    ]);
    const past = event.earlierPeriods.map(({ period, quantities }) => {
      return { period, quantities: new Map(Object.entries(quantities)) };
    });
    const again = price(centre().contract('gated'), {
      contract: 'gated',
      period: '2026-04',
      quantities: new Map(Object.entries(event.quantities)),
      history: past,
    });
    expect(again.rows).toEqual(event.explanation);
  });

  it('shows which clauses could not be applied', async () => {
    const answer = periodAnswer((await centre().periods.live('gated', '2026-04'))!);
    expect(answer.notes).toEqual([
      { clause: 'volume', message: expect.stringContaining('no forecast for 2026-04') },
    ]);
  });

  it('shows whether it is closed, by which revisions, and what is not invoiced yet', async () => {
    const shown = async () => periodAnswer((await centre().periods.live('calls', '2026-03'))!).closed;
    expect(await shown()).toBeNull();
    await centre().closeText('calls', '2026-03');
    expect(await shown()).toMatchObject({
      invoiced: '23.50',
      revisions: [{ revision: 1, net: '23.50', cause: null, document: null, carriedBy: null }],
      difference: null,
    });
    await centre().deliver(talks(2, '2026-03', 5_001));
    expect(await shown()).toMatchObject({
      invoiced: '23.50',
      difference: {
        net: '4.70',
        lines: [{ id: 'L1', quantity: '2', amount: '4.70' }],
        allowancesAndCharges: [],
      },
    });
    const { close } = await done(adjust(centre()));
    expect(await shown()).toMatchObject({
      invoiced: '28.20',
      revisions: [
        { revision: 1 },
        {
          revision: 2,
          event: close.invoice,
          net: '4.70',
          cause: 'lateEvents',
          document: 'nextInvoice',
          carriedBy: '2026-04',
        },
      ],
      difference: null,
    });
  });
});
