import { describe, expect, it } from '@jest/globals';
import { amounts, centreOf, contract, net, shown } from './centre.js';
import { type Call, calls, laidOut, outcomes, paris, parts, type BusinessEvent } from './work.js';

/**
 * Worked cases of monthly amounts: fixed parts, seats, limits, indexation, rounding, and a malus over
 * several months; from events to the invoice. See time.spec.ts for how they are named.
 */
describe('amounts that no event moves (cases 5, 19 and 21)', () => {
  const fixed = "lines: [{ id: F, model: fixed, amount: '18000.00' }]";
  const three = ['L1', 'L2', 'L3'].map((id) => `{ id: ${id}, model: fixed, amount: '33.33' }`).join(', ');
  const seat = `
measures: { seat: { kind: seats, seats: 1 } }
lines: [{ id: S, model: time, measure: seat, unit: hour, price: '24.00' }]
`;
  const centre = centreOf(
    [
      contract('fixed', `term: { firstDay: 2026-03-10 }\n${fixed}`),
      contract('three', `lines: [${three}]`),
      contract('seat', seat),
    ],
    // a call that none of them is about
    (open) => open.deliver(calls([{ at: paris('2026-03-12T10:00'), talkS: 60 }])),
  );

  it('prorates a fixed amount from 10 March by calendar days (5, B: "coûts fixes"; A: "frais fixes")', async () => {
    const march = await centre().close('fixed', '2026-03');
    expect([net(march), shown(march)]).toEqual(['12774.19', ['22 DAY at 18000 for 31']]);
    expect(march.lines[0]!.period).toEqual({ startDate: '2026-03-10', endDate: '2026-03-31' });
    await expect(centre().close('fixed', '2026-02')).rejects.toThrow('outsideTerm');
    expect(net(await centre().close('fixed', '2026-04'))).toBe('18000.00');
  });

  it('computes one VAT of 20.00 on three lines of 33.33, not three of 6.67 (19)', async () => {
    const { totals, vatBreakdown } = await centre().close('three', '2026-04');
    expect(
      vatBreakdown.map(({ taxableAmount, taxAmount }) => [taxableAmount.amount, taxAmount.amount]),
    ).toEqual([['99.99', '20.00']]);
    expect(totals.totalWithVat.amount).toBe('119.99');
  });

  it.each([
    ['2026-03', '2674800', '17832.00'],
    ['2026-10', '2682000', '17880.00'],
    ['2026-05', '2678400', '17856.00'],
  ])('charges a seat round the clock in %s for %s seconds: %s (21)', async (period, seconds, amount) => {
    const invoice = await centre().close('seat', period);
    expect([shown(invoice), net(invoice)]).toEqual([[`${seconds} SEC at 24 for 3600`], amount]);
  });
});

/** So many seconds of talk in calls of at most a quarter of an hour. */
function talked(seconds: number, month: string, firstId: number) {
  const count = Math.ceil(seconds / 900);
  const talk = parts(seconds, count);
  const days = { from: `${month}-01`, to: `${month}-28`, slotS: 900 };
  const work = laidOut(count, days, ({ index, ...place }): Call => ({ ...place, talkS: talk(index) }));
  return calls(work, firstId);
}

function scored(month: string, score: number, firstId: number) {
  const at = paris(`${month}-20T10:00`);
  return outcomes([{ type: 'quality.evaluated', subject: `q-${month}`, at, data: { score } }], firstId);
}

describe('minimum and maximum of a month (case 15)', () => {
  const limited = (appliesTo: string): string => `
measures: { talk: { kind: contactTime, parts: [talk] } }
kpis: { quality: { type: quality } }
lines: [{ id: L1, model: time, measure: talk, unit: hour, price: '36.00' }]
bonusMalus: [{ id: B, kpi: quality, base: [L1], shapes: [{ shape: step, points: [{ gte: 90, rate: '+0.05' }] }] }]
limits: { monthlyMin: '15000.00', monthlyMax: '22000.00', appliesTo: ${appliesTo} }
`;
  const centre = centreOf(
    [contract('all', limited('linesAndBonusMalus')), contract('lines', limited('linesOnly'))],
    (open) =>
      open.deliver(
        talked(1_387_040, '2026-04', 1),
        talked(2_310_575, '2026-05', 10_001),
        talked(2_150_000, '2026-06', 20_001),
        scored('2026-06', 95, 1),
      ),
  );

  it('raises a month to its minimum and lowers it to its maximum (15, B: "prévisibilité des coûts")', async () => {
    const short = await centre().close('all', '2026-04');
    expect([amounts(short), net(short)]).toEqual([{ L1: '13870.40', monthlyMin: '1129.60' }, '15000.00']);
    const over = await centre().close('all', '2026-05');
    expect([amounts(over), net(over)]).toEqual([{ L1: '23105.75', monthlyMax: '-1105.75' }, '22000.00']);
  });

  it('applies the maximum with or without the bonus, as agreed (15)', async () => {
    const june = await Promise.all(['all', 'lines'].map((id) => centre().close(id, '2026-06')));
    expect(june.map((invoice) => [amounts(invoice), net(invoice)])).toEqual([
      [{ L1: '21500.00', B: '1075.00', monthlyMax: '-575.00' }, '22000.00'],
      [{ L1: '21500.00', B: '1075.00' }, '22575.00'],
    ]);
  });
});

