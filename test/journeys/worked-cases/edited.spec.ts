import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, net } from './centre.js';
import { Commanded } from './commanded.js';
import { calls, paris } from './work.js';

/** What a closed month was priced by, changed afterwards, by the command line. */
const hourly = (price: string, rest = '', currency = 'EUR'): string =>
  contract(
    'hours',
    `
measures: { worked: { kind: agentTime, states: [TALK] } }
lines:
  - id: L1
    model: time
    measure: worked
    price: '${price}'
    rates: [{ id: senior, price: '40.00', when: { grades: [senior] } }]
${rest}`,
  ).replace('currency: EUR', `currency: ${currency}`);

const promoted = (changes: string) => (base: string) =>
  base.replace('code: A1, ids', `code: A1, ${changes}, ids`);

describe('a closed month', () => {
  const centre = new Commanded([hourly('30.00')]);
  beforeAll(async () => {
    // two hours in March, one in April
    const hour = { talkS: 3_600 };
    const march = ['2026-03-02T09:00', '2026-03-03T09:00'].map((at) => ({ at: paris(at), ...hour }));
    await centre.deliver(calls([...march, { at: paris('2026-04-02T09:00'), ...hour }]));
  }, 120_000);
  afterAll(() => centre.remove());

  it('costs what was agreed', async () => {
    expect(net((await centre.close('hours', '2026-03')).data)).toBe('60.00');
  }, 60_000);

  it.each([
    ['a price', [hourly('31.00')], "contracts.hours.L1.price: was '30.00' and is '31.00'"],
    ['a currency', [hourly('30.00', '', 'USD')], "contracts.hours.currency: was 'EUR' and is 'USD'"],
    [
      'VAT',
      [hourly('30.00', "vat: { category: S, rate: '10' }")],
      "contracts.hours.vat.rate: was '20' and is '10'",
    ],
  ])(
    'stays priced as it was, because an edit in place of %s does not come into force',
    async (_, contracts, said) => {
      const message = await centre.amend(contracts).then(
        () => 'it came into force',
        (error: Error) => error.message,
      );
      expect(message).toContain(said);
      expect(message).toContain('[edited-after-close]');
      expect(message).not.toMatch(/^ {4}at /m);
    },
    60_000,
  );

  it('stays as it was when an agent is promoted from a day on', async () => {
    await centre.amend([hourly('30.00')], promoted('changes: [{ from: 2026-04-01, grade: senior }]'));
    const adjusted = await centre.close('hours', '2026-03', '--adjust');
    expect(adjusted.data.revision).toBe(1);
    expect(adjusted.said).toContain('nothing was written');
    expect(net((await centre.close('hours', '2026-04')).data)).toBe('40.00');
  }, 60_000);

  it('is not priced again by a grade that was edited in place', async () => {
    const edited = promoted('grade: senior, changes: [{ from: 2026-04-01, grade: senior }]');
    await expect(centre.amend([hourly('30.00')], edited)).rejects.toThrow('agents.A1.grade: was null and is');
  }, 60_000);

  it('is adjusted by a promotion that is back-dated', async () => {
    const changes = 'changes: [{ from: 2026-03-03, grade: senior }, { from: 2026-04-01, grade: senior }]';
    await centre.amend([hourly('30.00')], promoted(changes));
    const adjusted = await centre.close('hours', '2026-03', '--adjust');
    expect([adjusted.data.adjusts?.cause, net(adjusted.data)]).toEqual(['mapping', '10.00']);
  }, 60_000);
});
