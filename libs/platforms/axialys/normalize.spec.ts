import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { supersedes } from '#domain/entity/fold.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { axialys } from './normalize.js';
import { isCompiled } from '../compile-schema.js';
import { callRow } from './schema.js';

const connection: ConnectionContext = {
  connection: 'bpo-axialys',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `pseudonym(${customer})`,
};

type Fields = Readonly<Record<string, unknown>>;

const arrived = Date.UTC(2026, 10, 20, 9, 9, 48);
const receivedAt = arrived + 3_600_000;
const polledAt = '2026-11-20T10:05:04Z';

/** 14 s of IVR, 21 of wait (5 of it ringing), 241 of communication with 18 of hold in it: 276 in all. */
const row: Fields = {
  id_appel: 918273645,
  date: '2026-11-20T10:09:48+01:00',
  service_number: '33180880000',
  caller_number: '33612345678',
  called_number: 'centrex:4711',
  group_name: 'SAV Marque A',
  first_group_name: 'SAV Marque A',
  id_op: 4711,
  op_name: null,
  status: 'ANSWER',
  duration: 276,
  duration_svi: 14,
  duration_wait: 21,
  duration_ring: 5,
  duration_comm: 241,
  duration_hold: 18,
  post_appel: 11,
  tags: '',
};

function normalize(
  rows: unknown,
  envelope: Fields = {},
  context: Partial<ConnectionContext> = {},
): Normalized {
  const delivery = { source: 'axialys.vm', kind: 'call_rows', polledAt, rows, ...envelope };
  return axialys.normalize({ body: JSON.stringify(delivery), receivedAt }, { ...connection, ...context });
}

/** The fact of one row; fails when it is refused. Warnings as `field: value`. */
function read(changes: Fields = {}, context: Partial<ConnectionContext> = {}) {
  const { facts, refusals, warnings } = normalize([{ ...row, ...changes }], {}, context);
  expect(refusals).toEqual([]);
  expect(facts).toHaveLength(1);
  return {
    fact: facts[0]!,
    warnings: warnings.map(({ code, field, value }) => `${field}: ${value ?? code}`),
  };
}

