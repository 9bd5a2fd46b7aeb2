import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '#domain/fact/fact.js';
import { supersedes } from '#domain/entity/fold.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { genesys } from './normalize.js';
import { alice, envelopeOf, externalContact, organisation, queueOne, events } from './events.fixture.js';
import { type Topic, topics } from './schema.js';
import { isCompiled } from '../compile-schema.js';

const receivedAt = Date.UTC(2026, 10, 20, 12);

const connection: ConnectionContext = {
  connection: 'bpo-genesys',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `pseudonym(${customer})`,
};

const conversation = 'bpo-genesys:7d0c3b1e-52a4-4c1f-9d6e-0b8a41f0c101';
const customer = 'pseudonym(33612345678)';
const voice = { direction: 'inbound', media: 'voice', customer };

type Fields = Readonly<Record<string, unknown>>;

function normalize(envelope: unknown, at = receivedAt): Normalized {
  return genesys.normalize({ body: JSON.stringify(envelope), receivedAt: at }, connection);
}

/** The one fact of an event, without its id; fails when there are refusals or warnings. */
function factOf(topic: Topic, event: Fields = events[topic]): Fact {
  const { facts, refusals, warnings } = normalize(envelopeOf(topic, event));
  expect(refusals).toEqual([]);
  expect(warnings).toEqual([]);
  expect(facts).toHaveLength(1);
  return facts[0]!;
}

function expectFact(topic: Topic, expected: Fields, event: Fields = events[topic]): void {
  const at = event['eventTime'] as number;
  const base = { entity: conversation, connection: 'bpo-genesys', at, revision: at + 212 };
  expect(factOf(topic, event)).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), ...base, ...expected });
}

