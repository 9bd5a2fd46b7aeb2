import { describe, expect, it } from '@jest/globals';
import type { ContactContent } from '#domain/posting/posting.js';
import { omissionLines } from '#contract-text/invoice/omissions-text.js';
import { closePeriod, type CloseResult } from '#pipeline/close/close-period.js';
import { appendAct } from '#pipeline/operator-acts.js';
import { asWritten, verifyClose } from '#pipeline/close/verify-close.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { encodeContent } from '#wire/posting-content.js';
import { encodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { type Centre, centreOf, contract } from './centre.js';
import { calls, customer, paris } from './work.js';

const perCall = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
`;

/** A call of the brand's queue in March that was never posted. */
const startedAt = paris('2026-03-12T10:00');
const never: ContactContent = {
  kind: 'contact',
  contact: 'voice:never-posted',
  connection: 'voice',
  direction: 'inbound',
  media: 'voice',
  customer: 'some customer',
  segments: [
    { queue: 'voice:orders', enteredAt: startedAt, leftAt: startedAt, waitMs: 0, result: 'answered' },
  ],
  legs: [
    {
      agent: 'voice:1',
      queue: 'voice:orders',
      startedAt,
      endedAt: startedAt + 60_000,
      talkMs: 60_000,
      holdMs: 0,
      dialMs: 0,
      acwMs: null,
      acwStartedAt: null,
      disposition: null,
      transferredOut: false,
    },
  ],
  missed: [],
};

/** Journal and tally as a defect of the program would leave them: it is taken back and was never posted. */
async function takeBack(centre: Centre): Promise<void> {
  const record = encodeJournalRecord({
    // A source of its own, so that it is not before or after a posting of the calls.
    position: { partition: 9, offset: 0, index: 0 },
    interpretation: 1,
    cause: 'fact',
    recordedAt: null,
    before: '',
    changes: [{ sign: -1, contentText: encodeContent(never) }],
  });
  await centre.invoicer.log.append(topics.postings.name, [{ key: 'some customer', value: record.value }]);
}

async function closed(
  centre: Centre,
  id: string,
  month: string,
  acceptOmissions: string | null = null,
): Promise<CloseResult> {
  return closePeriod(centre.contract(id), month, centre.invoicer, 'close', acceptOmissions);
}

describe('The close of a month of which something is parked', () => {
  let before: Awaited<ReturnType<typeof closed>> | null = null;
  let parking: string | null = null;
  const centre = centreOf([contract('calls', perCall)], async (open) => {
    const call = (month: string, id: number) =>
      calls([{ at: paris(`${month}-10T09:00`), talkS: 60, customer: customer(1) }], id);
    await open.deliver(call('2026-02', 1), call('2026-03', 2));
    before = await closed(open, 'calls', '2026-02');
    await takeBack(open);
    parking = await open.deliver(call('2026-04', 3)).then(() => null, String);
  });

  it('was closed before, and is said to have something parked where work comes afterwards', () => {
    expect(before?.status).toBe('closed');
    expect(parking).toContain('voice:never-posted is parked');
  });

  it('waits, and names what is parked and the refusal that says why', async () => {
    expect(await closed(centre(), 'calls', '2026-03')).toEqual({
      status: 'parked',
      work: [
        {
          stage: 'tally',
          entity: 'voice:never-posted',
          refusal: expect.stringMatching(/^[\w-]{16}$/),
          partition: expect.any(Number),
          offset: expect.any(Number),
          cause: 'never-posted',
          decision: null,
        },
      ],
    });
  });

  it('goes on for the months in which nothing is, once its refusal is accepted', async () => {
    expect((await closed(centre(), 'calls', '2026-04')).status).toBe('omissions');
    const april = await closed(centre(), 'calls', '2026-04', 'the parked contact is of March');
    expect(april).toMatchObject({ status: 'closed', isNew: true });
  });

  it('leaves it out by the decision of an operator, which the close holds with author and reason', async () => {
    const { log, parked } = centre().invoicer;
    const [mark] = await parked(centre().contract('calls'), '2026-03');
    const { partition = -1, offset = -1 } = mark ?? {};
    const act = { act: 'parked-left-out', stage: 'tally', entity: 'voice:never-posted' } as const;
    const decision = { author: 'Ops', reason: 'agreed with Aurore', at: 1 };
    // A decision about something that was parked at another place is none.
    await appendAct(log, { ...act, ...decision, partition, offset: offset + 1 });
    expect((await closed(centre(), 'calls', '2026-03')).status).toBe('parked');
    await appendAct(log, { ...act, ...decision, partition, offset });
    const unaccepted = await closed(centre(), 'calls', '2026-03');
    const parkedNow = [
      { stage: 'tally', entity: 'voice:never-posted', author: 'Ops', reason: 'agreed with Aurore' },
    ];
    expect(unaccepted).toMatchObject({ status: 'omissions', omissions: { parked: parkedNow } });
    const march = await closed(centre(), 'calls', '2026-03', 'one contact, agreed');
    expect(march).toMatchObject({
      status: 'closed',
      close: {
        omissions: { parked: parkedNow, acceptedBecause: 'one contact, agreed' },
        cut: { without: [{ entity: 'voice:never-posted', partition, offset }] },
      },
    });
    // By hand: the one call that was posted, at 2.35.
    const event = march.status === 'closed' ? decodeInvoiceReady(march.event) : null;
    expect(event?.data.totals.totalWithoutVat.amount).toBe('2.35');
    // The brand reads that something is not in it, and why; of whom and by whom, is in the close.
    expect(event?.data.omissions).toEqual({
      work: [],
      estimatedValues: [],
      parked: [{ stage: 'tally', refusal: mark?.refusal, reason: 'agreed with Aurore' }],
      acceptedBecause: 'one contact, agreed',
    });
    expect((await verifyClose('calls', '2026-03', 1, centre().invoicer)).status).toBe('same');
    const again = await closePeriod(centre().contract('calls'), '2026-03', centre().invoicer, 'adjust');
    expect(again).toMatchObject({ status: 'closed', isNew: false });
  });

  it('shows what an event says of it in both languages', async () => {
    const march = await closed(centre(), 'calls', '2026-03');
    const event = march.status === 'closed' ? decodeInvoiceReady(march.event) : null;
    const lines = (lang: 'en' | 'fr') => (event === null ? [] : omissionLines(event.data.omissions, lang));
    const refusal = event?.data.omissions.parked?.[0]?.refusal;
    expect(refusal).toMatch(/^[\w-]{16}$/);
    expect(lines('en')).toContain(`  - could not be counted: refusal ${refusal} (agreed with Aurore)`);
    expect(lines('fr')).toContain(`  - n’a pas pu être compté : refus ${refusal} (agreed with Aurore)`);
  });

  it('is compared without it where the event was written by a version that did not say it', async () => {
    const march = await closed(centre(), 'calls', '2026-03');
    if (march.status !== 'closed') throw new Error(march.status);
    const { close } = march;
    expect(asWritten(close, JSON.parse(march.event))).toBe(close);
    const earlier = { work: [], estimatedValues: [], acceptedBecause: null };
    expect(asWritten(close, { data: { omissions: earlier } }).omissions).toEqual({
      ...close.omissions,
      parked: [],
    });
  });

  it('answers the event of a month that was closed before', async () => {
    expect(await closed(centre(), 'calls', '2026-02')).toMatchObject({ status: 'closed', isNew: false });
  });
});
