import { describe, expect, it } from '@jest/globals';
import { interpretTotals } from '#domain/timeline/timeline-page.js';
import type { AgentTotals, Fact } from '#domain/fact/fact.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { avaya } from './normalize.js';

const nine = Date.UTC(2026, 10, 20, 9);
const receivedAt = nine + 3_600_000;
const connection: ConnectionContext = {
  connection: 'ava',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => customer,
};

const normalize = (body: object): Normalized =>
  avaya.normalize({ body: JSON.stringify(body), receivedAt }, connection);

const rows = (kind: string, ...rows: object[]): Normalized =>
  normalize({ source: 'avaya.cms', kind, polledAt: '2026-11-20T09:30:00Z', rows });

/** Axis, seconds after nine, code, reason, whether it is only seen, and the order. */
function reported({ facts, refusals }: Normalized): unknown[] {
  expect(refusals).toEqual([]);
  return facts.map((fact: Fact) => {
    if (fact.type !== 'agent.changed') return [fact.type, fact.entity];
    const { axis, at, code, reason, observed, sequence } = fact;
    return [axis, (at - nine) / 1_000, code, reason, observed ? 'seen' : 'changed', sequence];
  });
}

const s = nine / 1_000;
const evidence = (at: number) => ['session', at, 'LOGGED_IN', null, 'seen', 0];

describe('Rows of Avaya CMS about agents', () => {
  it('report logins, and logouts once they have happened, the same for every split of the agent', () => {
    const open = rows('agent_login_rows', { acd: 1, logid: '0210', login_utc: s, split: 310 });
    expect(reported(open)).toEqual([
      ['session', 0, 'LOGGED_IN', null, 'changed', 0],
      ['state', 0, 'LOGGED_IN', null, 'changed', 0],
    ]);
    const closed = rows(
      'agent_login_rows',
      { acd: 1, logid: '0210', login_utc: s, logout_utc: s + 60, split: 310 },
      { acd: 1, logid: '0210', login_utc: s, logout_utc: s + 60, split: 320 },
    );
    expect(new Set(closed.facts.map(({ id }) => id)).size).toBe(4);
    expect(reported(closed).slice(2, 4)).toEqual([
      ['session', 60, 'LOGGED_OUT', null, 'changed', 0],
      ['state', 60, 'LOGGED_OUT', null, 'changed', 0],
    ]);
    expect(closed.facts[0]).toMatchObject({ agent: 'ava:0210', entity: 'ava:agent/0210/session' });
  });

  it('report work modes in the order of the trace, AUX with its reason, 0 where the system set it', () => {
    expect(
      reported(
        rows(
          'agent_trace_rows',
          { acd: 1, logid: '210', time_utc: s, workmode: 'AVAIL', seq: 7 },
          { acd: 1, logid: '210', time_utc: s, workmode: 'AUX', auxreason: '3', seq: 8 },
          { acd: 1, logid: '210', time_utc: s + 60, workmode: 'AUX' },
        ),
      ),
    ).toEqual([
      ['state', 0, 'AVAIL', null, 'changed', 7],
      evidence(0),
      ['state', 0, 'AUX', '3', 'changed', 8],
      evidence(0),
      ['state', 60, 'AUX', '0', 'changed', 0],
      evidence(60),
    ]);
    expect(
      reported(rows('agent_trace_rows', { acd: 1, logid: '210', time_utc: s, workmode: 'UNSTAFF' })),
    ).toEqual(['session', 'state'].map((axis) => [axis, 0, 'LOGGED_OUT', null, 'changed', 0]));
  });

  it('give sums of an interval without any instant, and what all splits share is counted once', () => {
    const { facts, refusals } = rows(
      'hagent_rows',
      {
        acd: 1,
        logid: '210',
        split: 310,
        starttime_utc: s,
        intrvl: 30,
        ti_stafftime: 1_800,
        ti_availtime: 600,
        ti_auxtime: 300,
        ti_auxtime3: 300,
        i_acdtime: 500,
        i_acwtime: '40',
      },
      { acd: 1, logid: '210', split: 320, starttime_utc: s, intrvl: 30, ti_stafftime: 1_800, i_acdtime: 100 },
      { acd: 1, logid: '210', split: 330, starttime_utc: s, intrvl: 30, i_acdtime: 50 },
    );
    expect(refusals).toEqual([]);
    expect(new Set(facts.map(({ entity }) => entity)).size).toBe(1);
    for (const order of [facts, facts.toReversed()]) {
      expect(interpretTotals(order as AgentTotals[])?.ms).toEqual({
        ACD: 650_000,
        ACW: 40_000,
        AUX: 300_000,
        'AUX/3': 300_000,
        AVAIL: 600_000,
        STAFFED: 1_800_000,
      });
    }
  });

  it('are refused one by one, with the field', () => {
    const { facts, refusals } = rows(
      'agent_login_rows',
      { acd: 1, logid: 210, login_utc: s },
      { acd: 1, logid: '210', login_utc: s, logout_utc: s - 1 },
      { acd: 1, logid: '210', login_utc: s + 9_000_000 },
      { acd: 1, logid: '210', login_utc: s },
    );
    expect(facts).toHaveLength(2);
    expect(refusals.map(({ code, path }) => [code, path])).toEqual([
      ['invalid-field', 'rows[0].logid'],
      ['invalid-field', 'rows[1].logout_utc'],
      ['implausible-time', 'rows[2].login_utc'],
    ]);
  });
});

