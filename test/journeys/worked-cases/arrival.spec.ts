import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#apps/cli/demo/random.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { type Centre, centreOf, contract, net } from './centre.js';
import { calls, customer, laidOut, outcomes, paris, stretch, type BusinessEvent } from './work.js';

/** The same month however it arrives: late, doubled, in disorder, corrected. The invoice is the same text. */
describe('outcomes, agents’ days and calls', () => {
  const hybrid = `
measures:
  work: { kind: agentTime, states: [TALK, HOLD, ACW, PREP] }
  sales: { kind: events, name: sale.made, unless: [sale.cancelled] }
  turnover: { kind: eventSum, name: sale.made, field: amount, unless: [sale.cancelled] }
kpis:
  csat: { type: topBox, question: csat }
  conversion: { type: ratio, numerator: { name: sale.made }, denominator: { name: lead.worked } }
lines:
  - { id: L1, model: time, measure: work, price: '29.50' }
  - { id: L2, model: perUnit, measure: sales, price: '45.00' }
  - { id: L3, model: passThrough, measure: turnover, markup: '0.02' }
bonusMalus:
  - { id: B, kpi: csat, base: [L1], shapes: [{ shape: step, points: [{ gt: '0.5', rate: '+0.02' }] }] }
`;
  const at = (index: number): number => paris('2026-04-02T10:00') + index * 3_600_000;

  /** Leads that became sales, some of them cancelled; amounts and answers are corrected by a revision. */
  function deliveries(): RecordedDelivery[] {
    const events = Array.from({ length: 150 }, (_, index): BusinessEvent[] => {
      const subject = `lead-${index}`;
      const sold = { amount: `${10 + index}.90`, customer: customer(index), agent: 'voice:1' };
      const answer = { question: 'csat', score: (index % 5) + 1 };
      return [
        { type: 'lead.worked', subject, at: at(index) },
        { type: 'sale.made', subject, at: at(index) + 60_000, data: sold },
        { type: 'survey.answered', subject, at: at(index) + 90_000, data: answer },
        stretch(1, 'PREP', at(index) - 900_000, at(index) - 600_000),
        ...(index % 10 === 0 ? [{ type: 'sale.cancelled', subject, at: at(index) + 120_000 }] : []),
      ];
    }).flat();
    const corrected = events.map((event): BusinessEvent => {
      if (event.type !== 'sale.made') return event;
      return { ...event, data: { ...event.data, amount: '20.00' }, revision: 1 };
    });
    const month = { from: '2026-04-01', to: '2026-04-28', slotS: 240 };
    const worked = laidOut(300, month, (place) => ({ ...place, talkS: 150, acwS: 30 }));
    return [...outcomes(events), ...outcomes(corrected), ...calls(worked)];
  }

  const inOrder = centreOf([contract('hybrid', hybrid)], (open) => open.deliver(deliveries()));
  const otherwise = centreOf([contract('hybrid', hybrid)], async (open) => {
    const random = seededRandom(7);
    const all = [...deliveries(), ...deliveries()].map((delivery) => ({ delivery, rank: random.next() }));
    const shuffled = all.toSorted((a, b) => a.rank - b.rank).map(({ delivery }) => delivery);
    for (let from = 0; from < shuffled.length; from += 5) await open.deliver(shuffled.slice(from, from + 5));
  });

  it('gives one invoice for outcomes, agents’ days and calls', async () => {
    const invoice = await inOrder().close('hybrid', '2026-04');
    // 135 sales that stood at 20.00: 2 700.00 of turnover and 2 % on it
    expect(invoice.lines.map(({ netAmount }) => netAmount.amount).slice(1)).toEqual(['6075.00', '2754.00']);
    expect(invoice.lines[0]!.measured.quantity).toBe(String(300 * 180 + 150 * 300));
  });

  it('gives the same text when deliveries are doubled and out of order', async () => {
    const texts = await Promise.all(
      [inOrder(), otherwise()].map((open: Centre) => open.closeText('hybrid', '2026-04')),
    );
    expect(texts[1]).toBe(texts[0]);
  });

  it('leaves a closed month as it is when more of it is delivered', async () => {
    const closed = await inOrder().close('hybrid', '2026-04');
    const late = { type: 'sale.made', subject: 'lead-late', at: at(1), data: { amount: '500.00' } };
    await inOrder().deliver(outcomes([late], 900_001));
    expect(net(await inOrder().close('hybrid', '2026-04'))).toBe(net(closed));
    expect((await inOrder().periods.live('hybrid', '2026-04'))?.invoice.totals.net.gt(net(closed))).toBe(
      true,
    );
  });
});
