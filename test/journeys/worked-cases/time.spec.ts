import { describe, expect, it } from '@jest/globals';
import { amounts, centreOf, contract, net, shown } from './centre.js';
import { calls, laidOut, outcomes, paris, parts, stretch, type BusinessEvent } from './work.js';

/**
 * Worked cases of billing by time, from what platforms and planners send to the invoice-ready event. Each
 * test names the sentence of the founding articles that it answers: A is the one on billing by time, B the
 * one on billing by results.
 */
describe('hours worked by the agreed rate, and quality on top (cases 1 and 23)', () => {
  const perHour = (states: string): string => `
measures:
  work: { kind: agentTime, states: [${states}] }
lines:
  - { id: L1, model: time, measure: work, unit: hour, price: '29.50' }
`;
  const quality = `
kpis: { quality: { type: quality } }
bonusMalus:
  - id: Q
    kpi: quality
    base: [L1]
    shapes: [{ shape: step, points: [{ gte: 90, rate: '+0.02' }, { lt: 80, rate: '-0.03' }] }]
`;
  const all = perHour('TALK, HOLD, ACW, PREP');

  /** 4 000 calls and the preparation of each morning: 424 hours and 872 seconds. */
  function worked(month: string, firstId: number) {
    const [talk, hold, acw] = [parts(1_234_567, 4_000), parts(45_678, 800), parts(210_987, 4_000)];
    const days = { from: `${month}-01`, to: `${month}-30`, slotS: 480 };
    const work = laidOut(4_000, days, ({ index, at, agent }) => {
      const holdS = index < 800 ? hold(index) : 0;
      return { at, talkS: talk(index), holdS, acwS: acw(index), agent };
    });
    const prepared = Array.from({ length: 40 }, (_, index): BusinessEvent => {
      const start = paris(`${month}-${String((index % 20) + 1).padStart(2, '0')}T08:30`);
      return stretch(Math.floor(index / 20) + 1, 'PREP', start, start + 900_000);
    });
    return [calls(work, firstId), outcomes(prepared, firstId)];
  }

  const evaluated = (month: string, scores: readonly number[], firstId: number) =>
    outcomes(
      scores.map((score, index) => ({
        type: 'quality.evaluated',
        subject: `evaluation-${firstId + index}`,
        at: paris(`${month}-28T15:00`),
        data: { score, agent: 'voice:1' },
      })),
      firstId,
    );

  const centre = centreOf(
    [contract('all', all), contract('around', perHour('ACW, PREP')), contract('quality', all + quality)],
    (open) =>
      open.deliver(
        ...worked('2026-04', 1),
        ...worked('2026-06', 10_001),
        evaluated('2026-04', [88, 92, 90], 20_001),
        evaluated('2026-06', [79.8, 80], 30_001),
      ),
  );

  it('multiplies hours worked by the agreed rate (1, A: "compile les heures travaillées et les multiplie par le taux horaire convenu")', async () => {
    const invoice = await centre().close('all', '2026-04');
    expect([net(invoice), shown(invoice)]).toEqual(['12514.82', ['1527232 SEC at 29.5 for 3600']]);
    // rounding to 424.23 hours first would give 12 514.79
    expect(invoice.lines[0]!.unroundedAmount).toMatch(/^12514\.8177/);
    expect([invoice.totals.totalVat.amount, invoice.totals.totalWithVat.amount]).toEqual([
      '2502.96',
      '15017.78',
    ]);
  });

  it('counts preparation and after-call work (1, A: "temps passé en préparation ou en suivi")', async () => {
    expect(shown(await centre().close('around', '2026-04'))).toEqual(['246987 SEC at 29.5 for 3600']);
  });

  it('adds bonus and malus for quality to a time line (23, A)', async () => {
    const good = await centre().close('quality', '2026-04');
    expect([amounts(good), net(good)]).toEqual([{ L1: '12514.82', Q: '250.30' }, '12765.12']);
    const bad = await centre().close('quality', '2026-06');
    expect([amounts(bad), net(bad)]).toEqual([{ L1: '12514.82', Q: '-375.44' }, '12139.38']);
    expect([good, bad].map(({ kpis }) => kpis[0]!.value)).toEqual(['90', '79.9']);
  });
});

