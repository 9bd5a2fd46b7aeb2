import { describe, expect, it } from '@jest/globals';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { amounts, type Centre, centreOf, contract, net, shown } from './centre.js';
import { type Call, calls, customer, outcomes, paris } from './work.js';

/**
 * Resolutions that count if they hold for 72 h, of people and of a bot, from events to the invoice. By hand,
 * Paris; each call ends a minute after its instant:
 *
 * customer 1: the bot, 10 March. Nothing follows. customer 2: the bot, Friday 27 March 10:00. The clocks go
 * forward on Sunday, so 72 h after its end at 10:01 it
 *   is Monday 11:01; agent 1 has the next call at 11:00:59: the bot's does not hold, the agent's does.
 * customer 3: the same, but agent 3 has the next call at 11:01:00: both hold.
 * customer 4: agent 2, 31 March 23:50. A refund of 3 April 23:50:59 is reported after the close.
 * customer 5: agent 4, 31 March 12:00, and the day after about something else, in another queue.
 * customer 6: the bot, 20 March; the customer is in the queue on 22 March and reaches no one.
 *
 * In March: of the bot 2 (customers 1, 3) at 0.90, of people 4 (2, 3, 4, 5) at 4.00: 17.80; after the refund
 * 13.80.
 */
const terms = (settleAfter: string): string => `
term: { firstDay: 2026-03-01 }
kpis:
  held: { type: settled }
  bot: { type: settled, by: machine }
  people: { type: settled, by: person }
measures:
  solved: { kind: resolved, kpi: held }
lines:
  - id: resolved
    model: outcome
    measure: solved
    price: '4.00'
    settleAfter: ${settleAfter}
    rates: [{ id: bot, price: '0.90', when: { kinds: [machine] } }]
bonusMalus:
  - { id: B, kpi: bot, base: [resolved], shapes: [{ shape: step, points: [{ lt: '0.01', rate: '-0.10' }] }] }
  - { id: P, kpi: people, base: [resolved], shapes: [{ shape: step, points: [{ lt: '0.01', rate: '-0.10' }] }] }
`;
const talk = `
measures: { talk: { kind: agentTime, states: [TALK] } }
lines: [{ id: hours, model: time, measure: talk, price: '30.00' }]
`;
/**
 * People's four calls of a minute in March, and the bot's four: 4 x 0.42 + 4 x 0.05, 4 x 2.00 + 4 x 0.40, 4 x
 * 0.02.
 */
const kinds = `
measures:
  talk: { kind: contactTime, parts: [talk], where: { kinds: [person, machine] } }
  taken: { kind: count, of: handled, where: { kinds: [machine, person] } }
  bot: { kind: count, of: answered, where: { kinds: [machine] } }
lines:
  - id: minutes
    model: time
    measure: talk
    unit: minute
    price: '0.42'
    rates: [{ id: bot-minute, price: '0.05', when: { kinds: [machine] } }]
  - id: calls
    model: perUnit
    measure: taken
    price: '2.00'
    rates: [{ id: bot-call, price: '0.40', when: { kinds: [machine] } }]
  - { id: of-bot, model: perUnit, measure: bot, price: '0.02' }
`;
const bot = 201;
const call = (of: number, at: string, agent: number, queue = 'orders'): Call => {
  return { at: paris(at), talkS: 60, agent, queue, customer: customer(of) };
};
const all = [
  call(1, '2026-03-10T10:00', bot),
  call(2, '2026-03-27T10:00', bot),
  call(2, '2026-03-30T11:00:59', 1),
  call(3, '2026-03-27T10:00', bot),
  call(3, '2026-03-30T11:01:00', 3),
  call(4, '2026-03-31T23:50', 2),
  call(5, '2026-03-31T12:00', 4),
  call(5, '2026-04-01T12:00', 5, 'advice'),
  call(6, '2026-03-20T10:00', bot),
];
const lost = { ...call(6, '2026-03-22T10:00', 0), waitS: 60, talkS: 0, isAbandoned: true };
const refund = outcomes([
  { type: 'refund.made', subject: 'R-4', at: paris('2026-04-03T23:50:59'), data: { customer: customer(4) } },
]);
const reopened = (of: number, at: string) =>
  outcomes([
    { type: 'resolution.reopened', subject: `T-${of}`, at: paris(at), data: { customer: customer(of) } },
  ]);
