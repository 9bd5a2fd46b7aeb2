import { describe, expect, it } from '@jest/globals';
import { closePeriod } from '#pipeline/close/close-period.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { amounts, centreOf, contract, net } from './centre.js';
import { type BusinessEvent, outcomes, paris } from './work.js';

/**
 * March: a data fix of 7.5 h (approved in March, and once more in April under another event), a script of 4 h
 * that no one approved, and a courier of 412.35 that no one approved. At 48.00 an hour 7.5 h are 360.00; the
 * script would be 192.00, the courier with 10 % 453.585, so 453.59: 645.59 together.
 */
const terms = `
measures:
  asked: { kind: adHoc, of: hours }
  expenses: { kind: adHoc, of: amount }
lines:
  - { id: extra, model: time, measure: asked, price: '48.00' }
  - { id: costs, model: passThrough, measure: expenses, markup: '0.10' }
`;

const event = (
  subject: string,
  type: string,
  at: string,
  data: BusinessEvent['data'] = {},
): BusinessEvent => ({ type: `adhoc.${type}`, subject, at: paris(at), data });

describe('Ad-hoc work', () => {
  const centre = centreOf([contract('extra', terms)], (open) =>
    open.deliver(
      outcomes([
        event('T-1', 'recorded', '2026-03-10T09:00', { hours: '7.5', purpose: 'data fix' }),
        event('T-1', 'approved', '2026-03-12T09:00', { approver: 'buyer-7' }),
        event('T-2', 'recorded', '2026-03-11T09:00', { hours: '4', ticket: 'T-2', purpose: 'script' }),
        event('T-3', 'recorded', '2026-03-20T09:00', { amount: '412.35', purchaseOrder: 'PO-77' }),
      ]),
    ),
  );
  const close = (reason: string | null) =>
    closePeriod(centre().contract('extra'), '2026-03', centre().invoicer, 'close', reason);

  it('without approval is left out by a close, which lists it with its value', async () => {
    const nothing = { units: null, amount: null, purpose: null, purchaseOrder: null, ticket: null };
    const work = [
      {
        kind: 'unapprovedWork',
        id: 'crm:outcome/T-2',
        contacts: 0,
        durationMs: 14_400_000,
        adHoc: { ...nothing, purpose: 'script', ticket: 'T-2' },
      },
      {
        kind: 'unapprovedWork',
        id: 'crm:outcome/T-3',
        contacts: 0,
        durationMs: 0,
        adHoc: { ...nothing, amount: '412.35', purchaseOrder: 'PO-77' },
      },
    ];
    const value = { amount: '645.59', currency: 'EUR' };
    expect(await close(null)).toEqual({
      status: 'omissions',
      omissions: {
        work,
        estimatedValues: [{ kind: 'unapprovedWork', totalWithoutVat: value }],
        parked: [],
        refused: [],
        acceptedBecause: null,
      },
    });
    const result = await close('asked for on 2 April');
    if (result.status !== 'closed') throw new Error(result.status);
    const text = invoiceText(result.event, 'fr').replaceAll('\u00a0', ' ');
    expect(text).toContain('travaux ponctuels sans approbation crm:outcome/T-2: 4,00 h, script, ticket T-2');
    expect(text).toContain('crm:outcome/T-3: 412,35, bon de commande PO-77');
    expect(text).toContain('si tous étaient approuvés : environ 645,59 EUR');
  });

  it('is charged once, however many approvals name it and however often they are sent', async () => {
    const closed = await centre().close('extra', '2026-03');
    expect([amounts(closed), net(closed)]).toEqual([{ extra: '360.00' }, '360.00']);
    const again = event('T-1', 'approved', '2026-04-03T09:00', { approver: 'buyer-8' });
    await centre().deliver(outcomes([again], 101), outcomes([again], 101));
    expect((await centre().adjust('extra', '2026-03')).revision).toBe(1);
  });

  it('that is approved after the close is an adjustment of its own month', async () => {
    await centre().deliver(outcomes([event('T-2', 'approved', '2026-04-04T09:00')], 201));
    const adjusted = await centre().adjust('extra', '2026-03');
    expect([adjusted.revision, adjusted.period, net(adjusted)]).toEqual([2, '2026-03', '192.00']);
    expect(adjusted.adjusts).toMatchObject({ cause: 'lateEvents', carriedBy: '2026-04' });
  });

  it('whose approval is withdrawn goes back from the month that charged it', async () => {
    await centre().deliver(outcomes([event('T-1', 'withdrawn', '2026-05-04T09:00')], 301));
    const adjusted = await centre().adjust('extra', '2026-03');
    expect([adjusted.revision, adjusted.period, net(adjusted)]).toEqual([3, '2026-03', '-360.00']);
    expect(adjusted.adjusts?.restated.totalWithoutVat.amount).toBe('192.00');
    // and is back once it is approved again
    await centre().deliver(outcomes([event('T-1', 'approved', '2026-05-06T09:00')], 401));
    expect(net(await centre().adjust('extra', '2026-03'))).toBe('360.00');
  });
});
