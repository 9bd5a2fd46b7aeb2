import { describe, expect, it } from '@jest/globals';
import { amounts, centreOf, contract, net, shown } from './centre.js';
import { type Call, calls, customer, laidOut, outcomes, paris, type BusinessEvent } from './work.js';

/**
 * Worked cases of payment by results, from events to the invoice; see time.spec.ts for how they are named.
 */
const dayMs = 86_400_000;

describe('first-contact resolution (cases 6 and 6b)', () => {
  const solved = (settleAfter: string): string => `
term: { firstDay: 2026-04-01 }
kpis: { fcr: { type: fcrPerContact, window: P7D, unknownCustomer: exclude } }
measures: { solved: { kind: resolved, kpi: fcr } }
lines: [{ id: L1, model: outcome, measure: solved, price: '4.20', settleAfter: ${settleAfter} }]
`;
  const centre = centreOf(
    [contract('at-close', solved('close')), contract('matured', solved('maturity'))],
    (open) => {
      // 1 850 customers call again on the third day, 4 300 do not, and 100 calls are withheld
      const firsts = laidOut(1_850, { from: '2026-04-01', to: '2026-04-02', slotS: 300 }, callOf(0));
      const repeats = firsts.map((call): Call => ({ ...call, at: call.at + 2 * dayMs }));
      const singles = laidOut(4_300, { from: '2026-04-05', to: '2026-04-30', slotS: 300 }, callOf(1_850));
      const withheld = laidOut(100, { from: '2026-04-05', to: '2026-04-30', slotS: 300 }, ({ at, agent }) => {
        return { at, talkS: 180, agent: 150 + agent };
      });
      return open.deliver(calls([...firsts, ...repeats, ...singles, ...withheld]));
    },
  );

  function callOf(firstCustomer: number) {
    return ({ index, ...place }: { index: number; at: number; agent: number }): Call => {
      return { ...place, talkS: 180, acwS: 60, customer: customer(firstCustomer + index) };
    };
  }

  it('pays contacts resolved at first contact (6, B: "en fonction des résultats obtenus")', async () => {
    const invoice = await centre().close('at-close', '2026-04');
    expect([net(invoice), shown(invoice)]).toEqual(['25830.00', ['6150 C62 at 4.2 for 1']]);
    expect(invoice.kpis).toMatchObject([{ numerator: 6_150, denominator: 8_000, value: '0.7688' }]);
    // where it is paid once verdicts are final, the window of the last days of April is still open
    expect(amounts(await centre().close('matured', '2026-04'))).toEqual({});
  });

  it('takes back April contacts of twelve customers who call again in May (6b)', async () => {
    const closed = await centre().closeText('at-close', '2026-04');
    const again = Array.from({ length: 12 }, (_, index): Call => {
      const at = paris('2026-05-02T10:00') + index * 600_000;
      return { at, talkS: 120, customer: customer(1_850 + 4_299 - index), agent: 60 };
    });
    await centre().deliver(calls(again, 100_001));

    expect(await centre().closeText('at-close', '2026-04')).toBe(closed);
    const correction = await centre().adjust('at-close', '2026-04');
    expect([amounts(correction), shown(correction)]).toEqual([{ L1: '-50.40' }, ['-12 C62 at 4.2 for 1']]);
    expect(correction.lines[0]?.period).toEqual({ startDate: '2026-04-01', endDate: '2026-04-30' });
    expect(correction.adjusts).toMatchObject({
      cause: 'maturedVerdicts',
      restated: { totalWithoutVat: { amount: '25779.60' } },
    });
    expect(net(correction)).toBe('-50.40');
  });

  it('charges April results in May once their verdicts are final, with nothing to take back (6b)', async () => {
    const may = await centre().close('matured', '2026-05');
    expect([net(may), shown(may)]).toEqual(['25779.60', ['6138 C62 at 4.2 for 1']]);
    expect(may.lines[0]!.period).toEqual({ startDate: '2026-04-01', endDate: '2026-04-30' });
  });
});