describe('the fact of a Genesys event', () => {
  const agent = `bpo-genesys:${alice}`;
  const queue = `bpo-genesys:${queueOne}`;
  const acdSession = 'e93f5d70-3f52-4d0e-8a11-5e6c1f2d0003';
  const agentSession = 'e93f5d70-3f52-4d0e-8a11-5e6c1f2d0004';

  it('says for customer.start that the contact started', () => {
    expectFact('customer.start', { type: 'contact.started', ...voice });
  });

  it('says for customer.end that the contact ended', () => {
    expectFact('customer.end', { type: 'contact.ended' });
  });

  it('says for contact who the customer is', () => {
    expectFact('contact', { type: 'contact.identified', customer });
  });

  it('notes a contact event that identifies no customer', () => {
    const event = {
      ...events.contact,
      ani: null,
      externalContactId: null,
      conversationExternalContactIds: null,
    };
    expectFact('contact', { type: 'contact.noted', what: 'contact', details: {} }, event);
  });

  it('says for acd.start that a queue was entered', () => {
    expectFact('acd.start', { type: 'queue.entered', segment: acdSession, queue, ...voice });
  });

  it('says for acd.end that the queue was left with the result answered', () => {
    expectFact('acd.end', {
      type: 'queue.left',
      segment: acdSession,
      queue,
      result: 'answered',
      waitMs: 27020,
      answeredBy: agent,
      ...voice,
    });
  });

  it.each([
    ['ABANDON', 'abandoned'],
    ['FLOW_OUT', 'flowOut'],
    ['UNKNOWN', 'unknown'],
  ])('says for acd.end %s that the result is %s and no agent answered', (acdOutcome, result) => {
    const event = { ...events['acd.end'], acdOutcome, answeredUserId: undefined, disconnectType: 'PEER' };
    expect(factOf('acd.end', event)).toMatchObject({ result, answeredBy: null });
  });

  it('keeps queue and wait unknown where acd.end has neither', () => {
    const event = { ...events['acd.end'], queueId: null, connectedDurationMs: undefined };
    expect(factOf('acd.end', event)).toMatchObject({ queue: null, waitMs: null });
  });

  it('says for user.start that an agent was alerted', () => {
    expectFact('user.start', { type: 'agent.joined', leg: agentSession, agent, queue, ...voice });
  });

  it.each([undefined, null, ''])('says for user.start with queue %j that the call is direct', (queueId) => {
    expect(factOf('user.start', { ...events['user.start'], queueId })).toMatchObject({ queue: null });
  });

  it('says for user.end that an agent left, with the durations of the session', () => {
    expectFact('user.end', {
      type: 'agent.left',
      leg: agentSession,
      agent,
      queue,
      talkMs: 191530,
      holdMs: 60000,
      dialMs: 0,
      alertMs: 6570,
      transferredOut: true,
      ...voice,
    });
  });

  it('takes durations that user.end leaves out as 0 for an agent who was only alerted', () => {
    const { interactingDurationMs: _talk, heldDurationMs: _hold, ...rang } = events['user.end'];
    expect(factOf('user.end', { ...rang, alertingDurationMs: 8000 })).toMatchObject({
      talkMs: 0,
      holdMs: 0,
      dialMs: 0,
      alertMs: 8000,
      transferredOut: false,
    });
  });

  it('adds dialling and contacting of an outbound user.end to one dial time', () => {
    const event = { ...events['user.end'], dialingDurationMs: 7000, contactingDurationMs: 2500 };
    expect(factOf('user.end', event)).toMatchObject({ dialMs: 9500 });
  });

  it.each([
    ['TRANSFER', true],
    ['CONSULT_TRANSFER', true],
    ['CONFERENCE_TRANSFER', true],
    ['FORWARD_TRANSFER', false],
    ['NO_ANSWER_TRANSFER', false],
    ['NOT_AVAILABLE_TRANSFER', false],
    ['DND_TRANSFER', false],
    ['PEER', false],
    ['CLIENT', false],
    [undefined, false],
  ])('says for user.end %s that transferred out is %s', (disconnectType, transferredOut) => {
    expect(factOf('user.end', { ...events['user.end'], disconnectType })).toMatchObject({ transferredOut });
  });

  it('says for acw that the agent wrapped up', () => {
    expectFact('acw', {
      type: 'agent.wrapped',
      leg: agentSession,
      agent,
      queue,
      acwMs: 30000,
      disposition: 'b4a39281-7061-4f5e-8d4c-3b2a190f0001',
    });
  });

  it('keeps after-call work and disposition unknown where acw has neither', () => {
    const event = { ...events.acw, wrapupDurationMs: undefined, wrapupCode: undefined };
    expect(factOf('acw', event)).toMatchObject({ acwMs: null, disposition: null });
  });

  it('notes attributes by their number, without names or values', () => {
    expectFact('attributes', { type: 'contact.noted', what: 'attributes', details: { attributeCount: 2 } });
  });

  it('notes wrapup and does not add it to the after-call work', () => {
    const details = {
      queueId: queueOne,
      wrapupCode: 'b4a39281-7061-4f5e-8d4c-3b2a190f0001',
      wrapupDurationMs: 30000,
    };
    expectFact('wrapup', { type: 'contact.noted', what: 'wrapup', details });
  });

  const flow = {
    flowType: 'INBOUNDCALL',
    flowId: 'c8b7a695-8473-4261-9a5f-4e3d2c1b0001',
    flowVersion: '5.0',
  };

  it('notes flow.start with its flow', () => {
    expectFact('flow.start', { type: 'contact.noted', what: 'flow.start', details: flow });
  });

  it('notes flow.end with how the flow ended', () => {
    const details = {
      ...flow,
      disconnectType: 'TRANSFER',
      exitReason: 'TRANSFER',
      transferType: 'ACD',
      connectedDurationMs: 31490,
    };
    expectFact('flow.end', { type: 'contact.noted', what: 'flow.end', details });
  });

  it('notes flow.outcome with its value and times', () => {
    const details = {
      ...flow,
      flowOutcomeId: 'd7c6b5a4-9382-4716-8504-f3e2d1c00001',
      flowOutcomeValue: 'SUCCESS',
      flowOutcomeStartTime: 1795165205000,
      flowOutcomeEndTime: 1795165231790,
    };
    expectFact('flow.outcome', { type: 'contact.noted', what: 'flow.outcome', details });
  });

  it('notes outbound without the id of the dialled person', () => {
    const details = {
      outboundCampaignId: 'f0e1d2c3-b4a5-4968-8778-69504a3b0001',
      outboundContactListId: 'f0e1d2c3-b4a5-4968-8778-69504a3b0002',
    };
    expectFact('outbound', { type: 'contact.noted', what: 'outbound', details });
  });

  it('notes voicemail.start and voicemail.end', () => {
    const start = { queueId: queueOne };
    expectFact('voicemail.start', { type: 'contact.noted', what: 'voicemail.start', details: start });
    const end = { queueId: queueOne, disconnectType: 'PEER', voicemailDurationMs: 42000 };
    expectFact('voicemail.end', { type: 'contact.noted', what: 'voicemail.end', details: end });
  });
});

