import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activityStates } from '#domain/activity/activity.js';
import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { outcomeFields } from '#domain/outcome/fields.js';
import { knownOutcomes } from '#domain/outcome/outcome.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import { decodeFact, encodeFact } from '#wire/facts.js';
import { isCompiled } from '../compile-schema.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { outcomes } from './normalize.js';
import { event } from './event.fixture.js';
import { activity, envelope, formatOf, assignmentFields } from './schema.js';

const receivedAt = Date.UTC(2026, 2, 2, 12);
const at = Date.UTC(2026, 2, 2, 9, 5, 4);

const connection: ConnectionContext = {
  connection: 'crm',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `pseudonym(${customer})`,
  isConnection: (id) => id === 'crm' || id === 'bank-genesys',
  outcomes: [
    {
      name: 'parcel.returned',
      fields: {
        value: { type: 'decimal', required: true },
        boxes: { type: 'integer', required: false },
        hotline: { type: 'text', required: false },
        damaged: { type: 'boolean', required: false },
      },
    },
    { name: 'sale.made', fields: { tariff: { type: 'text', required: true } } },
  ],
};
const plain: ConnectionContext = { ...connection, outcomes: [] };

function normalize(json: unknown, context = plain): Normalized {
  return outcomes.normalize({ body: JSON.stringify(json), receivedAt }, context);
}

/** The one fact of an event; fails when it is refused. Warnings as `field: value`. */
function read(json: unknown, context = plain) {
  const { facts, refusals, warnings } = normalize(json, context);
  expect(refusals).toEqual([]);
  expect(facts).toHaveLength(1);
  return {
    fact: facts[0] as OutcomeRecorded,
    warnings: warnings.map(({ code, field, value }) => `${field}: ${value ?? code}`),
  };
}

describe('a business event', () => {
  it('gives an outcome about its subject', () => {
    const sale = event('sale.made', {
      queue: 'orders',
      agent: 'bank-genesys:4711',
      contact: 'bank-genesys:7d0c',
      customer: '06 12 34 56 78',
      amount: '49.90',
    });
    expect(read(sale)).toEqual({
      fact: {
        type: 'outcome.recorded',
        id: expect.stringMatching(/^[\w-]{22}$/),
        entity: 'crm:outcome/order-417',
        connection: 'crm',
        at,
        revision: 0,
        name: 'sale.made',
        programme: 'care',
        queue: 'crm:orders',
        agent: 'bank-genesys:4711',
        contact: 'bank-genesys:7d0c',
        customer: 'pseudonym(33612345678)',
        data: { amount: '49.90' },
      },
      warnings: [],
    });
  });

  it.each(knownOutcomes)('may have the name %s', (name) => {
    const data = {
      'survey.answered': { question: 'csat', score: 5 },
      'quality.evaluated': { score: 87.5, critical: false },
      'forecast.set': { id: 'F-2026-11', value: 14_000, period: '2026-11' },
    }[name as string];
    const { fact } = read(event(name, data));
    expect(fact).toMatchObject({ name, data: data ?? {} });
    expect(decodeFact(encodeFact(fact))?.fact).toEqual(fact);
  });

  it('may have a name that the tenant defines, with its fields', () => {
    const data = { value: '12.50', boxes: '3', hotline: '+33 800 00 00 00', damaged: true };
    expect(read(event('parcel.returned', data), connection).fact).toMatchObject({
      name: 'parcel.returned',
      data: { value: '12.50', boxes: 3, hotline: '+33 800 00 00 00', damaged: true },
    });
    expect(normalize(event('parcel.returned', data)).refusals).toMatchObject([
      {
        code: 'unknown-kind',
        path: 'type',
        message: expect.stringContaining('survey.answered, lead.worked'),
      },
    ]);
  });

  it('may have further fields that the tenant defines, which are then checked', () => {
    expect(read(event('sale.made', { tariff: 'gold' }), connection).fact.data).toEqual({ tariff: 'gold' });
    expect(normalize(event('sale.made'), connection).refusals).toMatchObject([{ path: 'data.tariff' }]);
    expect(read(event('sale.made')).fact.data).toEqual({});
  });

  it('is read in the time zone of the connection where its time has no offset', () => {
    const { fact, warnings } = read(event('lead.worked', {}, { time: '2026-03-02T10:05:04' }));
    expect([fact.at, warnings]).toEqual([at, []]);
    const twice = outcomes.normalize(
      { body: JSON.stringify(event('lead.worked', {}, { time: '2025-10-26T02:30:00' })), receivedAt },
      plain,
    );
    expect(twice.warnings).toEqual([{ code: 'ambiguous-local-time', field: 'time', value: null }]);
  });

  it('gives a warning where it names neither programme nor queue', () => {
    const { fact, warnings } = read(event('sale.made', { programme: '', queue: null }));
    expect(fact).toMatchObject({ programme: null, queue: null });
    expect(warnings).toEqual(['data.programme: missing-value']);
    expect(read(event('sale.made', { programme: undefined, queue: 'q' })).warnings).toEqual([]);
  });

  it('is checked on generated code', () => {
    const formats = knownOutcomes.map((name) => formatOf(name, [])!.schema);
    for (const schema of [envelope, assignmentFields, activity, ...formats])
      expect(isCompiled(schema)).toBe(true);
  });
});