describe('credit requests approved within 24 hours (case 9)', () => {
  const credit = `
measures:
  inTime: { kind: events, name: credit.approved, within: { from: credit.submitted, atMost: PT24H } }
lines: [{ id: L1, model: perUnit, measure: inTime, price: '18.00' }]
`;
  const request = (
    subject: string,
    submitted: number,
    decided: number,
    decision: string,
  ): BusinessEvent[] => [
    { type: decision, subject, at: decided, data: { queue: 'voice:orders', amount: '12000.00' } },
    { type: 'credit.submitted', subject, at: submitted, data: { queue: 'voice:orders', amount: '12000.00' } },
  ];
  const centre = centreOf([contract('credit', credit)], (open) => {
    const requests = Array.from({ length: 1_000 }, (_, index) => {
      const at = paris('2026-04-07T08:00') + index * 1_200_000;
      if (index < 640) return request(`r${index}`, at, at + dayMs, 'credit.approved');
      if (index < 750) return request(`r${index}`, at, at + dayMs + 1, 'credit.approved');
      return request(`r${index}`, at, at + 3_600_000, 'credit.refused');
    });
    const spring = request('spring', paris('2026-03-28T10:00'), paris('2026-03-29T10:30'), 'credit.approved');
    const autumn = request('autumn', paris('2026-10-24T10:00'), paris('2026-10-25T09:30'), 'credit.approved');
    return open.deliver(outcomes([...requests.flat(), ...spring, ...autumn]));
  });

  it('pays credit requests approved within 24 hours (9, B)', async () => {
    const invoice = await centre().close('credit', '2026-04');
    expect([net(invoice), shown(invoice)]).toEqual(['11520.00', ['640 C62 at 18 for 1']]);
  });

  it.each([
    ['2026-03', 'from Saturday 10:00 to Sunday 10:30, 23.5 hours elapse', '18.00'],
    ['2026-10', 'from Saturday 10:00 to Sunday 09:30, 24.5 hours elapse', '0.00'],
  ])('counts 24 elapsed hours where the clocks change in %s: %s (9)', async (period, _, amount) => {
    expect(net(await centre().close('credit', period))).toBe(amount);
  });
});

describe('conversion of leads (case 10)', () => {
  const conversion = `
measures: { sales: { kind: events, name: sale.made, unless: [sale.cancelled] } }
kpis:
  conversion:
    type: ratio
    numerator: { name: sale.made, unless: [sale.cancelled] }
    denominator: { name: lead.worked }
lines: [{ id: L1, model: perUnit, measure: sales, price: '45.00' }]
bonusMalus:
  - { id: A1, kpi: conversion, base: [L1], shapes: [{ shape: step, points: [{ gte: '0.12', rate: '+0.10' }] }] }
`;
  const lead = (type: string, index: number, at: number): BusinessEvent => ({
    type,
    subject: `lead-${index}`,
    at,
    data: { agent: `voice:${(index % 20) + 1}`, customer: customer(index) },
  });
  const workedAt = (index: number): number => paris('2026-04-01T09:00') + index * 1_200_000;
  const centre = centreOf([contract('leads', conversion)], (open) => {
    const worked = Array.from({ length: 1_850 }, (_, index) => lead('lead.worked', index, workedAt(index)));
    const sold = Array.from({ length: 222 }, (_, index) =>
      lead('sale.made', index, workedAt(index) + 900_000),
    );
    return open.deliver(outcomes([...sold, ...worked]));
  });

  it('adds a bonus at a conversion of exactly 12 % (10, B: "taux de conversion des leads")', async () => {
    const invoice = await centre().close('leads', '2026-04');
    expect([amounts(invoice), net(invoice)]).toEqual([{ L1: '9990.00', A1: '999.00' }, '10989.00']);
    expect(invoice.kpis).toMatchObject([{ numerator: 222, denominator: 1_850, value: '0.12' }]);
  });

  it('takes back six sales cancelled later, with the bonus they had brought (10)', async () => {
    const closed = await centre().closeText('leads', '2026-04');
    const cancelled = Array.from({ length: 6 }, (_, index) => {
      return lead('sale.cancelled', index, paris('2026-05-04T10:00') + index);
    });
    await centre().deliver(outcomes(cancelled, 10_001));

    expect(await centre().closeText('leads', '2026-04')).toBe(closed);
    const correction = await centre().adjust('leads', '2026-04');
    expect(correction.adjusts).toMatchObject({
      cause: 'lateEvents',
      restated: { totalWithoutVat: { amount: '9720.00' } },
    });
    expect(amounts(correction)).toEqual({ L1: '-270.00', A1: '-999.00' });
    expect(net(correction)).toBe('-1269.00');
  });
});