describe('the customer of a Genesys event', () => {
  const started = events['customer.start'];
  const who = (event: Fields) => (factOf('customer.start', event) as { customer: string | null }).customer;

  it('is the caller of an inbound and the called party of an outbound contact', () => {
    expect(who({ ...started, ani: 'tel:+33611111111' })).toBe('pseudonym(33611111111)');
    expect(who({ ...started, direction: 'OUTBOUND', dnis: 'tel:+33622222222' })).toBe(
      'pseudonym(33622222222)',
    );
  });

  it('is the number to call back where there is no other number', () => {
    expect(
      who({ ...started, mediaType: 'CALLBACK', ani: undefined, callbackNumbers: ['06 33 33 33 33'] }),
    ).toBe('pseudonym(33633333333)');
  });

  it.each([[undefined], [''], ['anonymous'], ['sip:anonymous@anonymous.invalid'], ['tel:anonymous']])(
    'is the external contact where the number is %j',
    (ani) => {
      expect(who({ ...started, ani })).toBe(`pseudonym(ext:${externalContact})`);
      expect(who({ ...started, ani, conversationExternalContactIds: [] })).toBe(
        `pseudonym(ext:${externalContact})`,
      );
    },
  );

  it('is not taken from empty ids', () => {
    const event = { ...started, ani: '', conversationExternalContactIds: [''], externalContactId: 'c1' };
    expect(who(event)).toBe('pseudonym(ext:c1)');
    expect(who({ ...event, externalContactId: '' })).toBeNull();
  });

  it('is unknown where there is neither a number nor an external contact', () => {
    const anonymous = { ani: 'anonymous', externalContactId: null, conversationExternalContactIds: [] };
    expect(who({ ...started, ...anonymous })).toBeNull();
  });

  it('is not taken from a number where the direction is unknown, since it may be our own', () => {
    const event = { ...started, externalContactId: undefined, conversationExternalContactIds: undefined };
    expect(who({ ...event, direction: 'UNKNOWN' })).toBeNull();
    expect(who({ ...event, direction: undefined })).toBeNull();
  });

  it('is the same one in all events of a conversation', () => {
    const { outbound: _other, ...conversationEvents } = events;
    const named = Object.entries(conversationEvents).flatMap(([topic, event]) => {
      const fact = factOf(topic as Topic, event);
      return 'customer' in fact ? [fact.customer] : [];
    });
    expect(new Set(named)).toEqual(new Set([customer]));
    expect(named).toHaveLength(6);
  });

  it('never leaves this library by number, name or address', () => {
    const plain: ConnectionContext = { ...connection, pseudonym: () => 'hidden' };
    for (const [topic, event] of Object.entries(events)) {
      const body = JSON.stringify(envelopeOf(topic, { ...event, addressFrom: 'jeanne.martin@example.com' }));
      const normalized = JSON.stringify(genesys.normalize({ body, receivedAt }, plain));
      expect(normalized).not.toMatch(/33612345678|martin|BRAND-042|c0ffee0042/i);
    }
  });
});