describe('an id in a business event', () => {
  it.each([
    ['4711', 'crm:4711'],
    ['bank-genesys:4711', 'bank-genesys:4711'],
    ['crm:4711', 'crm:4711'],
    ['sip:alice@example.org', 'crm:sip:alice@example.org'],
    ['bank-avaya:4711', 'crm:bank-avaya:4711'],
    [':4711', 'crm::4711'],
  ])('of an agent, %s, becomes %s', (agent, expected) => {
    expect(read(event('sale.made', { agent })).fact.agent).toBe(expected);
  });

  it.each([
    ['+33612345678', 'pseudonym(33612345678)'],
    ['tel:+33612345678', 'pseudonym(33612345678)'],
    ['0612345678', 'pseudonym(33612345678)'],
    ['C-10023', 'pseudonym(ext:C-10023)'],
    ['jeanne@example.org', 'pseudonym(ext:jeanne@example.org)'],
    ['ext:33612345678', 'pseudonym(ext:33612345678)'],
    ['', null],
    [null, null],
  ])('of a customer, %s, becomes %s', (customer, expected) => {
    expect(read(event('sale.made', { customer })).fact.customer).toBe(expected);
  });

  it.each([
    ['10023456', 'crm:outcome/10023456'],
    ['01234567-8901-4234-8567-890123456789', 'crm:outcome/01234567-8901-4234-8567-890123456789'],
    ['L-0612345678', 'crm:outcome/pseudonym(ext:L-0612345678)'],
    ['+33612345678', 'crm:outcome/pseudonym(33612345678)'],
    ['0612345678', 'crm:outcome/pseudonym(33612345678)'],
    ['jeanne@example.org', 'crm:outcome/pseudonym(ext:jeanne@example.org)'],
  ])('of a subject, %s, becomes %s', (subject, entity) => {
    expect(read(event('sale.made', {}, { subject })).fact.entity).toBe(entity);
  });
});

describe('an undefined field of a business event', () => {
  it('is kept where it is a short scalar', () => {
    const data = { campaign: 'spring', attempts: 3, score: 4.5, first: true, day: '2026-03-02', none: null };
    expect(read(event('sale.made', data)).fact.data).toEqual({
      campaign: 'spring',
      attempts: 3,
      score: 4.5,
      first: true,
      day: '2026-03-02',
    });
  });

  it.each([
    ['phone', '+33 6 12 34 56 78', 'may-name-a-customer'],
    ['phone', '33612345678', 'may-name-a-customer'],
    ['phone', 33_612_345_678, 'may-name-a-customer'],
    ['note', 'rappeler au 06.12.34.56.78 demain', 'may-name-a-customer'],
    ['mail', 'Jeanne <jeanne@example.org>', 'may-name-a-customer'],
    ['note', 'x'.repeat(257), 'too-long'],
    ['lines', [1, 2], 'not-a-scalar'],
    ['who', { name: 'Jeanne' }, 'not-a-scalar'],
  ])('is dropped with a warning where it is %s %j', (key, value, why) => {
    const { fact, warnings } = read(event('sale.made', { [key]: value }));
    expect([fact.data, warnings]).toEqual([{}, [`data: ${key} ${why}`]]);
  });

  it('is not repeated in a warning, its name included', () => {
    const { fact, warnings } = read(event('sale.made', { '+33612345678': 'x', ['__proto__']: 'y' }));
    expect([fact.data, warnings]).toEqual([{}, ['data: * not-a-name']]);
  });

  it('is kept up to fifty fields', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, index]));
    const { fact, warnings } = read(event('sale.made', many));
    expect([Object.keys(fact.data).length, warnings.length]).toEqual([50, 10]);
    expect(warnings[0]).toBe('data: f50 too-many-fields');
  });
});