const contracts = [
  contract('at-close', terms('close')),
  contract('matured', terms('maturity')),
  contract('talk', talk),
  contract('kinds', kinds),
];

/** What the programme's figures of March show at an instant, by whose resolutions count. */
async function figuresOf({ kpis }: Centre, instant: string): Promise<Record<string, object>> {
  const span = { from: '2026-03-01', to: '2026-03-31', by: null, asOf: paris(instant) };
  const report = await kpis.read('care', span);
  return Object.fromEntries(
    (report?.total.resolutions ?? []).map(({ parameters, ...counts }) => {
      const { workedOn, settled, provisional, reversed } = counts;
      return [parameters.by ?? 'both', { workedOn, settled, provisional, reversed }];
    }),
  );
}

describe('resolutions that have to hold for 72 hours', () => {
  const centre = centreOf(contracts, (open) => open.deliver(calls([...all, lost])));
  const reversed = centreOf(contracts, async (open) => {
    const [first, second] = [all.slice(0, 4), all.slice(4)];
    await open.deliver(refund, calls([...second, lost].toReversed(), 5), calls(first), calls(first), refund);
  });

  it('pays those that held, of people and of the bot at prices of their own', async () => {
    const invoice = await centre().close('at-close', '2026-03');
    expect([net(invoice), shown(invoice)]).toEqual(['17.80', ['2 C62 at 0.9 for 1', '4 C62 at 4 for 1']]);
    // the bot worked on four contacts, people on four
    expect(invoice.kpis).toMatchObject([
      { id: 'held', numerator: 6, denominator: 8, value: '0.75' },
      { id: 'bot', numerator: 2, denominator: 4, value: '0.5' },
      { id: 'people', numerator: 4, denominator: 4, value: '1' },
    ]);
    expect(invoice.provisional).toBeUndefined();
  });

  it('shows apart what is provisional, with count and estimate, and charges none of it', async () => {
    const text = await centre().closeText('matured', '2026-03');
    const invoice = await centre().close('matured', '2026-03');
    expect(net(invoice)).toBe('0.00');
    expect(invoice.provisional).toEqual([
      {
        contractLine: 'resolved',
        itemName: 'resolved',
        period: '2026-03',
        count: 6,
        estimatedAmount: { amount: '17.80', currency: 'EUR' },
        chargedIn: '2026-04',
      },
    ]);
    expect(invoiceText(text)).toContain(
      'provisional resolved: 6 resolutions of 2026-03 can still be taken back (estimated 17.80 EUR, in no amount ' +
        'here); what held is charged on the invoice of 2026-04',
    );
    expect(invoiceText(text, 'fr').replaceAll('\u00a0', ' ')).toContain(
      'provisoire resolved : 6 résolutions de 2026-03 peuvent encore être reprises (estimation 17,80 EUR, dans ' +
        'aucun montant ici) ; celles qui ont tenu sont facturées avec 2026-04',
    );
  });

  it('shows apart in the figures of the programme what is settled, provisional and reversed', async () => {
    // on 2 April the 72 h of customers 1 and 3 (the bot's) are over, those of 30 and 31 March are not
    expect(await figuresOf(centre(), '2026-04-02T10:00')).toEqual({
      both: { workedOn: 8, settled: 2, provisional: 4, reversed: 2 },
      machine: { workedOn: 4, settled: 2, provisional: 0, reversed: 2 },
      person: { workedOn: 4, settled: 0, provisional: 4, reversed: 0 },
    });
    // all but those of customer 4, which are over at 23:51
    expect(await figuresOf(centre(), '2026-04-03T12:15')).toMatchObject({
      person: { settled: 3, provisional: 1, reversed: 0 },
    });
    expect(await figuresOf(reversed(), '2026-04-04T00:00')).toMatchObject({
      both: { workedOn: 8, settled: 5, provisional: 0, reversed: 3 },
    });
  });

  it("never counts the bot's talk as hours of people", async () => {
    // people: five calls of a minute (customer 5 twice, one of them in April)
    expect(net(await centre().close('talk', '2026-03'))).toBe('2.00');
  });

  it('pays time and contacts of the bot beside those of people, each at its own price', async () => {
    const invoice = await centre().close('kinds', '2026-03');
    expect([net(invoice), shown(invoice).sort()]).toEqual([
      '11.56',
      [
        '240 SEC at 0.05 for 60',
        '240 SEC at 0.42 for 60',
        '4 C62 at 0.02 for 1',
        '4 C62 at 0.4 for 1',
        '4 C62 at 2 for 1',
      ],
    ]);
    expect(net(await reversed().close('kinds', '2026-03'))).toBe('11.56');
  });

  it('takes back a resolution that a refund after the close undoes, on the month of its own', async () => {
    await centre().deliver(refund);
    const correction = await centre().adjust('at-close', '2026-03');
    expect([net(correction), shown(correction)]).toEqual(['-4.00', ['-1 C62 at 4 for 1']]);
    expect(correction.lines[0]?.period).toEqual({ startDate: '2026-03-01', endDate: '2026-03-31' });
    expect(correction.adjusts).toMatchObject({
      cause: 'maturedVerdicts',
      restated: { totalWithoutVat: { amount: '13.80' } },
    });
    const april = await centre().close('matured', '2026-04');
    expect(amounts(april)).toEqual({ 'resolved.1': '1.80', 'resolved.2': '12.00' });
    // customer 5 called again in April: resolved, and provisional in its turn
    expect(april.provisional).toMatchObject([{ period: '2026-04', count: 1, chargedIn: '2026-05' }]);
  });

  it('leaves what is reopened after its window as it was billed', async () => {
    const before = await centre().adjust('at-close', '2026-03');
    // customer 1 had the bot on 10 March
    await centre().deliver(reopened(1, '2026-04-10T09:00'));
    expect(await centre().adjust('at-close', '2026-03')).toEqual(before);
    expect(await centre().adjust('matured', '2026-04')).toEqual(await centre().close('matured', '2026-04'));
  });

  it('reverses what was reopened within its window, however late that is reported, under its own month', async () => {
    // agent 3 ended customer 3's contact on 30 March at 11:02; the bot's of 27 March has held
    await centre().deliver(reopened(3, '2026-04-02T11:01:59'));
    const correction = await centre().adjust('at-close', '2026-03');
    expect([net(correction), shown(correction)]).toEqual(['-4.00', ['-1 C62 at 4 for 1']]);
    expect(correction.adjusts).toMatchObject({ restated: { totalWithoutVat: { amount: '9.80' } } });
    // the invoice of April had charged it; the line keeps the dates of March
    const matured = await centre().adjust('matured', '2026-04');
    expect([net(matured), shown(matured)]).toEqual(['-4.00', ['-1 C62 at 4 for 1']]);
    for (const { lines } of [correction, matured])
      expect(lines[0]?.period).toEqual({ startDate: '2026-03-01', endDate: '2026-03-31' });
  });

  it('says the same where everything comes in another order, twice, and the refund first', async () => {
    const invoice = await reversed().close('at-close', '2026-03');
    expect([net(invoice), shown(invoice)]).toEqual(['13.80', ['2 C62 at 0.9 for 1', '3 C62 at 4 for 1']]);
    expect(amounts(await reversed().close('matured', '2026-04'))).toEqual({
      'resolved.1': '1.80',
      'resolved.2': '12.00',
    });
  });
});
