import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { supersedes } from '#domain/entity/fold.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import { avaya } from './normalize.js';
import { isCompiled } from '../compile-schema.js';
import { echRow } from './schema.js';

const connection: ConnectionContext = {
  connection: 'bpo-avaya',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `pseudonym(${customer})`,
};

type Fields = Readonly<Record<string, unknown>>;

const segstart = 1795165802;
const receivedAt = (segstart + 600) * 1000;
const polledAt = '2026-11-20T09:15:00.000Z';

/**
 * 21 s from arrival to answer: 17 in the queue, 4 ringing; 223 of talk, 18 of hold, 11 of after-call work.
 */
const row: Fields = {
  acd: 1,
  callid: 5127,
  ucid: '00001051271795165802',
  segment: 1,
  segstart_utc: segstart,
  segstop_utc: segstart + 273,
  duration: 262,
  disptime: 21,
  queuetime: 17,
  ringtime: 4,
  talktime: 223,
  ansholdtime: 18,
  held: 1,
  consulttime: 0,
  acwtime: 11,
  calldisp: 2,
  split1: 310,
  dispsplit: 310,
  dispvdn: '78001',
  firstvdn: '78001',
  anslogin: '210734',
  origlogin: '',
  calling_pty: '33612345678',
  dialed_num: '78001',
  transferred: 0,
  conference: 0,
  agt_released: 0,
  cwc1: 'RES',
  ansreason: 0,
  observingcall: 0,
};

function normalize(rows: unknown, envelope: Fields = {}): Normalized {
  const delivery = { source: 'avaya.cms', kind: 'ech_rows', polledAt, rows, ...envelope };
  return avaya.normalize({ body: JSON.stringify(delivery), receivedAt }, connection);
}

/** The fact of one row; fails when it is refused. Warnings as `field: value`. */
function read(changes: Fields = {}) {
  const { facts, refusals, warnings } = normalize([{ ...row, ...changes }]);
  expect(refusals).toEqual([]);
  expect(facts).toHaveLength(1);
  return {
    fact: facts[0]!,
    warnings: warnings.map(({ code, field, value }) => `${field}: ${value ?? code}`),
  };
}