describe('the id of an outcome fact', () => {
  const idOf = (parts: object, name = 'sale.made', context = plain) =>
    read(event(name, {}, { ...parts }), context).fact.id;

  it('follows from connection, source, id and name', () => {
    const others = [
      idOf({ id: '2' }),
      idOf({ source: '/shop' }),
      idOf({}, 'sale.cancelled'),
      idOf({}, 'sale.made', { ...plain, connection: 'shop' }),
    ];
    expect(new Set([idOf({}), ...others]).size).toBe(5);
    expect(idOf({ time: '2026-03-02T11:00:00Z', subject: 'other', revision: 7, data: {} })).toBe(idOf({}));
  });

  it.each([
    [undefined, 0],
    [null, 0],
    [3, 3],
    ['3', 3],
  ])('comes with the revision that was sent: %p gives %i', (revision, expected) => {
    expect(read(event('sale.made', {}, { revision })).fact.revision).toBe(expected);
  });
});

describe('a list of business events', () => {
  it('is read event by event and refused only in its bad events', () => {
    const { facts, refusals } = normalize([
      event('sale.made'),
      event('sale.made', { amount: 49.9 }, { id: '2' }),
      'sale',
      event('sale.cancelled', {}, { id: '3' }),
    ]);
    expect(facts.map((fact) => (fact as OutcomeRecorded).name)).toEqual(['sale.made', 'sale.cancelled']);
    expect(refusals).toMatchObject([
      { row: 1, code: 'invalid-field', path: '[1].data.amount' },
      { row: 2, code: 'unknown-kind', path: '[2]' },
    ]);
  });

  it('is refused where it is empty', () => {
    expect(normalize([]).refusals).toMatchObject([{ row: null, code: 'unknown-kind' }]);
  });
});

describe('a delivery of business events', () => {
  it.each([
    ['specversion', '0.3', 'unknown-kind', '', "specversion '1.0'"],
    ['type', undefined, 'unknown-kind', '', "specversion '1.0'"],
    ['type', 'sale.lost', 'unknown-kind', 'type', 'define further ones in the catalogue under outcomes'],
    ['id', 417, 'invalid-field', 'id', 'must be an id as text'],
    ['source', '', 'invalid-field', 'source', 'where the event comes from'],
    ['subject', undefined, 'invalid-field', 'subject', 'what the event is about'],
    ['time', undefined, 'invalid-field', 'time', 'is missing; it must be an instant'],
    ['time', 'yesterday', 'invalid-field', 'time', 'must be an instant'],
    ['time', '2026-03-04T10:00:00Z', 'implausible-time', 'time', 'limits.ahead of the connection'],
    ['revision', -1, 'invalid-field', 'revision', 'a whole number'],
    ['revision', 1.5, 'invalid-field', 'revision', 'a whole number'],
    ['data', undefined, 'invalid-field', 'data', 'the data of the event'],
    ['data', 'x', 'invalid-field', 'data', 'the data of the event'],
    ['datacontenttype', 'text/xml', 'invalid-field', 'datacontenttype', 'must be application/json'],
  ])('is refused for an event whose %s is %p', (field, value, code, path, message) => {
    expect(normalize(event('sale.made', {}, { [field]: value }))).toMatchObject({
      facts: [],
      refusals: [{ row: null, code, path, message: expect.stringContaining(message) }],
    });
  });

  it.each([
    ['sale.made', { amount: 49.9 }, 'data.amount', 'a decimal number as text in quotes'],
    ['sale.made', { amount: 49 }, 'data.amount', 'a decimal number as text in quotes'],
    ['sale.made', { amount: '49,90' }, 'data.amount', 'a decimal number as text in quotes'],
    ['sale.made', { amount: '1e3' }, 'data.amount', 'a decimal number as text in quotes'],
    ['sale.made', { customer: 33_612_345_678 }, 'data.customer', 'text of at most 256'],
    ['sale.made', { programme: 7 }, 'data.programme', 'text of at most 256'],
    ['survey.answered', { score: 5 }, 'data.question', 'is missing'],
    [
      'survey.answered',
      { question: 'csat' },
      'data.score',
      'is missing; it must be a number, or true or false',
    ],
    ['survey.answered', { question: 'csat', score: 'good' }, 'data.score', 'a number, or true or false'],
    ['quality.evaluated', { critical: true }, 'data.score', 'a number such as'],
    ['quality.evaluated', { score: 1e-9 }, 'data.score', 'a number such as'],
    ['quality.evaluated', { score: 90, critical: 'no' }, 'data.critical', 'true or false'],
    ['forecast.set', { id: 'F', value: -1 }, 'data.value', 'a whole number'],
    ['forecast.set', { id: 'F', value: 1.5 }, 'data.value', 'a whole number'],
    ['forecast.set', { id: 'F', value: 1, period: '2026-13' }, 'data.period', 'a period such as 2026-11'],
  ])('is refused for %s with %j', (name, data, path, message) => {
    const { facts, refusals } = normalize(event(name, data));
    expect([facts, refusals]).toMatchObject([[], [{ path, message: expect.stringContaining(message) }]]);
    expect(refusals[0]!.message).not.toContain('33612345678');
  });
});

