import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { amounts, contract, net } from './centre.js';
import { Commanded, type InvoiceEvent } from './commanded.js';
import { type Call, calls, paris } from './work.js';

/**
 * The example of docs/contracts.md: calls at 2.35 with 20 % of VAT, at least 100.00 a month. Three months,
 * what becomes known late of the first two, and on which invoices it is paid, by the command line.
 */
const terms = contract(
  'calls',
  `
term: { firstDay: 2026-03-01 }
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
limits: { monthlyMin: '100.00' }`,
);

const minute = 60_000;

function row(count: number, from: string): Call[] {
  return Array.from({ length: count }, (_, index) => ({ at: paris(from) + index * 2 * minute, talkS: 60 }));
}

describe('what becomes known of a month after its close', () => {
  const centre = new Commanded([terms]);
  const known: Record<string, InvoiceEvent> = {};
  const close = async (name: string, month: string, ...flags: string[]): Promise<InvoiceEvent> =>
    (known[name] = await centre.close('calls', month, ...flags));
  beforeAll(async () => {
    await centre.deliver(
      calls([...row(40, '2026-03-02T09:00'), ...row(30, '2026-04-02T09:00'), ...row(10, '2026-05-04T09:00')]),
    );
  }, 60_000);
  afterAll(() => centre.remove());

  it('is twice an adjustment of March that waits for the invoice of April', async () => {
    // 40 x 2.35 = 94.00, up to the minimum
    expect(amounts((await close('march', '2026-03')).data)).toEqual({ L1: '94.00', monthlyMin: '6.00' });
    await centre.deliver(calls(row(2, '2026-03-20T09:00'), 1_001));
    // 42 x 2.35 = 98.70: 4.70 more for calls, 4.70 less up to the minimum
    const second = await close('second', '2026-03', '--adjust');
    expect(amounts(second.data)).toEqual({ L1: '4.70', monthlyMin: '-4.70' });
    await centre.deliver(calls(row(3, '2026-03-21T09:00'), 2_001));
    // 45 x 2.35 = 105.75: no top-up any more
    const third = await close('third', '2026-03', '--adjust');
    expect([amounts(third.data), net(third.data)]).toEqual([{ L1: '7.05', monthlyMin: '-1.30' }, '5.75']);
    for (const { data } of [second, third]) {
      expect(data.adjusts).toMatchObject({ document: 'nextInvoice', carriedBy: '2026-04', payable: false });
    }
  }, 60_000);

  it('is on the invoice of April once, and its minimum does not see it', async () => {
    const april = await close('april', '2026-04');
    const { march, second, third } = known;
    // 30 x 2.35 = 70.50, up to the minimum 29.50; then 0.00 and 5.75 of March
    expect(amounts(april.data)).toEqual({
      L1: '70.50',
      monthlyMin: '29.50',
      '2026-03/2/L1': '4.70',
      '2026-03/2/monthlyMin': '-4.70',
      '2026-03/3/L1': '7.05',
      '2026-03/3/monthlyMin': '-1.30',
    });
    // 105.75 x 20 % = 21.15
    expect(april.data.totals).toMatchObject({
      totalWithoutVat: { amount: '105.75' },
      totalVat: { amount: '21.15' },
      totalWithVat: { amount: '126.90' },
    });
    expect(april.data.carried).toEqual([
      {
        adjustment: second?.id,
        period: '2026-03',
        revision: 2,
        precedingInvoice: march?.id,
        totalWithoutVat: { amount: '0.00', currency: 'EUR' },
      },
      {
        adjustment: third?.id,
        period: '2026-03',
        revision: 3,
        precedingInvoice: march?.id,
        totalWithoutVat: { amount: '5.75', currency: 'EUR' },
      },
    ]);
    const line = april.data.lines.find(({ identifier }) => identifier === '2026-03/3/L1');
    expect(line).toMatchObject({
      corrects: { adjustment: third?.id, period: '2026-03', revision: 3 },
      period: { startDate: '2026-03-01', endDate: '2026-03-31' },
      invoicedQuantity: '3',
    });
    expect(third?.data.adjusts?.carriedByEvent).toBe(april.id);
    expect((await close('again', '2026-04')).text).toBe(april.text);
  }, 60_000);

  it('is on the invoice of May where April is closed, with what became known of April itself', async () => {
    await centre.deliver(calls([...row(1, '2026-03-22T09:00'), ...row(20, '2026-04-20T09:00')], 3_001));
    const fourth = await close('fourth', '2026-03', '--adjust');
    expect([net(fourth.data), fourth.data.adjusts?.carriedBy]).toEqual(['2.35', '2026-05']);
    // 50 x 2.35 = 117.50 instead of 100.00; what April carried is none of its own
    const adjusted = await close('adjusted', '2026-04', '--adjust');
    expect(amounts(adjusted.data)).toEqual({ L1: '47.00', monthlyMin: '-29.50' });
    expect(adjusted.data.adjusts).toMatchObject({
      carriedBy: '2026-05',
      since: { totalWithoutVat: { amount: '100.00' } },
      restated: { totalWithoutVat: { amount: '117.50' } },
    });
    // 10 x 2.35 = 23.50 and 76.50, then 2.35 and 17.50
    const may = await close('may', '2026-05');
    expect([net(may.data), may.data.carried?.map(({ period, revision }) => [period, revision])]).toEqual([
      '119.85',
      [
        ['2026-03', 4],
        ['2026-04', 2],
      ],
    ]);
    // 46 + 50 calls at 2.35, and the minimum of May: 108.10 + 117.50 + 100.00
    const payable = ['march', 'april', 'may'].map((name) =>
      Number(known[name]?.data.totals.totalWithoutVat.amount),
    );
    expect(payable.reduce((sum, each) => sum + each, 0)).toBeCloseTo(325.6, 5);
  }, 60_000);

  it('shows in the text of both invoices where it is paid, and can be made and explained again', async () => {
    const said = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await centre.run(...args);
      expect([code, stderr]).toEqual([0, '']);
      return stdout.replaceAll('\u00a0', ' ');
    };
    const text = await said('explain', 'calls/2026-04');
    expect(text).toMatch(/2026-03\/3\/L1 +L1, correction of 2026-03, revision 3 +3 .*7\.05/);
    expect(text).toContain('Checked: 7 amounts computed again');
    expect(await said('explain', 'calls/2026-04', '--lang', 'fr')).toContain(
      'rectification de 2026-03, révision 3',
    );
    expect(await said('explain', 'calls/2026-03', '--revision', '3')).toContain(
      'paid with that invoice, and never by itself',
    );
    expect(await said('verify', 'calls/2026-04')).toContain('the same bytes');
    expect(await said('verify', 'calls/2026-05')).toContain('the same bytes');
  }, 60_000);
});

describe('a contract that ends before the month whose invoice was to carry an adjustment', () => {
  const centre = new Commanded([terms]);
  afterAll(() => centre.remove());

  it('settles what waits for that month, and charges nothing else for it', async () => {
    await centre.deliver(calls(row(50, '2026-03-02T09:00')));
    await centre.close('calls', '2026-03');
    await centre.deliver(calls(row(2, '2026-03-20T09:00'), 1_001));
    await centre.close('calls', '2026-03', '--adjust');
    const ended = terms.replace('firstDay: 2026-03-01', 'firstDay: 2026-03-01, lastDay: 2026-03-31');
    await centre.amend([ended]);
    const april = await centre.close('calls', '2026-04');
    // 2 x 2.35
    expect(amounts(april.data)).toEqual({ '2026-03/2/L1': '4.70' });
    const may = await centre.run('close', 'calls', '2026-05', '--json');
    expect(may.code).not.toBe(0);
    expect(may.stderr).toContain('has periods from 2026-03 to 2026-03');
  }, 60_000);
});
