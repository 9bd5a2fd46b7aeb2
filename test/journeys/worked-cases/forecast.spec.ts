import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { targetText } from '#contract-text/target-text.js';
import { type OutlookAnswer, outlookAnswer } from '#pipeline/close/outlook-answer.js';
import { centreOf, contract, net } from './centre.js';
import { Commanded } from './commanded.js';
import { type Call, calls, paris } from './work.js';

/**
 * A month that lasts, from calls to what it is expected to end with, by hand. 300 calls in the first ten days
 * of June 2026 at 2.00, from the 401st on at 3.00; 96 % of them answered, and from 98 % on 5 % more.
 */
const terms = contract(
  'calls',
  `
term: { firstDay: 2026-06-01 }
measures: { contacts: { kind: count, of: handled } }
kpis: { answered: { type: answerRate } }
lines:
  - id: L1
    name: Calls
    model: perUnit
    measure: contacts
    tiers: { mode: graduated, steps: [{ upTo: 400, price: '2.00' }, { price: '3.00' }] }
  - { id: L2, name: Desk, model: fixed, amount: '1000.00' }
bonusMalus:
  - id: B1
    name: Answered
    kpi: answered
    base: [L1]
    shapes: [{ shape: step, points: [{ gte: '0.98', rate: '+0.05' }] }]`,
);

/** On each of the days, so many answered calls and an abandoned one from 09:00 on, two minutes apart. */
function days(from: number, to: number, answered: number): Call[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const start = paris(`2026-06-${String(from + index).padStart(2, '0')}T09:00`);
    const of = (place: number, rest: object): Call => ({ at: start + place * 120_000, talkS: 60, ...rest });
    return [
      ...Array.from({ length: answered }, (__, place) => of(place, {})),
      of(answered, { talkS: 0, waitS: 20, isAbandoned: true }),
    ];
  }).flat();
}

const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('a month that lasts', () => {
  const centre = centreOf([terms], (open) => open.deliver(calls(days(1, 10, 24))));

  const outlook = async (day: string, lang: 'en' | 'fr' = 'en'): Promise<OutlookAnswer> => {
    const instant = { at: paris(`${day}T00:00`), isNow: true };
    const found = await centre().periods.outlook(centre().contract('calls'), instant, everyDay);
    if (found === null) throw new Error('the contract has no terms then');
    return outlookAnswer(found, (target, currency) =>
      targetText({ ...target, worth: target.worth.toFixed(2) }, currency, lang),
    );
  };

  it('is expected to end with three times the calls of ten days, at the prices of the tiers they reach', async () => {
    // 240 calls; 240 of 250 answered, 96 %
    const { soFar, forecast, method } = await outlook('2026-06-11');
    expect([soFar.net, method.elapsedDays, method.remainingDays]).toEqual(['1480.00', '10.00', '20.00']);
    // 720 calls: 400 x 2.00 and 320 x 3.00, and 1 000.00 for the desk
    expect([forecast?.net, forecast?.lines.map(({ amount }) => amount)]).toEqual([
      '2760.00',
      ['800.00', '960.00', '1000.00'],
    ]);
  });

  it('says what the next tier and the next step of the bonus take', async () => {
    const { targets } = await outlook('2026-06-11');
    // 160 at 2.00 and the first at 3.00; 250 more answered: 490 of 500 are 98 %, 5 % of 480.00
    expect(
      targets.map(({ kind, units, worth, expected, text }) => [kind, units, worth, expected, text]),
    ).toEqual([
      [
        'tier',
        161,
        '323.00',
        480,
        'Calls: 161 more reach the next tier, worth 323.00 EUR (at the present rate 480 more)',
      ],
      [
        'bonusStep',
        250,
        '24.00',
        480,
        'Answered: 250 more that count for answered reach the next step, worth 24.00 EUR (at the present rate 480 more)',
      ],
    ]);
    const french = (await outlook('2026-06-11', 'fr')).targets.map(({ text }) =>
      text.replaceAll('\u00a0', ' '),
    );
    expect(french).toEqual([
      'Calls : 161 de plus atteignent le palier suivant, soit 323,00 EUR (au rythme actuel 480 de plus)',
      "Answered : 250 de plus comptés par answered atteignent l'échelon suivant, soit 24,00 EUR (au rythme actuel 480 de plus)",
    ]);
  });

  it('is what the close invoices, where work went on as before', async () => {
    await centre().deliver(calls(days(11, 30, 24), 10_001));
    expect(net(await centre().close('calls', '2026-06'))).toBe('2760.00');
  });
});

describe('tallyline forecast', () => {
  const ended = terms
    .replace('id: calls', 'id: ended')
    .replace('2026-06-01', '2026-06-01, lastDay: 2026-06-30');
  const centre = new Commanded([terms, ended]);
  beforeAll(() => centre.deliver(calls(days(1, 1, 24))), 60_000);
  afterAll(() => centre.remove());

  it('prints it as no invoice, in English, French and JSON', async () => {
    const [english, french, json] = await Promise.all([
      centre.run('forecast', 'calls'),
      centre.run('forecast', 'calls', '--lang', 'fr'),
      centre.run('forecast', 'calls', '--json'),
    ]);
    expect(english.stdout).toMatch(/^calls \d{4}-\d\d: a forecast, no invoice/);
    expect(english.stdout).toMatch(/L2 +Desk +1,000\.00 EUR/);
    expect(english.stdout).toContain('- Calls: 401 more reach the next tier, worth 803.00 EUR');
    expect(french.stdout).toMatch(/^calls \d{4}-\d\d : une prévision, pas une facture/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      contract: 'calls',
      method: { name: 'runRate@1' },
      soFar: { net: '1000.00' },
    });
  }, 60_000);

  it('has none of a contract that has ended, and none by a day to come', async () => {
    const wrong = [
      ['forecast', 'ended'],
      ['forecast', 'other'],
      ['forecast', 'calls', '--at', '2999-01-01'],
    ];
    const codes = await Promise.all(wrong.map(async (args) => (await centre.run(...args)).code));
    expect(codes).toEqual([4, 4, 2]);
  }, 60_000);
});
