import { describe, expect, it } from '@jest/globals';
import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { genesys } from './normalize.js';

const receivedAt = Date.UTC(2026, 10, 20, 12);
const connection: ConnectionContext = {
  connection: 'bpo',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => customer,
};

function normalize(type: string, topicName: string, eventBody: object, timestamp?: string): Normalized {
  const detail = { topicName, version: '2', eventBody, ...(timestamp !== undefined && { timestamp }) };
  const source = 'aws.partner/genesys.com/cloud/3f1e0d2c/prod';
  const body = JSON.stringify({ 'detail-type': type, source, detail });
  return genesys.normalize({ body, receivedAt }, connection);
}

/** Axis, instant, code, reason and whether it is only seen. */
function reported({ facts, refusals }: Normalized): unknown[] {
  expect(refusals).toEqual([]);
  return facts.map((fact: Fact) => {
    const { axis, at, code, reason, observed } = fact as AgentChanged;
    return [axis, new Date(at).toISOString().slice(11, 23), code, reason, observed ? 'seen' : 'changed'];
  });
}

const onQueue = { presenceDefinition: { id: 'def-1', systemPresence: 'ON_QUEUE' } };
const activity = (routing: object, presence: object): Normalized =>
  normalize('v2.users.{id}.activity', 'v2.users.u1.activity', {
    id: 'u1',
    routingStatus: routing,
    presence,
    outOfOffice: { active: false },
    activeQueueIds: ['q1'],
  });
const presence = (body: object): Normalized =>
  normalize('v2.users.{id}.presence', 'v2.users.u1.presence', body);
const routing = (status: string, startTime: string): Normalized =>
  normalize('v2.users.{id}.routingStatus', 'v2.users.u1.routingStatus', {
    id: 'u1',
    routingStatus: { status, startTime },
  });

describe('An activity event of Genesys', () => {
  const both = activity(
    { status: 'IDLE', startTime: '2026-11-20T08:58:00.105Z' },
    { ...onQueue, modifiedDate: '2026-11-20T08:58:00.000Z' },
  );

  it('reports routing status and presence, each with its own instant, and that the agent is there', () => {
    expect(reported(both)).toEqual([
      ['routing', '08:58:00.105', 'IDLE', null, 'changed'],
      ['session', '08:58:00.105', 'LOGGED_IN', null, 'seen'],
      ['session', '08:58:00.000', 'LOGGED_IN', null, 'seen'],
      ['presence', '08:58:00.000', 'ON_QUEUE', 'def-1', 'changed'],
    ]);
    expect(new Set(both.facts.map(({ entity }) => entity))).toEqual(
      new Set(['bpo:agent/u1/routing', 'bpo:agent/u1/session', 'bpo:agent/u1/presence']),
    );
  });

  it('is a snapshot: what has not changed since is the same fact, as in the topics of one axis', () => {
    const later = activity(
      { status: 'INTERACTING', startTime: '2026-11-20T09:00:58.870Z' },
      { ...onQueue, modifiedDate: '2026-11-20T08:58:00.000Z' },
    );
    const idOf = ({ facts }: Normalized, axis: string): unknown =>
      facts.find((fact) => fact.type === 'agent.changed' && fact.axis === axis && !fact.observed)?.id;
    expect(idOf(later, 'presence')).toBe(idOf(both, 'presence'));
    expect(idOf(later, 'routing')).not.toBe(idOf(both, 'routing'));
    const alone = presence({ ...onQueue, primary: true, modifiedDate: '2026-11-20T08:58:00.000Z' });
    expect(idOf(alone, 'presence')).toBe(idOf(both, 'presence'));
    expect(idOf(routing('IDLE', '2026-11-20T08:58:00.105Z'), 'routing')).toBe(idOf(both, 'routing'));
  });

  it('keeps the latest evidence of each quarter-hour that the session goes on', () => {
    const evidence = ['09:00:00', '09:14:59.999', '09:15:00'].map((time) => {
      const [, fact] = routing('INTERACTING', `2026-11-20T${time}Z`).facts;
      return [fact?.id, fact?.revision];
    });
    expect(evidence[0]?.[0]).toBe(evidence[1]?.[0]);
    expect(Number(evidence[1]?.[1])).toBeGreaterThan(Number(evidence[0]?.[1]));
    expect(evidence[2]?.[0]).not.toBe(evidence[1]?.[0]);
  });

  it('is refused with the field where an instant is missing, unreadable or implausible', () => {
    const at = (startTime: unknown) =>
      activity({ status: 'IDLE', startTime }, { ...onQueue, modifiedDate: '2026-11-20T08:58:00.000Z' });
    expect(at(undefined).refusals).toMatchObject([
      { code: 'invalid-field', path: 'detail.eventBody.routingStatus.startTime' },
    ]);
    expect(at('2026-11-20T08:58:00').refusals).toMatchObject([{ code: 'invalid-field' }]);
    expect(at('2026-11-22T08:58:00Z').refusals).toMatchObject([{ code: 'implausible-time' }]);
  });
});