describe('the id of a Genesys fact', () => {
  const id = (topic: Topic, event: Fields, change: (envelope: Fields) => Fields = (e) => e): string =>
    normalize(change(envelopeOf(topic, event))).facts[0]!.id;
  const end = events['user.end'];

  it('differs by topic, conversation, participant, session, time, outcome and code', () => {
    const ids = [
      id('user.end', end),
      id('user.start', end),
      id('user.end', { ...end, conversationId: 'c2' }),
      id('user.end', { ...end, participantId: 'p2' }),
      id('user.end', { ...end, sessionId: 's2' }),
      id('user.end', { ...end, eventTime: 1795165510401 }),
      id('flow.outcome', events['flow.outcome']),
      id('flow.outcome', { ...events['flow.outcome'], flowOutcomeId: 'another' }),
      id('acw', events.acw),
      id('acw', { ...events.acw, wrapupCode: 'ININ-WRAP-UP-TIMEOUT' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    const elsewhere = genesys.normalize(
      { body: JSON.stringify(envelopeOf('user.end', end)), receivedAt },
      { ...connection, connection: 'other' },
    );
    expect(elsewhere.facts[0]!.id).not.toBe(ids[0]);
  });

  it('is the same in another envelope, bus, region or integration', () => {
    const again = (envelope: Fields): Fields => ({
      ...envelope,
      id: 'ffffffff-1d34-4a6b-8c5d-7e6f5a4b0002',
      time: '2026-11-20T09:07:00Z',
      region: 'eu-central-1',
      source: `aws.partner/genesys.com/cloud/${organisation}/bpo-new`,
    });
    expect(id('user.end', end, again)).toBe(id('user.end', end));
  });

  it('stays the same in a publication with corrected durations, which supersedes the first in either order', () => {
    const first = normalize(envelopeOf('user.end', end)).facts[0]!;
    const corrected = { ...end, interactingDurationMs: 191000 };
    const later = envelopeOf('user.end', corrected, { timestamp: '2026-11-20T09:20:00.000Z' });
    const second = normalize(later).facts[0]!;
    expect(second.id).toBe(first.id);
    expect(supersedes(second, first)).toBe(true);
    expect(supersedes(first, second)).toBe(false);
  });

  it('stays the same in an identical copy, which supersedes nothing', () => {
    const copy = normalize(envelopeOf('user.end', end));
    expect(copy).toEqual(normalize(envelopeOf('user.end', end)));
    expect(supersedes(copy.facts[0]!, normalize(envelopeOf('user.end', end)).facts[0]!)).toBe(false);
  });

  it.each([
    ['absent', undefined, []],
    ['unreadable', 'yesterday', [{ code: 'unusable-value', field: 'timestamp', value: 'unreadable' }]],
    ['a number', 1795165510612, [{ code: 'unusable-value', field: 'timestamp', value: 'unreadable' }]],
    [
      'far ahead',
      '2036-11-20T09:20:00.000Z',
      [{ code: 'unusable-value', field: 'timestamp', value: 'implausible' }],
    ],
  ])(
    'comes with revision 0 where the publication time is %s, so that any publication with a time supersedes it',
    (_, timestamp, warnings) => {
      const normalized = normalize(envelopeOf('user.end', end, { timestamp }));
      expect(normalized.facts[0]!.revision).toBe(0);
      expect(normalized.warnings).toEqual(warnings);
    },
  );
});

describe('an unknown value in a Genesys event', () => {
  it.each([
    ['mediaType', 'HOLOGRAM', { media: 'other' }],
    ['direction', 'SIDEWAYS', { direction: 'unknown' }],
    ['acdOutcome', 'TELEPORTED', { result: 'unknown' }],
    ['disconnectType', 'MAGIC', { result: 'answered' }],
  ])('never stops the event: %s %s', (field, word, expected) => {
    const event = { ...events['acd.end'], conversationExternalContactIds: [], [field]: word };
    const { facts, refusals, warnings } = normalize(envelopeOf('acd.end', event));
    expect(refusals).toEqual([]);
    expect(facts[0]).toMatchObject(expected);
    expect(warnings).toEqual([{ code: 'unknown-value', field, value: word }]);
  });

  it('gives a warning in an event that is only noted', () => {
    const event = { ...events['flow.end'], flowType: 'DREAM', exitReason: 'WOKE_UP', transferType: 'SLEEP' };
    expect(normalize(envelopeOf('flow.end', event)).warnings).toEqual([
      { code: 'unknown-value', field: 'flowType', value: 'DREAM' },
      { code: 'unknown-value', field: 'exitReason', value: 'WOKE_UP' },
      { code: 'unknown-value', field: 'transferType', value: 'SLEEP' },
    ]);
  });

  it('gives a warning where the queue result is missing', () => {
    const { warnings } = normalize(envelopeOf('acd.end', { ...events['acd.end'], acdOutcome: undefined }));
    expect(warnings).toEqual([{ code: 'missing-value', field: 'acdOutcome', value: null }]);
  });

  it('is not repeated in the warning where it is not a word, since it may be a number', () => {
    const { warnings } = normalize(
      envelopeOf('acd.end', { ...events['acd.end'], mediaType: '+33612345678' }),
    );
    expect(warnings).toEqual([{ code: 'unknown-value', field: 'mediaType', value: 'not-a-word' }]);
  });
});

describe('a Genesys delivery', () => {
  const body = (field: string): string => `detail.eventBody.${field}`;

  it.each([
    ['eventTime', '1795165510400', 'whole milliseconds'],
    ['eventTime', 1795165510400.5, 'whole milliseconds'],
    ['eventTime', undefined, 'is missing'],
    ['conversationId', '', 'an id as text'],
    // What outcomes, activities, timelines, stretches and totals are called by: each has a slash.
    ['conversationId', 'outcome/order-1', 'an id without /'],
    ['conversationId', 'agent/4711/session', 'an id without /'],
    ['conversationId', 'stretch/1', 'an id without /'],
    ['participantId', 7, 'an id as text'],
    ['sessionId', null, 'an id as text'],
    ['mediaType', undefined, 'is missing'],
    ['userId', undefined, 'is missing'],
    ['interactingDurationMs', -1, 'a whole number of milliseconds'],
    ['heldDurationMs', 0.5, 'a whole number of milliseconds'],
    ['alertingDurationMs', 3.2e10, 'a whole number of milliseconds'],
  ])('is refused for user.end with %s %p', (field, value, allowed) => {
    const { facts, refusals } = normalize(envelopeOf('user.end', { ...events['user.end'], [field]: value }));
    expect(facts).toEqual([]);
    expect(refusals).toEqual([
      { row: null, code: 'invalid-field', path: body(field), message: expect.stringContaining(allowed) },
    ]);
  });

  it('is refused for a queue entry without its queue', () => {
    const { refusals } = normalize(envelopeOf('acd.start', { ...events['acd.start'], queueId: null }));
    expect(refusals).toMatchObject([{ code: 'invalid-field', path: body('queueId') }]);
  });

  it('is refused once, with all its faults and without quoting a value', () => {
    const event = { ...events['user.end'], eventTime: 'Jeanne', ani: 33612345678, userId: 5, queueId: 6 };
    const { refusals } = normalize(envelopeOf('user.end', event));
    expect(refusals).toHaveLength(1);
    for (const field of ['eventTime', 'ani', 'userId', 'queueId'])
      expect(refusals[0]!.message).toContain(field);
    expect(refusals[0]!.message).not.toMatch(/Jeanne|33612345678/);
  });

  it('is refused for a source that names no organisation', () => {
    const envelope = { ...envelopeOf('acw', events.acw), source: 'custom.events' };
    expect(normalize(envelope).refusals).toMatchObject([{ code: 'invalid-field', path: 'source' }]);
  });

  it('is refused for implausible times', () => {
    const at = events.acw['eventTime'] as number;
    expect(
      normalize(envelopeOf('acw', { ...events.acw, eventTime: Date.UTC(1989, 11, 31) })).refusals,
    ).toMatchObject([{ code: 'implausible-time', path: body('eventTime') }]);
    expect(normalize(envelopeOf('acw', events.acw), at - 86_400_001).refusals).toMatchObject([
      { code: 'implausible-time', path: body('eventTime') },
    ]);
    expect(normalize(envelopeOf('acw', events.acw), at - 86_400_000).refusals).toEqual([]);
  });

  it.each([
    ['v2.users.{id}.geolocation', "'v2.users.{id}.geolocation' is not read yet"],
    ['v2.detail.events.conversation.{id}.hold', 'is not read yet'],
    ['v2.detail.events.conversation.{id}.toString', 'is not read yet'],
    ['Jeanne Martin +33612345678', 'this topic is not read yet'],
  ])('is refused for the topic %s', (topic, message) => {
    const { refusals } = normalize({ ...envelopeOf('acw', events.acw), 'detail-type': topic });
    expect(refusals).toMatchObject([{ row: null, code: 'unknown-kind', path: 'detail-type' }]);
    expect(refusals[0]!.message).toContain(message);
  });

  it.each([[null], [5], ['text'], [[]], [{}], [[5]], [[{}, envelopeOf('acw', events.acw)]]])(
    'is refused for JSON that is no event: %j',
    (json) => {
      expect(normalize(json)).toMatchObject({ facts: [], refusals: [{ code: 'unknown-kind', row: null }] });
    },
  );

  it('is refused where it is not JSON', () => {
    const { refusals } = genesys.normalize({ body: '{"detail-type": ', receivedAt }, connection);
    expect(refusals).toMatchObject([{ code: 'unreadable', row: null, path: '' }]);
  });
});

describe('any Genesys event', () => {
  const topic = fc.constantFrom(...(Object.keys(topics) as Topic[]));

  it('gives the same fact when unknown fields are added', () => {
    const known = new Set(Object.values(events).flatMap((event) => Object.keys(event)));
    for (const name of ['callbackNumbers', 'dialingDurationMs', 'contactingDurationMs']) known.add(name);
    const extra = fc.dictionary(
      fc.string().filter((name) => !known.has(name)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(topic, extra, extra, (suffix, inBody, inDetail) => {
        const plain = envelopeOf(suffix, events[suffix]);
        const { eventBody: _b, timestamp: _t, ...more } = inDetail;
        const full = envelopeOf(suffix, { ...inBody, ...events[suffix] }, more);
        expect(normalize({ ...full, more: inBody })).toEqual(normalize(plain));
      }),
    );
  });

  it('gives one fact or one refusal, whatever its fields hold', () => {
    const names = fc.constantFrom(...new Set(Object.values(events).flatMap((event) => Object.keys(event))));
    fc.assert(
      fc.property(topic, fc.dictionary(names, fc.jsonValue()), (suffix, changes) => {
        const { facts, refusals } = normalize(envelopeOf(suffix, { ...events[suffix], ...changes }));
        expect(facts.length + refusals.length).toBe(1);
      }),
    );
  });
});

describe('the schemas of Genesys', () => {
  it('run on generated code', () => {
    const schemas = Object.values(topics);
    expect(schemas.filter((schema) => !isCompiled(schema))).toEqual([]);
  });
});