describe('bands by the clock and the calendar (case 2)', () => {
  const bands = `
holidays: { country: FR }
measures:
  present: { kind: agentTime, states: [AVAILABLE, TALK, HOLD, ACW] }
lines:
  - id: L1
    model: time
    measure: present
    price: '30.00'
    stacking: highest
    bands:
      - { id: evening, times: ['20:00-22:00'], price: '37.50' }
      - { id: sunday, days: [sun], price: '45.00' }
      - { id: holiday, days: [holiday], price: '60.00' }
`;
  /** Present from `from` to `to`, with one call of twelve minutes; the rest is waiting for calls. */
  function present(from: string, to: string, call: string, id: number) {
    const at = paris(call);
    const waiting = [
      stretch(7, 'AVAILABLE', paris(from), at),
      stretch(7, 'AVAILABLE', at + 720_000, paris(to)),
    ];
    return [calls([{ at, talkS: 600, acwS: 120, agent: 7 }], id), outcomes(waiting, id)];
  }
  const centre = centreOf([contract('bands', bands)], (open) =>
    open.deliver(
      ...present('2026-10-31T18:30', '2026-10-31T21:15', '2026-10-31T19:54', 1),
      ...present('2026-11-01T09:00', '2026-11-01T12:20', '2026-11-01T10:00', 11),
    ),
  );

  it('prices evening hours, Sundays and holidays by their bands (2, A: "les heures pendant lesquelles les services sont fournis")', async () => {
    const october = await centre().close('bands', '2026-10');
    expect(october.lines.map(({ bands: held, netAmount }) => [held.join(), netAmount.amount])).toEqual([
      ['', '45.00'],
      ['evening', '46.88'],
    ]);
    expect(net(october)).toBe('91.88');
    // All Saints' Day on a Sunday: the holiday beats the Sunday, which would have been 150.00
    expect(net(await centre().close('bands', '2026-11'))).toBe('200.00');
  });
});

describe('increments of talk (case 3)', () => {
  const talk = (increment: string): string => `
measures: { talk: { kind: contactTime, parts: [talk]${increment} } }
lines: [{ id: L1, model: time, measure: talk, unit: minute, price: '0.42' }]
`;
  const increments: [string, string, string, number][] = [
    ['s1', '', '2.36', 337],
    ['s6', ', increment: { first: 6s, step: 6s }', '2.44', 348],
    ['s30-6', ', increment: { first: 30s, step: 6s }', '2.60', 372],
    ['s60', ', increment: { first: 60s, step: 60s }', '3.78', 540],
    ['s60-monthly', ', increment: { first: 60s, step: 60s, per: month }', '2.52', 360],
  ];
  const centre = centreOf(
    increments.map(([id, increment]) => contract(id, talk(increment))),
    (open) => {
      const work = [61, 59, 6, 181, 30].map((talkS, index) => {
        return { at: paris(`2026-04-0${index + 1}T10:00`), waitS: 20, talkS, acwS: 40 };
      });
      return open.deliver(calls(work));
    },
  );

  it.each(increments)(
    'rounds talk up to the agreed increments (3, A: "temps réellement passé à traiter les appels"), %s',
    async (id, _, amount, seconds) => {
      const invoice = await centre().close(id, '2026-04');
      expect([net(invoice), shown(invoice)]).toEqual([amount, [`${seconds} SEC at 0.42 for 60`]]);
    },
  );
});