describe('A presence of Genesys', () => {
  it('is one word however it is spelt, and idle is not the routing status of that name', () => {
    for (const word of ['On Queue', 'OnQueue', 'ON_QUEUE']) {
      const body = { presenceDefinition: { systemPresence: word }, modifiedDate: '2026-11-20T09:00:00Z' };
      expect(reported(presence(body))).toContainEqual([
        'presence',
        '09:00:00.000',
        'ON_QUEUE',
        null,
        'changed',
      ]);
    }
    const idle = { presenceDefinition: { systemPresence: 'Idle' }, modifiedDate: '2026-11-20T09:00:00Z' };
    expect(reported(presence(idle))).toContainEqual([
      'presence',
      '09:00:00.000',
      'PRESENCE_IDLE',
      null,
      'changed',
    ]);
  });

  it('of an agent who goes offline ends the session and every axis', () => {
    const body = { presenceDefinition: { systemPresence: 'OFFLINE' }, modifiedDate: '2026-11-20T09:00:00Z' };
    expect(reported(presence(body))).toEqual(
      ['session', 'presence', 'routing'].map((axis) => [axis, '09:00:00.000', 'LOGGED_OUT', null, 'changed']),
    );
  });

  it('says nothing where it is not the primary one, and is refused where the topic names no user', () => {
    const body = { ...onQueue, modifiedDate: '2026-11-20T09:00:00Z' };
    expect(reported(presence({ ...body, primary: false }))).toEqual([]);
    const nameless = normalize('v2.users.{id}.presence', 'presence', body);
    expect(nameless.refusals).toMatchObject([{ code: 'invalid-field', path: 'detail.topicName' }]);
  });
});

describe('What else Genesys reports of users', () => {
  it('leaves what an agent does off queue to the presence, and shows no session', () => {
    expect(reported(routing('OFF_QUEUE', '2026-11-20T09:00:00Z'))).toEqual([
      ['routing', '09:00:00.000', 'NONE', null, 'changed'],
    ]);
  });

  it('takes counters of conversations as evidence of the session, by their publication, and for nothing else', () => {
    const summary = (active: number): Normalized =>
      normalize(
        'v2.users.{id}.conversationsummary',
        'v2.users.u1.conversationsummary',
        { userId: 'u1', call: { contactCenter: { active, acw: 0 }, enterprise: { active: 0, acw: 0 } } },
        '2026-11-20T09:00:00.300Z',
      );
    expect(reported(summary(1))).toEqual([['session', '09:00:00.300', 'LOGGED_IN', null, 'seen']]);
    expect(reported(summary(0))).toEqual([]);
  });

  it('gives each session on a conversation a timeline of its own, which ends with it', () => {
    const state = (currentState: string, currentStateStart: number): Normalized =>
      normalize('v2.detail.events.agent.{id}.state', 'v2.detail.events.agent.u1.state', {
        conversationId: 'c1',
        sessionId: 's1',
        userId: 'u1',
        currentState,
        currentStateStart,
      });
    const at = Date.UTC(2026, 10, 20, 9);
    expect(reported(state('HOLD', at))[0]).toEqual([
      'conversation/s1',
      '09:00:00.000',
      'HOLD',
      null,
      'changed',
    ]);
    expect(reported(state('TERMINATED', at))[0]).toEqual([
      'conversation/s1',
      '09:00:00.000',
      'NONE',
      null,
      'changed',
    ]);
  });

  it('takes a change of presence from an audit, by any user, and nothing from other audits', () => {
    const audit = (property: string): Normalized =>
      normalize(
        'v2.audits.entitytype.{id}.entityid.{id}',
        'v2.audits.entitytype.UserPresence.entityid.u1',
        {
          id: 'a',
          userId: 'supervisor',
          action: 'Update',
          propertyChanges: [{ property, oldValues: ['Break'], newValues: ['Available'] }],
        },
        '2026-11-20T09:00:00.300Z',
      );
    const { facts } = audit('PRESENCE');
    expect(reported(audit('PRESENCE'))).toContainEqual([
      'presence',
      '09:00:00.300',
      'AVAILABLE',
      null,
      'changed',
    ]);
    expect(facts[0]?.entity).toBe('bpo:agent/u1/session');
    expect(reported(audit('SKILLS'))).toEqual([]);
  });
});