describe("an event about a stretch of an agent's day", () => {
  const stretch = {
    agent: 'bank-genesys:4711',
    state: 'PREP',
    startedAt: '2026-03-02T08:00:00+01:00',
    endedAt: '2026-03-02T08:20:00+01:00',
  };
  const activityEvent = (data: object = {}, parts: object = {}) =>
    event('activity.recorded', { ...stretch, ...data }, { time: undefined, subject: undefined, ...parts });

  it('gives an activity that is an entity of its own', () => {
    const { facts, warnings } = normalize(activityEvent({ queue: 'orders' }));
    const [fact] = facts;
    expect(fact).toEqual({
      type: 'activity.recorded',
      id: expect.stringMatching(/^[\w-]{22}$/),
      entity: `crm:activity/${fact!.id}`,
      connection: 'crm',
      at: Date.UTC(2026, 2, 2, 7, 20),
      revision: 0,
      agent: 'bank-genesys:4711',
      state: 'PREP',
      startedAt: Date.UTC(2026, 2, 2, 7),
      endedAt: Date.UTC(2026, 2, 2, 7, 20),
      queue: 'crm:orders',
      programme: 'care',
    });
    expect(warnings).toEqual([]);
    expect(decodeFact(encodeFact(fact!))?.fact).toEqual(fact);
  });

  it('gives the same activity when a revision moves its borders', () => {
    const [first] = normalize(activityEvent()).facts;
    const [later] = normalize(activityEvent({ endedAt: '2026-03-02T08:25:00+01:00' }, { revision: 1 })).facts;
    expect(later).toMatchObject({ id: first!.id, entity: first!.entity, revision: 1 });
    expect(normalize(activityEvent({}, { source: '/clock' })).facts[0]!.entity).not.toBe(first!.entity);
  });

  it.each([
    [{ agent: undefined }, 'data.agent', 'is missing'],
    [{ state: 'TALK' }, 'data.state', 'one of LOGGED_IN, AVAILABLE, PREP'],
    [{ startedAt: 'eight' }, 'data.startedAt', 'must be an instant'],
    [{ endedAt: undefined }, 'data.endedAt', 'is missing'],
    [{ endedAt: '2026-03-02T07:59:59+01:00' }, 'data.endedAt', 'must not be before startedAt'],
    [{ endedAt: '2027-03-02T07:59:59+01:00' }, 'data.endedAt', 'limits.ahead of the connection'],
  ])('is refused with %j', (data, path, message) => {
    expect(normalize(activityEvent(data))).toMatchObject({
      facts: [],
      refusals: [{ path, message: expect.stringContaining(message) }],
    });
  });
});

