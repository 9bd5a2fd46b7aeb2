import { describe, expect, it } from '@jest/globals';
import { amounts, centreOf, contract, net, shown } from './centre.js';
import { type Call, calls, laidOut, mails, outcomes, paris, stretch, type BusinessEvent } from './work.js';

/**
 * Worked cases of billing by the act, from events to the invoice; see time.spec.ts for how they are named.
 */
const perContact = (price: string, queues: string): string => `
scope: { programme: care, queues: [${queues}] }
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '${price}' }]
`;

const call = (queue: string, place: { readonly at: number; readonly agent: number }): Call => ({
  ...place,
  talkS: 150,
  acwS: 20,
  queue,
});

describe('volume tiers (case 4)', () => {
  const tiers = (mode: string, queues: string): string => `
scope: { programme: care, queues: [${queues}] }
measures: { contacts: { kind: count, of: handled } }
lines:
  - id: L1
    model: perUnit
    measure: contacts
    tiers:
      mode: ${mode}
      steps: [{ upTo: 10000, price: '2.35' }, { upTo: 15000, price: '2.10' }, { price: '1.95' }]
`;
  const all = 'orders, advice, returns';
  const centre = centreOf(
    [
      contract('graduated', tiers('graduated', all)),
      contract('all-units', tiers('allUnits', all)),
      contract('at-the-cliff', tiers('allUnits', 'orders')),
      contract('over-the-cliff', tiers('allUnits', 'orders, advice')),
    ],
    (open) => {
      // 10 000 orders, one more for advice, 2 479 returns
      const queueOf = (index: number): string =>
        index < 10_000 ? 'orders' : index === 10_000 ? 'advice' : 'returns';
      const month = { from: '2026-04-01', to: '2026-04-30', slotS: 180 };
      return open.deliver(
        calls(laidOut(12_480, month, ({ index, ...place }) => call(queueOf(index), place))),
      );
    },
  );

  it('prices tiers by slice or by the whole volume (4, A: "facturation à l’acte"; B: "volumes de traitement (par appel, par interaction)")', async () => {
    const graduated = await centre().close('graduated', '2026-04');
    expect([amounts(graduated), net(graduated)]).toEqual([
      { 'L1.1': '23500.00', 'L1.2': '5208.00' },
      '28708.00',
    ]);
    expect(net(await centre().close('all-units', '2026-04'))).toBe('26208.00');
  });

  it('charges less for 10 001 contacts than for 10 000 where all units take the step reached (4)', async () => {
    const cliff = await centre().close('at-the-cliff', '2026-04');
    const over = await centre().close('over-the-cliff', '2026-04');
    expect([cliff, over].map((invoice) => [shown(invoice), net(invoice)])).toEqual([
      [['10000 C62 at 2.35 for 1'], '23500.00'],
      [['10001 C62 at 2.1 for 1'], '21002.10'],
    ]);
  });
});

describe('a corridor around the forecast (case 16)', () => {
  const corridor = `
corridors: [{ id: K, line: L1, forecast: F, lower: '0.90', upper: '1.10', overflowPrice: '2.60' }]
`;
  const centre = centreOf(
    [
      contract('short', perContact('2.35', 'orders') + corridor),
      contract('over', perContact('2.35', 'orders, advice') + corridor),
    ],
    (open) => {
      // 16 500 orders, and 6 500 for advice on top
      const month = { from: '2026-04-01', to: '2026-04-30', slotS: 180 };
      const work = laidOut(23_000, month, ({ index, ...place }) => {
        return call(index < 16_500 ? 'orders' : 'advice', place);
      });
      const data = { id: 'F', value: 20_000, period: '2026-04' };
      const agreed: BusinessEvent = {
        type: 'forecast.set',
        subject: 'F',
        at: paris('2026-03-15T10:00'),
        data,
      };
      return open.deliver(calls(work), outcomes([agreed]));
    },
  );

  it('charges the shortfall below 90 % of the forecast (16, A: volume changes "significativement")', async () => {
    const invoice = await centre().close('short', '2026-04');
    expect(invoice.lines.map(({ part, netAmount }) => [part, netAmount.amount])).toEqual([
      ['work', '38775.00'],
      ['shortfall', '3525.00'],
    ]);
    expect(net(invoice)).toBe('42300.00');
  });

  it('charges the volume above 110 % of the forecast at its own price (16, A)', async () => {
    const invoice = await centre().close('over', '2026-04');
    expect(invoice.lines.map(({ part, netAmount }) => [part, netAmount.amount])).toEqual([
      ['work', '51700.00'],
      ['overflow', '2600.00'],
    ]);
    expect(net(invoice)).toBe('54300.00');
  });
});

