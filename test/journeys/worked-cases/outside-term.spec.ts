import { describe, expect, it } from '@jest/globals';
import { closePeriod } from '#pipeline/close/close-period.js';
import { outsideTermText } from '#pipeline/close/outside-term-text.js';
import { readTopicValues } from '#log/small-topic.js';
import { topics } from '#wire/topics.js';
import { centreOf, contract } from './centre.js';
import { calls, paris } from './work.js';

/** A fixed amount is owed for every month of a contract, and for none before it: work says when it begins. */
const fee = "lines: [{ id: fee, model: fixed, amount: '80000.00' }]";
const call = (month: string) => calls([{ at: paris(`${month}-10T09:00`), talkS: 60 }]);

describe('The close of a period', () => {
  const centre = centreOf(
    [
      contract('open', fee),
      contract('agreed', `${fee}\nterm: { firstDay: 2026-03-16, lastDay: 2026-05-02 }`),
      contract('ending', `${fee}\nterm: { lastDay: 2026-05-02 }`),
    ],
    (started) => started.deliver(call('2026-03')),
  );
  const close = (id: string, period: string) => closePeriod(centre().contract(id), period, centre().invoicer);

  it.each([
    ['open', '1970-01'],
    ['open', '0001-01'],
    ['open', '2026-02'],
    ['agreed', '1970-01'],
    ['agreed', '2026-02'],
    ['agreed', '2026-06'],
    ['ending', '2026-02'],
    ['ending', '2026-06'],
  ])('is refused for %s in %s, which lies before its work or outside of its term', async (id, period) => {
    expect(await close(id, period)).toMatchObject({ status: 'outsideTerm' });
    expect(await readTopicValues(centre().invoicer.log, topics.closes.name)).toEqual([]);
  });

  it('says in which periods it may be, and what names the first one', async () => {
    const said = async (id: string, period: string) => {
      const closed = await close(id, period);
      return closed.status === 'outsideTerm' ? outsideTermText(closed) : closed.status;
    };
    expect(await said('agreed', '2026-06')).toBe(
      'The term of the contract has periods from 2026-03 to 2026-05: close one of these, or correct its term.',
    );
    expect(await said('open', '1970-01')).toMatch(/first work .* lies in 2026-03, .* \(firstDay\)\.$/);
    expect(await said('ending', '2026-06')).toMatch(/has periods to 2026-05:/);
  });

  it('is made from the first day of the term, or from the first work on, also where a month holds none', async () => {
    const closed = [];
    for (const [id, period] of [
      ['open', '2026-03'],
      ['open', '2026-04'],
      ['agreed', '2026-03'],
      ['agreed', '2026-05'],
      ['ending', '2026-05'],
    ] as const) {
      closed.push((await close(id, period)).status);
    }
    expect(closed).toEqual(Array(5).fill('closed'));
  });
});

describe('The close of a period without any work', () => {
  const centre = centreOf(
    [contract('open', fee), contract('agreed', `${fee}\nterm: { firstDay: 2026-03-01 }`)],
    async () => {},
  );
  const close = (id: string) => closePeriod(centre().contract(id), '2026-03', centre().invoicer);

  it('is refused without a first day of the term, and made with one', async () => {
    expect(await close('open')).toEqual({ status: 'outsideTerm', first: null, last: null, by: 'work' });
    expect((await close('agreed')).status).toBe('closed');
  });
});

describe('The close of a period of which no work is known', () => {
  const hours =
    'measures: { workMs: { kind: agentTime, states: [TALK] } }\n' +
    "lines: [{ id: hours, model: time, measure: workMs, price: '29.88' }]";
  const centre = centreOf([contract('fixed', fee), contract('hours', hours)], async () => undefined);
  const close = (id: string) => closePeriod(centre().contract(id), '2026-03', centre().invoicer);

  it('charges nothing: a fixed amount would be owed, hours are 0.00', async () => {
    expect(await close('fixed')).toMatchObject({ status: 'outsideTerm', first: null });
    expect(await close('hours')).toMatchObject({ status: 'closed' });
  });
});