describe('a tariff renegotiated in the middle of the month (case 14)', () => {
  const talk = `
measures: { talk: { kind: contactTime, parts: [talk] } }
lines: [{ id: L1, model: time, measure: talk, unit: hour, price: '28.00' }]
amendments: [{ effective: 2026-05-16, reason: renegotiated, set: { L1.price: '29.40' } }]
`;
  const orders = 'scope: { programme: care, queues: [orders] }\n';
  const malus = `
kpis: { quality: { type: quality } }
bonusMalus: [{ id: M, kpi: quality, base: [L1], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.03' }] }] }]
malus: { vatTreatment: priceReduction }
`;
  const border = (time: string): string =>
    `scope: { programme: care, queues: [advice] }\nattribution: { time: ${time} }\n${talk}`;
  const centre = centreOf(
    [
      contract('month', orders + talk),
      contract('month-malus', orders + talk + malus),
      ...['split', 'start', 'end'].map((time) => contract(`border-${time}`, border(time))),
    ],
    (open) => {
      // 812.25 hours and 868.50 hours, in calls of a quarter of an hour
      const quarter = (place: { readonly at: number; readonly agent: number }) => ({ ...place, talkS: 900 });
      const before = laidOut(3_249, { from: '2026-05-01', to: '2026-05-15', slotS: 900 }, quarter);
      const after = laidOut(3_474, { from: '2026-05-16', to: '2026-05-31', slotS: 900 }, quarter);
      const late = { at: paris('2026-05-15T23:58'), talkS: 540, queue: 'advice', agent: 99 };
      const data = { score: 70, queue: 'voice:orders' };
      const evaluation = { type: 'quality.evaluated', subject: 'e1', at: paris('2026-05-20T12:00'), data };
      return open.deliver(calls([...before, ...after, late]), outcomes([evaluation]));
    },
  );

  it('splits the month at the amendment of the price (14, A: parties "peuvent renégocier … en ajustant les tarifs")', async () => {
    const invoice = await centre().close('month', '2026-05');
    expect([amounts(invoice), net(invoice)]).toEqual([
      { 'L1.1': '22743.00', 'L1.2': '25533.90' },
      '48276.90',
    ]);
    expect(invoice.lines.map(({ period, contractVersion }) => [period, contractVersion])).toEqual([
      [{ startDate: '2026-05-01', endDate: '2026-05-15' }, 1],
      [{ startDate: '2026-05-16', endDate: '2026-05-31' }, 2],
    ]);
  });

  it('reduces the whole invoice by a malus of 3 % (14, B: "clauses d’ajustement")', async () => {
    const { totals, vatBreakdown } = await centre().close('month-malus', '2026-05');
    expect([
      totals.sumOfLineNetAmounts.amount,
      totals.sumOfAllowances.amount,
      vatBreakdown[0]!.taxableAmount.amount,
      totals.totalVat.amount,
      totals.totalWithVat.amount,
    ]).toEqual(['48276.90', '1448.31', '46828.59', '9365.72', '56194.31']);
  });

  it.each([
    ['split', '4.36'],
    ['start', '4.20'],
    ['end', '4.41'],
  ])('prices a call from 23:58 to 00:07 by %s at %s (14)', async (time, amount) => {
    expect(net(await centre().close(`border-${time}`, '2026-05'))).toBe(amount);
  });
});

describe('caps (case 20)', () => {
  const acw = `
scope: { programme: care, queues: [advice] }
measures: { acw: { kind: agentTime, states: [ACW], capPerContact: { ACW: 60s } } }
lines: [{ id: L1, model: time, measure: acw, unit: second, price: '1.00' }]
`;
  const handle = (cap: string): string => `
scope: { programme: care, queues: [orders] }
measures:
  contacts: { kind: count, of: handled }
  handle: { kind: agentTime, states: [TALK, HOLD, ACW]${cap} }
lines: [{ id: L1, model: time, measure: handle, price: '29.50' }]
`;
  const centre = centreOf(
    [
      contract('acw', acw),
      contract('aht', handle(', averageCap: { perUnit: 450s, measure: contacts }')),
      contract('no-cap', handle('')),
    ],
    (open) => {
      // 478 s each, 1 912 000 s in all
      const long = laidOut(4_000, { from: '2026-04-01', to: '2026-04-30', slotS: 480 }, (place) => {
        return { ...place, talkS: 400, holdS: 18, acwS: 60 };
      });
      const wrapped = [45, 60, 130, 0].map((acwS, index) => {
        return { at: paris(`2026-04-0${index + 1}T19:00`), talkS: 90, acwS, queue: 'advice' };
      });
      return open.deliver(calls([...long, ...wrapped]));
    },
  );

  it('caps after-call work at 60 s a call (20, A: "dans les limites du raisonnable")', async () => {
    expect(shown(await centre().close('acw', '2026-04'))).toEqual(['165 SEC at 1 for 1']);
  });

  it('caps handle time at 450 s a contact on the average of the month (20, A)', async () => {
    const capped = await centre().close('aht', '2026-04');
    expect([net(capped), shown(capped)]).toEqual(['14750.00', ['1800000 SEC at 29.5 for 3600']]);
    expect(net(await centre().close('no-cap', '2026-04'))).toBe('15667.78');
  });
});