describe('an overall cap on the malus, and what is earned back (case 17)', () => {
  const malus = `
kpis:
  quality: { type: quality }
  csat: { type: topBox, question: csat }
  solved: { type: fcrSurvey, question: solved }
lines: [{ id: L1, model: fixed, amount: '60000.00' }]
bonusMalus:
  - { id: A, kpi: quality, base: [L1], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.03' }] }] }
  - { id: B, kpi: csat, base: [L1], shapes: [{ shape: step, points: [{ lt: '0.80', rate: '-0.04' }] }] }
  - { id: C, kpi: solved, base: [L1], shapes: [{ shape: step, points: [{ lt: '0.70', rate: '-0.02' }] }] }
  - { id: E, kind: earnBack, of: [A, B, C], share: '0.5', ifTargetsMetFor: 3 }
malus: { overallCap: '0.07' }
`;
  /** Ten customers answered, and an evaluation was made: all targets missed, or all met. */
  function month(period: string, met: boolean, firstId: number) {
    const at = paris(`${period}-15T10:00`);
    const answers = Array.from({ length: 10 }, (_, index): BusinessEvent[] => {
      const subject = `${period}-${index}`;
      return [
        { type: 'survey.answered', subject, at, data: { question: 'csat', score: met || index < 7 ? 5 : 2 } },
        { type: 'survey.answered', subject, at, data: { question: 'solved', score: met || index < 6 } },
      ];
    });
    return [...scored(period, met ? 92 : 79, firstId), ...outcomes(answers.flat(), firstId + 1)];
  }
  const centre = centreOf([contract('malus', malus)], (open) =>
    open.deliver(
      month('2026-01', false, 1),
      month('2026-02', true, 101),
      month('2026-03', true, 201),
      month('2026-04', true, 301),
      month('2026-05', true, 401),
    ),
  );

  it('caps penalties of 3 %, 4 % and 2 % at 7 % (17, B)', async () => {
    const invoice = await centre().close('malus', '2026-01');
    expect(amounts(invoice)).toEqual({ L1: '60000.00', A: '-1400.00', B: '-1866.67', C: '-933.33' });
    expect([invoice.totals.sumOfAllowances.amount, net(invoice)]).toEqual(['4200.00', '55800.00']);
  });

  it('earns half of the malus back after three months in target, once (17, B)', async () => {
    const months = ['2026-02', '2026-03', '2026-04', '2026-05'];
    const invoices = [];
    for (const period of months) invoices.push(await centre().close('malus', period));
    expect(invoices.map(amounts)).toEqual([
      { L1: '60000.00' },
      { L1: '60000.00' },
      { L1: '60000.00', E: '2100.00' },
      { L1: '60000.00' },
    ]);
  });
});

describe('indexation (case 18)', () => {
  const syntec = (more: string): string =>
    `indexation: { index: syntec, base: '242.60', current: '245.60'${more} }`;
  const hour = `
measures: { talk: { kind: contactTime, parts: [talk] } }
lines: [{ id: L1, model: time, measure: talk, unit: hour, price: '28.00', ${syntec(', priceDecimals: 2')} }]
`;
  const amount = (more: string): string =>
    `lines: [{ id: F, model: fixed, amount: '1250000.00', ${syntec(more)} }]`;
  const centre = centreOf(
    [
      contract('hour', hour),
      contract('exact', amount('')),
      contract('four-decimals', amount(', ratioDecimals: 4')),
    ],
    (open) => open.deliver(talked(36_000, '2026-04', 1)),
  );

  it('indexes a price of 28.00 to 28.35 (18, A)', async () => {
    const invoice = await centre().close('hour', '2026-04');
    expect([shown(invoice), net(invoice)]).toEqual([['36000 SEC at 28.35 for 3600'], '283.50']);
  });

  it('rounds the index ratio as agreed: a difference of 42.46 on 1 250 000.00 (18)', async () => {
    expect(net(await centre().close('exact', '2026-04'))).toBe('1265457.54');
    expect(net(await centre().close('four-decimals', '2026-04'))).toBe('1265500.00');
  });
});