describe('a row of Axialys calls', () => {
  it('gives one fact that summarizes its call', () => {
    const { fact, warnings } = read();
    expect(fact).toEqual({
      type: 'segment.summarized',
      id: expect.stringMatching(/^[\w-]{22}$/),
      entity: 'bpo-axialys:in-918273645-2026-11-20',
      connection: 'bpo-axialys',
      at: arrived,
      revision: Date.parse(polledAt),
      segment: '1',
      direction: 'inbound',
      media: 'voice',
      customer: 'pseudonym(33612345678)',
      queue: 'bpo-axialys:SAV Marque A',
      enteredAt: arrived + 14_000,
      waitMs: 21_000,
      result: 'answered',
      agent: 'bpo-axialys:4711',
      talkMs: 223_000,
      holdMs: 18_000,
      acwMs: 11_000,
      transferredOut: false,
      disposition: null,
    });
    expect(warnings).toEqual([]);
  });

  it('is read alike alone and in a list', () => {
    const alone = { source: 'axialys.vm', kind: 'call_row', polledAt, row };
    const { facts } = axialys.normalize({ body: JSON.stringify(alone), receivedAt }, connection);
    expect(facts).toEqual(normalize([row]).facts);
  });

  it.each([
    ['ANSWER', { result: 'answered', queue: 'bpo-axialys:SAV Marque A', agent: 'bpo-axialys:4711' }, []],
    ['ABORT', { result: 'abandoned', queue: 'bpo-axialys:SAV Marque A', agent: null, talkMs: null }, []],
    ['CANCEL', { result: 'abandoned', queue: 'bpo-axialys:SAV Marque A', agent: null, acwMs: null }, []],
    ['NOANSWER', { result: 'unknown', queue: 'bpo-axialys:SAV Marque A', agent: null }, []],
    ['SIP', { result: 'unknown', queue: null, agent: null }, []],
    [
      'VOICEMAIL',
      { result: 'unknown', queue: 'bpo-axialys:SAV Marque A', agent: null },
      ['status: VOICEMAIL'],
    ],
    [null, { result: 'unknown', agent: null }, ['status: missing-value']],
  ])('gives the queue result of status %s', (status, expected, expectedWarnings) => {
    const { fact, warnings } = read({ status });
    expect(fact).toMatchObject(expected);
    expect(warnings).toEqual(expectedWarnings);
  });

  it('has no queue where it names no group', () => {
    expect(read({ group_name: '' }).fact).toMatchObject({ queue: null, agent: 'bpo-axialys:4711' });
    expect(read({ group_name: null }).fact).toMatchObject({ queue: null });
  });

  it('has the called party as customer where the call is outbound', () => {
    const { fact } = read({ id_appel: -918273645, called_number: '06 99 88 77 66', duration_svi: null });
    expect(fact).toMatchObject({
      entity: 'bpo-axialys:out-918273645-2026-11-20',
      direction: 'outbound',
      customer: 'pseudonym(33699887766)',
      queue: 'bpo-axialys:SAV Marque A',
      result: 'answered',
    });
  });

  it.each(['CANCEL', 'ABORT', 'NOANSWER', 'SIP'])(
    'has no queue and no result where an outbound call ended with %s',
    (status) => {
      expect(read({ id_appel: -1, status }).fact).toMatchObject({
        queue: null,
        result: 'unknown',
        agent: null,
      });
    },
  );

  it('keeps durations unknown where the row has none', () => {
    expect(read({ post_appel: null }).fact).toMatchObject({ acwMs: null });
    expect(read({ duration_hold: undefined }).fact).toMatchObject({ talkMs: 241_000, holdMs: null });
    expect(read({ duration_comm: '' }).fact).toMatchObject({ talkMs: null, holdMs: 18_000 });
  });

  it('warns of an answered call without its agent', () => {
    const { fact, warnings } = read({ id_op: null });
    expect(fact).toMatchObject({ agent: null, result: 'answered' });
    expect(warnings).toEqual(['id_op: missing-value']);
  });

  it('has its tags as the disposition', () => {
    expect(read({ tags: ' facture ' }).fact).toMatchObject({ disposition: 'facture' });
    expect(read({ tags: ['facture'] })).toMatchObject({
      fact: { disposition: null },
      warnings: ['tags: not-short-text'],
    });
  });

  it('reads numbers sent as text', () => {
    const asText = { id_appel: '918273645', id_op: '4711', duration_comm: '241', duration: '276' };
    expect(read(asText).fact).toEqual(read().fact);
  });

  it('enters the queue before it arrived where the IVR time is negative', () => {
    expect(read({ duration_svi: -3, duration: 259 })).toMatchObject({
      fact: { enteredAt: arrived - 3_000, waitMs: 21_000 },
      warnings: [],
    });
  });

  it('gives the same fact when unknown fields are added', () => {
    const extra = fc.dictionary(
      fc.string().filter((name) => !(name in row)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(extra, (more) => {
        expect(read({ ...more }).fact).toEqual(read().fact);
      }),
    );
  });
});

describe('the hold time of a call', () => {
  it.each([
    ['part of the communication where the sum says so', { duration: 276 }, 223_000, 18_000, []],
    ['added to the communication where the sum says so', { duration: 294 }, 241_000, 18_000, []],
    [
      'part of the communication where neither adds up',
      { duration: 280 },
      223_000,
      18_000,
      ['duration: parts-do-not-add-up'],
    ],
    [
      'part of the communication where there is no sum',
      { duration: null },
      223_000,
      18_000,
      ['duration: missing-value'],
    ],
    [
      'added to a communication that is shorter',
      { duration_hold: 300 },
      241_000,
      300_000,
      ['duration: parts-do-not-add-up'],
    ],
    ['no part of the communication where it is 0', { duration_hold: 0 }, 241_000, 0, []],
  ])('is %s', (_, changes, talkMs, holdMs, expectedWarnings) => {
    const { fact, warnings } = read(changes);
    expect(fact).toMatchObject({ talkMs, holdMs });
    expect(warnings).toEqual(expectedWarnings);
  });
});

describe('the date of a call', () => {
  it('is read in the time zone of the connection where it has no offset', () => {
    expect(read({ date: '2026-11-20 10:09:48' }).fact).toEqual(read().fact);
    const inTunis = read({ date: '2026-11-20 10:09:48' }, { timeZone: 'Africa/Tunis' });
    expect(inTunis.fact).toEqual(read().fact);
    expect(read({ date: '2026-11-20 09:09:48' }, { timeZone: 'Africa/Abidjan' }).fact.at).toBe(arrived);
  });

  it('is the earlier instant, with a warning, in the hour that the clocks show twice', () => {
    const { fact, warnings } = read({ date: '2026-10-25T02:30:00' });
    expect(fact.at).toBe(1792888200000);
    expect(warnings).toEqual(['date: ambiguous-local-time']);
  });

  it('is part of the id of the call as a local day, since Axialys ids are trusted within a day only', () => {
    const evening = read({ date: '2026-11-19T23:59:59+01:00' }).fact;
    const night = read({ date: '2026-11-19T23:00:01Z' }).fact;
    expect(evening.entity).toBe('bpo-axialys:in-918273645-2026-11-19');
    expect(night.entity).toBe('bpo-axialys:in-918273645-2026-11-20');
    expect(night.id).not.toBe(evening.id);
  });
});

describe('the id of an Axialys fact', () => {
  it('follows from direction, id and day and not from what a later poll adds', () => {
    const ids = [{}, { id_appel: -918273645 }, { id_appel: 918273646 }].map(
      (changes) => read(changes).fact.id,
    );
    expect(new Set(ids).size).toBe(3);
    expect(read({ op_name: 'C. Moreau', tags: 'facture', status: 'ABORT' }).fact.id).toBe(ids[0]);
  });

  it('stays the same in a later poll of the call, which supersedes the earlier one', () => {
    const first = normalize([row]).facts[0]!;
    const later = normalize([{ ...row, tags: 'facture' }], { polledAt: '2026-11-20T10:09:00Z' }).facts[0]!;
    expect(supersedes(later, first)).toBe(true);
    expect(supersedes(first, later)).toBe(false);
  });
});

describe('a delivery of Axialys rows', () => {
  it('is refused only in its bad rows', () => {
    const { facts, refusals } = normalize([row, { ...row, date: 'le 20 novembre' }, { ...row, id_appel: 2 }]);
    expect(facts).toHaveLength(2);
    expect(refusals).toMatchObject([{ row: 1, code: 'invalid-field', path: 'rows[1].date' }]);
  });

  it.each([
    ['id_appel', undefined, 'is missing'],
    ['date', 1795165788, 'must be a date'],
    ['duration_wait', null, 'is missing'],
    ['duration_svi', undefined, 'is missing'],
    ['duration_wait', -1, 'a whole number of seconds'],
    ['duration_comm', 'long', 'a whole number of seconds'],
    ['caller_number', 33612345678, 'must be text'],
  ])('is refused for a row with %s %p', (field, value, allowed) => {
    const { facts, refusals } = normalize([{ ...row, [field]: value }]);
    expect(facts).toEqual([]);
    expect(refusals).toMatchObject([{ row: 0, code: 'invalid-field', path: `rows[0].${field}` }]);
    expect(refusals[0]!.message).toContain(allowed);
    expect(refusals[0]!.message).not.toContain('33612345678');
  });

  it.each(['1989-12-31T23:59:59Z', '2026-11-22T00:00:00Z'])('is refused for a call dated %s', (date) => {
    expect(normalize([{ ...row, date }]).refusals).toMatchObject([
      { row: 0, code: 'implausible-time', path: 'rows[0].date' },
    ]);
  });

  it.each([
    ['duration_svi', 90_000],
    ['duration_svi', -1e12],
    ['duration_wait', 90_000],
    ['duration_comm', 90_000],
    ['post_appel', 90_000],
  ])('is refused for a call that ends at an implausible time by a %s of %i s', (field, value) => {
    const { refusals } = normalize([{ ...row, [field]: value }]);
    expect(refusals).toMatchObject([{ row: 0, code: 'implausible-time', path: 'rows[0].date' }]);
    expect(refusals[0]!.message).toContain('with its durations');
  });

  it('is refused where its kind is none that is read', () => {
    const { refusals } = normalize([row], { kind: 'transfer_rows' });
    expect(refusals).toMatchObject([{ row: null, code: 'unknown-kind', path: 'kind' }]);
    expect(refusals[0]!.message).toContain("'call_rows', 'call_row', 'status_rows' or 'status_row'");
  });

  it('is refused with the path of its only row', () => {
    const alone = { source: 'axialys.vm', kind: 'call_row', polledAt, row: { ...row, date: '' } };
    const { refusals } = axialys.normalize({ body: JSON.stringify(alone), receivedAt }, connection);
    expect(refusals).toMatchObject([{ row: null, code: 'invalid-field', path: 'row.date' }]);
  });

  it.each([
    [{ source: 'axialys' }, 'unknown-kind', 'source'],
    [{ kind: 'calls' }, 'unknown-kind', 'kind'],
    [{ polledAt: '20/11/2026' }, 'invalid-field', 'polledAt'],
    [{ rows: null }, 'invalid-field', 'rows'],
  ])('is refused as a whole where its envelope has %j', (envelope, code, path) => {
    expect(normalize([row], envelope)).toMatchObject({ facts: [], refusals: [{ row: null, code, path }] });
  });
});

describe('the schemas of Axialys', () => {
  it('run on generated code', () => {
    const schemas = [callRow];
    expect(schemas.filter((schema) => !isCompiled(schema))).toEqual([]);
  });
});