describe('a share of the time saved (case 11)', () => {
  const share = (guards: string): string => `
kpis:
  aht: { type: aht }
  csat: { type: topBox, question: csat }
lines:
  - { id: L1, model: gainShare, kpi: aht, baseline: '420', better: lower, unitValue: '28.00', per: hour, share: '0.40'${guards} }
`;
  const guarded = ", guards: [{ kpi: csat, op: gte, value: '0.80' }]";
  const answered = (month: string, satisfied: number, firstId: number) =>
    outcomes(
      Array.from({ length: 100 }, (_, index) => ({
        type: 'survey.answered',
        subject: `${month}-${index}`,
        at: paris(`${month}-20T10:00`),
        data: { question: 'csat', score: index < satisfied ? 4 : 3 },
      })),
      firstId,
    );
  const quick = (month: string, count: number, firstId: number) => {
    const days = { from: `${month}-01`, to: `${month}-28`, slotS: 400 };
    const work = laidOut(count, days, ({ at, agent }) => ({
      at,
      agent,
      talkS: 310,
      holdS: 8,
      acwS: 60,
    }));
    return calls(work, firstId);
  };
  const centre = centreOf([contract('guarded', share(guarded)), contract('open', share(''))], (open) =>
    open.deliver(
      quick('2026-04', 20_000, 1),
      quick('2026-05', 20, 100_001),
      answered('2026-04', 80, 1),
      answered('2026-05', 79, 1_001),
    ),
  );

  it('charges a share of the handle time saved (11, B: "Réduction … (AHT)")', async () => {
    const invoice = await centre().close('guarded', '2026-04');
    expect([net(invoice), shown(invoice)]).toEqual(['2613.33', ['840000 SEC at 11.2 for 3600']]);
    expect(invoice.kpis).toContainEqual(expect.objectContaining({ id: 'aht', value: '378' }));
  });

  it('charges no gain share where the guard on satisfaction is closed (11)', async () => {
    expect(net(await centre().close('guarded', '2026-05'))).toBe('0.00');
    expect(net(await centre().close('open', '2026-05'))).toBe('2.61');
  });
});

describe('customers kept (case 25)', () => {
  const churn = `
kpis:
  churn: { type: share, numerator: { name: customer.lost, unless: [customer.retained] }, of: customers }
lines:
  - { id: L1, model: gainShare, kpi: churn, baseline: '0.0210', better: lower, unitValue: '35.00', per: unit, share: '0.30' }
`;
  const centre = centreOf([contract('churn', churn)], (open) => {
    const base: BusinessEvent = {
      type: 'forecast.set',
      subject: 'customers-2026-04',
      at: paris('2026-04-01T00:00'),
      data: { id: 'customers', value: 39_000 },
    };
    const corrected = { ...base, data: { id: 'customers', value: 40_000 }, revision: 1 };
    const lost = Array.from({ length: 723 }, (_, index): BusinessEvent => {
      return {
        type: 'customer.lost',
        subject: `c${index}`,
        at: paris('2026-04-02T10:00') + index * 1_800_000,
      };
    });
    // three gave notice and were talked out of it
    const kept = lost
      .slice(0, 3)
      .map((sale) => ({ ...sale, type: 'customer.retained', at: sale.at + dayMs }));
    return open.deliver(outcomes([base]), outcomes([corrected]), outcomes([...lost, ...kept], 2));
  });

  it('charges a share for customers kept (25, B: "Réduction du taux de churn")', async () => {
    const invoice = await centre().close('churn', '2026-04');
    expect([net(invoice), shown(invoice)]).toEqual(['1260.00', ['120 C62 at 10.5 for 1']]);
    expect(invoice.kpis).toMatchObject([{ numerator: 720, denominator: 40_000, value: '0.018' }]);
  });
});