describe('a row of Avaya call history', () => {
  it('gives one fact that summarizes its segment', () => {
    const { fact, warnings } = read();
    expect(fact).toEqual({
      type: 'segment.summarized',
      id: expect.stringMatching(/^[\w-]{22}$/),
      entity: 'bpo-avaya:00001051271795165802',
      connection: 'bpo-avaya',
      at: segstart * 1000,
      revision: Date.parse(polledAt),
      segment: '1-1',
      direction: 'inbound',
      media: 'voice',
      customer: 'pseudonym(33612345678)',
      queue: 'bpo-avaya:310',
      enteredAt: segstart * 1000,
      waitMs: 21_000,
      result: 'answered',
      agent: 'bpo-avaya:210734',
      talkMs: 223_000,
      holdMs: 18_000,
      acwMs: 11_000,
      transferredOut: false,
      disposition: 'RES',
    });
    expect(warnings).toEqual([]);
  });

  it('enters the queue after its time in vectors, which is no wait', () => {
    expect(read({ disptime: 51 }).fact).toMatchObject({ enteredAt: (segstart + 30) * 1000, waitMs: 21_000 });
  });

  it('never enters the queue before it arrives', () => {
    const { fact, warnings } = read({ disptime: 20 });
    expect(fact).toMatchObject({ enteredAt: segstart * 1000, waitMs: 21_000 });
    expect(warnings).toEqual(['disptime: less-than-queuetime-and-ringtime']);
  });

  it.each([
    [2, { result: 'answered', queue: 'bpo-avaya:310', agent: 'bpo-avaya:210734', talkMs: 223_000 }, []],
    [3, { result: 'abandoned', queue: 'bpo-avaya:310', agent: null, talkMs: null, acwMs: null }, []],
    [4, { result: 'flowOut', queue: 'bpo-avaya:310', agent: null }, []],
    [1, { result: 'answered', queue: null, agent: 'bpo-avaya:210734', talkMs: 223_000 }, []],
    [5, { result: 'unknown', queue: 'bpo-avaya:310', agent: null }, ['calldisp: 5']],
    [99, { result: 'unknown', queue: 'bpo-avaya:310', agent: null }, ['calldisp: 99']],
  ])('gives the queue result of disposition %i', (calldisp, expected, expectedWarnings) => {
    const { fact, warnings } = read({ calldisp });
    expect(fact).toMatchObject(expected);
    expect(warnings).toEqual(expectedWarnings);
  });

  it('keeps durations unknown where the row has none', () => {
    const { fact } = read({ talktime: undefined, ansholdtime: null, acwtime: '' });
    expect(fact).toMatchObject({ talkMs: null, holdMs: null, acwMs: null });
  });

  it('has neither queue nor agent where a supervisor listened in', () => {
    expect(read({ observingcall: 1 }).fact).toMatchObject({
      type: 'segment.summarized',
      segment: '1-1',
      queue: null,
      agent: null,
      result: 'unknown',
    });
  });

  it('marks the leg as transferred where its agent transferred the customer', () => {
    expect(read({ transferred: 1 }).fact).toMatchObject({ transferredOut: true });
    expect(read({ transferred: 1, calldisp: 3 }).fact).toMatchObject({ transferredOut: false });
  });

  it('has a disposition only where a work code was entered', () => {
    expect(read({ cwc1: '' }).fact).toMatchObject({ disposition: null });
    expect(read({ cwc1: undefined }).fact).toMatchObject({ disposition: null });
  });

  it.each([
    ['anonymous', null],
    ['', null],
    ['5127', null],
    ['+33612345678', 'pseudonym(33612345678)'],
    ['0612345678', 'pseudonym(33612345678)'],
  ])('takes the caller %j as %j', (calling_pty, customer) => {
    expect(read({ calling_pty }).fact).toMatchObject({ customer });
  });

  it('has no customer where an agent made the call', () => {
    expect(read({ origlogin: '210735' }).fact).toMatchObject({ direction: 'unknown', customer: null });
  });

  it('warns of an answered call without its agent or queue', () => {
    const { fact, warnings } = read({ anslogin: '', dispsplit: 0 });
    expect(fact).toMatchObject({ agent: null, queue: null, result: 'answered', talkMs: null });
    expect(warnings.toSorted()).toEqual(['anslogin: missing-value', 'dispsplit: missing-value']);
  });

  it('reads numbers sent as text where they are plain digits', () => {
    const asText = {
      acd: '1',
      segment: '1',
      segstart_utc: String(segstart),
      talktime: ' 223 ',
      dispsplit: '310',
    };
    expect(read(asText).fact).toEqual(read().fact);
    expect(normalize([{ ...row, talktime: '3m43' }]).refusals).toMatchObject([{ path: 'rows[0].talktime' }]);
    expect(normalize([{ ...row, talktime: '223.5' }]).refusals).toMatchObject([{ path: 'rows[0].talktime' }]);
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

describe('the id of an Avaya fact', () => {
  const idOf = (changes: Fields): string => read(changes).fact.id;

  it('follows from acd, ucid and segment', () => {
    const ids = [{}, { acd: 2 }, { ucid: '00001051271795165803' }, { segment: 2 }].map(idOf);
    expect(new Set(ids).size).toBe(4);
    expect(idOf({ talktime: 1, callid: 1, segstart_utc: segstart + 1 })).toBe(ids[0]);
  });

  it.each([[''], ['0'], ['00000000000000000000'], [null], [undefined]])(
    'follows from acd, callid, begin and segment where the UCID is %j',
    (ucid) => {
      expect(read({ ucid }).fact.entity).toBe(`bpo-avaya:1-5127-${segstart}`);
      const ids = [{}, { acd: 2 }, { callid: 5128 }, { segment: 2 }, { segstart_utc: segstart + 1 }];
      expect(new Set(ids.map((changes) => idOf({ ucid, ...changes }))).size).toBe(5);
    },
  );

  it('stays the same in a later poll of the row, which supersedes the earlier one', () => {
    const first = normalize([row]).facts[0]!;
    const later = normalize([{ ...row, acwtime: 60 }], { polledAt: '2026-11-20T09:16:00Z' }).facts[0]!;
    expect(later.id).toBe(first.id);
    expect(supersedes(later, first)).toBe(true);
  });
});

describe('a delivery of Avaya rows', () => {
  it('is refused only in its bad rows', () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ ...row, ucid: `${index + 1}` }));
    const bad = [...rows.slice(0, 3), { ...rows[3], segstart_utc: 'Jeanne' }, ...rows.slice(4)];
    const { facts, refusals } = normalize(bad);
    expect(facts).toHaveLength(99);
    expect(refusals).toEqual([
      {
        row: 3,
        code: 'invalid-field',
        path: 'rows[3].segstart_utc',
        message: expect.stringMatching(/^rows\[3\]\.segstart_utc: must be a whole number/),
      },
    ]);
  });

  it.each([
    ['queuetime', undefined, 'is missing'],
    ['queuetime', -1, 'a whole number of seconds'],
    ['talktime', 31_622_401, 'a whole number of seconds'],
    ['ucid', 1051271795165802, 'must be text'],
    ['anslogin', 210734, 'must be text'],
    ['calldisp', null, 'a whole number'],
    ['segment', 1.5, 'a whole number'],
  ])('is refused for a row with %s %p', (field, value, allowed) => {
    const { facts, refusals } = normalize([{ ...row, [field]: value }]);
    expect(facts).toEqual([]);
    expect(refusals).toMatchObject([{ row: 0, code: 'invalid-field', path: `rows[0].${field}` }]);
    expect(refusals[0]!.message).toContain(allowed);
  });

  it('is refused for a call that has neither UCID nor call id', () => {
    const { refusals } = normalize([{ ...row, ucid: '', callid: null }]);
    expect(refusals).toMatchObject([{ row: 0, code: 'invalid-field', path: 'rows[0].callid' }]);
  });

  it.each([[0], [631_151_999], [segstart + 600 + 86_401]])(
    'is refused for a segment that began at %i s',
    (segstart_utc) => {
      const { refusals } = normalize([{ ...row, segstart_utc }]);
      expect(refusals).toMatchObject([{ row: 0, code: 'implausible-time', path: 'rows[0].segstart_utc' }]);
    },
  );

  it.each(['disptime', 'talktime', 'acwtime'])(
    'is refused for a segment whose %s ends long after the receipt',
    (field) => {
      const { refusals } = normalize([{ ...row, [field]: 90_000 }]);
      expect(refusals).toMatchObject([{ row: 0, code: 'implausible-time', path: 'rows[0].segstart_utc' }]);
      expect(refusals[0]!.message).toContain('with its durations');
    },
  );

  it.each([[null], [5], ['33612345678'], [[]]])('is refused for a row that is %j', (bad) => {
    const { refusals } = normalize([bad]);
    expect(refusals).toMatchObject([{ row: 0, code: 'invalid-field', path: 'rows[0]' }]);
    expect(refusals[0]!.message).not.toContain('33612345678');
  });

  it.each([
    [{ source: 'avaya.axp' }, 'unknown-kind', 'source'],
    [{ source: undefined }, 'unknown-kind', 'source'],
    [{ kind: 'hagent_rows' }, 'unknown-kind', 'kind'],
    [{ polledAt: undefined }, 'invalid-field', 'polledAt'],
    [{ polledAt: '2026-11-20T09:15:00' }, 'invalid-field', 'polledAt'],
    [{ polledAt: '2036-11-20T09:15:00Z' }, 'implausible-time', 'polledAt'],
    [{ rows: undefined }, 'invalid-field', 'rows'],
    [{ rows: { 0: row } }, 'invalid-field', 'rows'],
  ])('is refused as a whole where its envelope has %j', (envelope, code, path) => {
    const { facts, refusals } = normalize([row], envelope);
    expect(facts).toEqual([]);
    expect(refusals).toMatchObject([{ row: null, code, path }]);
  });

  it('is refused as a whole where it is not JSON', () => {
    const { refusals } = avaya.normalize({ body: 'acd,callid\n1,2', receivedAt }, connection);
    expect(refusals).toMatchObject([{ row: null, code: 'unreadable', path: '' }]);
  });
});

describe('the schemas of Avaya', () => {
  it('run on generated code', () => {
    const schemas = [echRow];
    expect(schemas.filter((schema) => !isCompiled(schema))).toEqual([]);
  });
});