describe('Frames of Avaya about agents', () => {
  const axp = (body: object): Normalized =>
    normalize({ correlationId: 'c', subscriptionId: 's', family: 'AGENT_ENGAGEMENT', body });
  const bridge = (frame: object): Normalized =>
    normalize({ bridgeId: 'aes-1', seq: 5, receivedAt: '2026-11-20T09:00:10Z', linkEpoch: 4, ...frame });

  it('report a state of the Experience Platform with its reason, and sessions by its words for them', () => {
    const state = { event: 'AgentState', id: 'e', agentId: 'a1', state: 'NOT_READY', reasonCode: '12' };
    expect(reported(axp({ ...state, timestamp: nine }))).toEqual([
      ['state', 0, 'NOT_READY', '12', 'changed', 0],
      evidence(0),
    ]);
    expect(reported(axp({ ...state, state: 'LOGGED_OUT', timestamp: nine }))).toEqual([
      ['session', 0, 'LOGGED_OUT', null, 'changed', 0],
      ['state', 0, 'LOGGED_OUT', null, 'changed', 0],
    ]);
    expect(axp({ ...state, event: 'AgentParticipant', timestamp: nine }).refusals).toMatchObject([
      { code: 'unknown-kind', path: 'body.event' },
    ]);
    expect(axp({ ...state, timestamp: 'soon' }).refusals).toMatchObject([{ code: 'invalid-field' }]);
  });

  it('report a state of Infinity by the name of the event', () => {
    const event = { accountId: 'x', agentId: 'a7', timestamp: '2026-11-20T09:00:31.204Z' };
    expect(reported(normalize({ ...event, event: 'Agent.NotReady', reason: 'Pause dejeuner' }))).toEqual([
      ['state', 31.204, 'NOT_READY', 'Pause dejeuner', 'changed', 0],
      evidence(31.204),
    ]);
    expect(reported(normalize({ ...event, event: 'Agent.LoggedIn' }))).toHaveLength(2);
    expect(normalize({ ...event, event: 'Interaction.Created' }).refusals).toMatchObject([
      { code: 'unknown-kind', path: 'event' },
    ]);
  });

  it('report a login and a logout by a bridge, with the names of TSAPI and of DMCC', () => {
    for (const event of ['LoggedOff', 'AgentLoggedOffEvent']) {
      expect(reported(bridge({ event, agentLoginId: '210' }))).toEqual([
        ['session', 10, 'LOGGED_OUT', null, 'changed', 5],
        ['state', 10, 'LOGGED_OUT', null, 'changed', 5],
      ]);
    }
    for (const event of ['WorkNotReady', 'AgentWorkingAfterCallEvent'])
      expect(reported(bridge({ event, agentLoginId: '210' }))[0]).toEqual([
        'state',
        10,
        'ACW',
        null,
        'changed',
        5,
      ]);
  });

  it('take the answer to a query of the state as seen: pending values and calls beside AUX change nothing', () => {
    const polled = { event: 'AgentState', agentLoginId: '210' };
    const state = (answer: object): unknown => reported(bridge({ ...polled, ...answer }))[0];
    expect(state({ workMode: 1, talkState: 0, reasonCode: 3, pendingWorkMode: 3 })).toEqual([
      'state',
      10,
      'AUX',
      '3',
      'seen',
      5,
    ]);
    expect(state({ workMode: 3, talkState: 1 })).toEqual(['state', 10, 'AVAIL', null, 'seen', 5]);
    expect(state({ workMode: 4, talkState: 0 })).toEqual(['state', 10, 'ACD', null, 'seen', 5]);
    expect(state({ agentState: 'AG_NULL' })).toEqual(['session', 10, 'LOGGED_OUT', null, 'seen', 5]);
    expect(bridge({ ...polled, workMode: -1 }).refusals).toMatchObject([{ code: 'invalid-field' }]);
  });

  it('note calls, which show that the agent is there, and warn where the link is lost', () => {
    expect(
      reported(bridge({ event: 'Established', callId: 5127, ucid: '0000105', agentLoginId: '210' })),
    ).toEqual([['contact.noted', 'ava:0000105'], evidence(10)]);
    expect(reported(bridge({ event: 'Established', callId: 5127 }))).toEqual([['contact.noted', 'ava:5127']]);
    const { facts, warnings } = bridge({ event: 'LinkDown' });
    expect(facts).toEqual([]);
    expect(warnings).toEqual([{ code: 'link-interrupted', field: 'event', value: 'LinkDown' }]);
  });
});
