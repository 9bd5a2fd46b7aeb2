import { describe, expect, it } from '@jest/globals';
import { closePeriod } from '#pipeline/close/close-period.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { centreOf, contract } from './centre.js';
import { type Call, calls, customer, paris } from './work.js';

/**
 * Four calls of an hour at 30.17 per hour, of which one is in a queue that no programme has and one was taken
 * by an agent whom the catalogue does not know. What is charged: two hours. Mapped, the third would cost one
 * hour more; with the agent known, the fourth.
 */
const perHour = `
measures: { talk: { kind: agentTime, states: [TALK] } }
lines: [{ id: hours, model: time, measure: talk, unit: hour, price: '30.17' }]
`;

const hour = (own: Partial<Call>, index: number): Call => ({
  at: paris(`2026-03-10T0${index + 1}:00`),
  talkS: 3_600,
  customer: customer(index),
  ...own,
});

describe('A close that leaves work out', () => {
  const centre = centreOf([contract('hours', perHour)], (open) =>
    open.deliver(calls([{}, {}, { queue: 'forgotten' }, { agent: 999 }].map(hour), 1)),
  );
  const work = [
    { kind: 'unmappedQueue', id: 'voice:forgotten', contacts: 1, durationMs: 3_600_000 },
    { kind: 'unknownAgent', id: 'voice:999', contacts: 1, durationMs: 3_600_000 },
  ];
  const estimatedValues = [
    { kind: 'unmappedQueue', totalWithoutVat: { amount: '30.17', currency: 'EUR' } },
    { kind: 'unknownAgent', totalWithoutVat: { amount: '30.17', currency: 'EUR' } },
  ];
  const close = (reason: string | null) =>
    closePeriod(centre().contract('hours'), '2026-03', centre().invoicer, 'close', reason);

  it('does not happen without a reason, and says how much is left out', async () => {
    const result = await close(null);
    expect(result).toEqual({
      status: 'omissions',
      omissions: { work, estimatedValues, refused: [], parked: [], acceptedBecause: null },
    });
  });

  it('says in its event what is left out and why, and charges the rest', async () => {
    const result = await close('the brand agreed');
    if (result.status !== 'closed') throw new Error(result.status);
    const data = decodeInvoiceReady(result.event)?.data;
    expect(data?.totals.totalWithoutVat.amount).toBe('60.34');
    expect(data?.omissions).toEqual({ work, estimatedValues, acceptedBecause: 'the brand agreed' });
    expect(result.close.omissions).toMatchObject({ work, refused: [] });
    const text = invoiceText(result.event, 'fr');
    expect(text).toContain('file d’aucun programme voice:forgotten: 1 contacts, 1,00 h');
    expect(text).toContain('accepté : the brand agreed');
  });

  it('is not asked for where nothing is left out', async () => {
    const result = await closePeriod(centre().contract('hours'), '2026-04', centre().invoicer);
    if (result.status !== 'closed') throw new Error(result.status);
    expect(result.close.omissions).toEqual({
      work: [],
      estimatedValues: [],
      refused: [],
      parked: [],
      acceptedBecause: null,
    });
  });
});