describe('back-office (case 22)', () => {
  const backOffice = `
measures:
  mails: { kind: count, of: handled, where: { media: [email] } }
  tasks: { kind: agentTime, states: [BACK_OFFICE] }
lines:
  - { id: L1, name: E-mails, model: perUnit, measure: mails, price: '1.85' }
  - { id: L2, name: Tasks, model: time, measure: tasks, price: '26.40' }
`;
  const centre = centreOf([contract('back-office', backOffice)], (open) => {
    const month = { from: '2026-04-01', to: '2026-04-30', slotS: 420 };
    const answered = laidOut(1_320, month, ({ index, at, agent }) => ({ id: index, at, agent }));
    // 37.5 hours of tasks: two agents, fifteen afternoons of an hour and a quarter
    const tasks = Array.from({ length: 30 }, (_, index) => {
      const start = paris(`2026-04-${String((index % 15) + 1).padStart(2, '0')}T18:15`);
      return stretch(Math.floor(index / 15) + 20, 'BACK_OFFICE', start, start + 4_500_000);
    });
    return open.deliver(mails(answered), outcomes(tasks));
  });

  it('charges e-mails by the unit and tasks by the hour (22, A: "réaliser les tâches convenues")', async () => {
    const invoice = await centre().close('back-office', '2026-04');
    expect([amounts(invoice), net(invoice)]).toEqual([{ L1: '2442.00', L2: '990.00' }, '3432.00']);
    expect(shown(invoice)).toEqual(['1320 C62 at 1.85 for 1', '135000 SEC at 26.4 for 3600']);
  });
});

describe('a peak season (case 13)', () => {
  const peak = (waiver: string): string => `
measures: { contacts: { kind: count, of: handled } }
kpis: { sl: { type: serviceLevel, variant: SL-C, threshold: 20s, shortAbandon: 5s } }
lines: [{ id: L2, model: perUnit, measure: contacts, price: '2.35' }]
calendarRules:
  - { id: BF26, from: 2026-11-23T00:00, to: 2026-12-01T00:00, overrides: { L2.price: '2.80' } }
bonusMalus:
  - id: M1
    kpi: sl
    base: [L2]
    during: BF26
    shapes: [{ shape: perPoint, from: '0.80', beyond: below, size: '0.01', rate: '-0.01' }]
${waiver}`;
  const waiver = `waivers:
  - { id: W1, kind: volumeAbove, of: [M1], measure: contacts, forecast: F, above: '1.10', during: BF26, proof: minutes of 2 November }
`;
  const centre = centreOf([contract('waived', peak(waiver)), contract('not-waived', peak(''))], (open) => {
    const normal = laidOut(31_200, { from: '2026-11-01', to: '2026-11-22', slotS: 180 }, (place) => {
      return { ...call('orders', place), waitS: 12 };
    });
    // 11 766 of 15 900 within 20 s: 74 %
    const busy = laidOut(15_900, { from: '2026-11-23', to: '2026-11-30', slotS: 180 }, (place) => {
      return { ...call('orders', place), waitS: place.index < 11_766 ? 20 : 21 };
    });
    const data = { id: 'F', value: 14_000, period: '2026-11' };
    const agreed: BusinessEvent = { type: 'forecast.set', subject: 'F', at: paris('2026-10-15T10:00'), data };
    return open.deliver(calls([...normal, ...busy]), outcomes([agreed]));
  });

  it('prices the peak season higher and waives its malus (13, B: "Gestion des pics d’activité (Black Friday, soldes)"; A: "variations saisonnières")', async () => {
    const invoice = await centre().close('waived', '2026-11');
    expect([amounts(invoice), net(invoice)]).toEqual([
      { 'L2.1': '73320.00', 'L2.2': '44520.00' },
      '117840.00',
    ]);
    const row = invoice.explanation.find(({ rule }) => rule === 'waivedRate');
    expect(row).toMatchObject({
      inputs: { rate: { value: '-0.06' }, proof: 'minutes of 2 November' },
      result: '0',
    });
  });

  it('shows the malus that the volume waived (13)', async () => {
    const invoice = await centre().close('not-waived', '2026-11');
    expect(amounts(invoice)).toEqual({ 'L2.1': '73320.00', 'L2.2': '44520.00', M1: '-2671.20' });
    expect(invoice.kpis).toContainEqual(
      expect.objectContaining({
        calendarRule: 'BF26',
        numerator: 11_766,
        denominator: 15_900,
        value: '0.74',
      }),
    );
  });
});