describe('any text of a business event', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const anyEvent = fc
    .record({
      specversion: fc.oneof({ weight: 9, arbitrary: fc.constant('1.0') }, { weight: 1, arbitrary: scalar }),
      id: fc.oneof(fc.string(), scalar),
      source: fc.oneof(fc.string(), scalar),
      type: fc.oneof(fc.constantFrom(...knownOutcomes, 'activity.recorded', 'parcel.returned'), scalar),
      subject: fc.oneof(fc.string({ unit: anyCharacter }), scalar),
      time: fc.oneof(fc.constant('2026-03-02T10:00:00Z'), scalar),
      revision: fc.oneof(fc.nat(), scalar),
      data: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.object(), fc.jsonValue()),
    })
    .map((made) => JSON.stringify(made));

  it('gives one fact, which can be encoded and decoded, or one refusal, and never throws', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 4 }), (events) => {
        const { facts, refusals } = outcomes.normalize(
          { body: `[${events.join(',')}]`, receivedAt },
          connection,
        );
        expect(facts.length + refusals.length).toBe(events.length);
        for (const fact of facts)
          expect(decodeFact(encodeFact(fact))?.fact).toEqual(JSON.parse(JSON.stringify(fact)));
        for (const refusal of refusals) expect(refusal.message).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('never brings a phone number into facts, refusals or warnings', () => {
    const number = fc.integer({ min: 100_000_000, max: 799_999_999 }).map((n) => `0${n}`);
    const forms = fc
      .tuple(
        number,
        fc.constantFrom('0', '+33', '0033', 'tel:+33', '+33 (0)', 'appeler le +33'),
        fc.boolean(),
      )
      .map(([national, prefix, spaced]) => {
        const digits = national.slice(1);
        const written = spaced ? (digits.match(/\d{1,3}/g) ?? []).join(' ') : digits;
        return { digits, text: prefix === '0' && spaced ? `0${written}` : `${prefix}${written}` };
      });
    const field = fc.constantFrom('customer', 'note', 'phone', 'reason');
    fc.assert(
      fc.property(forms, field, fc.boolean(), ({ digits, text }, name, isSubject) => {
        const hidden: ConnectionContext = { ...plain, pseudonym: () => 'P' };
        const sale = event('sale.made', { [name]: text }, isSubject ? { subject: text } : {});
        const { facts, refusals, warnings } = normalize(sale, hidden);
        const out = JSON.stringify([facts, refusals, warnings]).replaceAll(/[^\d]/g, '');
        expect(facts).toHaveLength(1);
        expect(out).not.toContain(digits);
      }),
    );
  });
});

describe('docs/outcomes.md', () => {
  const page = readFileSync(new URL('../../../docs/outcomes.md', import.meta.url), 'utf8');

  it('shows events that are understood', () => {
    const shown = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(
      ([, text]) => JSON.parse(text!) as object,
    );
    expect(shown).toHaveLength(2);
    for (const json of shown) expect(read(json).warnings).toEqual([]);
  });

  it('names every outcome with its fields, every state, and every attribute', () => {
    const fields = [...outcomeFields([]).values()].flatMap((each) => Object.keys(each));
    const words = [
      ...knownOutcomes,
      ...activityStates,
      ...fields,
      'revision',
      'source',
      'subject',
      'customer',
    ];
    expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
  });
});

describe('a sender that is limited', () => {
  const limited: ConnectionContext = {
    ...plain,
    mayReport: { programmes: ['care'], outcomes: ['sale.made', 'activity.recorded'] },
  };
  const refused = (json: unknown) => normalize(json, limited).refusals.map(({ code, path }) => [code, path]);

  it('may report its outcomes for its programmes', () => {
    expect(read(event('sale.made', { programme: 'care' }), limited).fact.programme).toBe('care');
  });

  it.each([
    ['another outcome', event('lead.worked', { programme: 'care' }), 'type'],
    ['another programme', event('sale.made', { programme: 'sales' }), 'data.programme'],
    [
      'no programme but a queue, of which the catalogue says later whose it is',
      event('sale.made', { programme: null, queue: 'q' }),
      'data.programme',
    ],
    [
      'hours for another programme',
      event('activity.recorded', { programme: 'sales', agent: '1', state: 'PREP' }),
      'data.programme',
    ],
  ])('is refused %s, with the field', (_what, json, field) => {
    expect(refused(json)).toEqual([['not-permitted', field]]);
  });

  it('in programmes alone may report any outcome for them, and the other way round', () => {
    const inOne = (mayReport: ConnectionContext['mayReport'], json: unknown) =>
      normalize(json, { ...plain, ...(mayReport !== undefined && { mayReport }) }).refusals.map(
        ({ code }) => code,
      );
    const lead = event('lead.worked', { programme: 'care' });
    expect(inOne({ programmes: ['care'], outcomes: null }, lead)).toEqual([]);
    expect(inOne({ programmes: null, outcomes: ['sale.made'] }, lead)).toEqual(['not-permitted']);
    expect(inOne({ programmes: null, outcomes: ['sale.made'] }, event('sale.made', {}))).toEqual([]);
  });
});
