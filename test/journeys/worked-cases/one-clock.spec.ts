import { describe, expect, it } from '@jest/globals';
import { plain } from '#domain/money/money.js';
import { amounts, centreOf, contract, type Event, net } from './centre.js';
import { calls, mails, outcomes, paris, stretch } from './work.js';

/**
 * One hour of agent 1, who has the telephone of one platform and the mailbox of another, from events to the
 * invoice. By hand, 10:00 to 11:00:
 *
 *   available, as planned     10:00-11:00
 *   a call                    10:00-10:30
 *   another one               10:20-10:40   shares 10:20-10:30 with the first: 5 min each
 *   an e-mail                 10:50-10:55
 *
 * On contacts: 25 + 15 + 5 = 45 min; available: 10:40-10:50 and 10:55-11:00, 15 min; together the hour. What
 * the contacts took: 30 + 20 + 5 = 55 min.
 */
const hours = contract(
  'hours',
  `
measures:
  worked: { kind: agentTime, states: [TALK, HOLD, ACW] }
  waiting: { kind: agentTime, states: [AVAILABLE] }
  took: { kind: contactTime, parts: [talk, hold, acw] }
  full: { kind: agentTime, states: [TALK, HOLD, ACW], overlaps: full }
lines:
  - { id: L1, model: time, measure: worked, unit: hour, price: '60.00' }
  - { id: L2, model: time, measure: waiting, unit: hour, price: '12.00' }
  - { id: L3, model: time, measure: took, unit: hour, price: '6.00' }
  - { id: L4, model: time, measure: full, unit: hour, price: '6.00' }
`,
);

const day = (time: string): number => paris(`2026-03-10T${time}`);
const agent = 1;

/** Milliseconds that lines are without, as their explanation says. */
function claimedTwice({ explanation }: Event): Record<string, unknown> {
  const taken = explanation
    .filter(({ rule }) => rule === 'countedOnce')
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([name]) => name.startsWith('clock/'));
  return Object.fromEntries(taken);
}

describe('an hour of one agent on two platforms', () => {
  const centre = centreOf([hours], (open) =>
    open.deliver(
      calls([{ at: day('10:00'), talkS: 1_800, agent }], 1),
      calls([{ at: day('10:20'), talkS: 1_200, queue: 'advice', agent }], 2),
      mails([{ id: 1, at: day('10:49'), agent }]),
      outcomes([stretch(agent, 'AVAILABLE', day('10:00'), day('11:00'))]),
    ),
  );

  it('is paid once, whatever claims it; contact time in full, and agent time where it is agreed', async () => {
    const live = await centre().periods.live('hours', '2026-03');
    const closed = await centre().close('hours', '2026-03');
    expect(amounts(closed)).toEqual({ L1: '45.00', L2: '3.00', L3: '5.50', L4: '5.50' });
    expect(live === null ? null : plain(live.invoice.totals.net, 2)).toBe(net(closed));
  });

  it('names the seconds that were claimed twice and counted once', async () => {
    expect(claimedTwice(await centre().close('hours', '2026-03'))).toEqual({
      'clock/L1/1/-/-/-': '600000',
      'clock/L2/1/-/-/-': '2700000',
    });
  });

  it('gives seconds back to a call that is reported a month later, by an adjustment', async () => {
    // 10:42 to 10:46: 4 min of availability
    await centre().deliver(calls([{ at: day('10:42'), talkS: 240, queue: 'returns', agent }], 3));
    const adjusted = await centre().adjust('hours', '2026-03');
    expect(amounts(adjusted)).toEqual({ L1: '4.00', L2: '-0.80', L3: '0.40', L4: '0.40' });
    expect(adjusted.adjusts?.causes.map(({ cause }) => cause)).toEqual(['lateEvents']);
    for (const revision of [1, 2])
      expect(await centre().periods.verify('hours', '2026-03', revision)).toMatchObject({ status: 'same' });
  });
});
