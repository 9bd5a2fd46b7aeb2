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
      segment: '1-5127-1',
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

  it.each([
    ['abandoned before any split', { calldisp: 3, dispsplit: -1, split1: -1, anslogin: '-1' }, null],
    ['abandoned in the split it was queued to', { calldisp: 3, dispsplit: -1, split1: 310 }, 'bpo-avaya:310'],
    ['that flowed on', { calldisp: 4, dispsplit: -1, split1: 310, split2: -1 }, 'bpo-avaya:310'],
  ])('takes -1 as none in a call %s', (_what, changes, queue) => {
    const { fact, warnings } = read({ callid: -1, cwc1: '-1', ...changes });
    expect(fact).toMatchObject({ queue, agent: null, disposition: null, waitMs: 21_000 });
    expect(warnings).toEqual([]);
  });

  it('takes times that are -1 as none', () => {
    const { fact } = read({ disptime: -1, queuetime: -1, ringtime: '-1', ansholdtime: -1 });
    expect(fact).toMatchObject({ enteredAt: segstart * 1000, waitMs: 0, holdMs: null });
  });

  // disposition 7, origlogin and consulttime: a call that an agent made, offered to no one
  it.each([
    [{ consulttime: 281, talktime: 0, duration: 281 }, 281_000],
    [{ consulttime: 0, talktime: 281, duration: 281 }, 281_000],
    [{ consulttime: 200, talktime: 81, duration: 281 }, 281_000],
    [{ consulttime: 281, talktime: 281, duration: 281 }, 281_000],
    [{ consulttime: -1, talktime: 281, duration: -1 }, 281_000],
  ])('is the outbound leg of the agent who made the call: %j', (times, talkMs) => {
    const outbound = { calldisp: 7, origlogin: '1001', anslogin: '', dialed_num: '612345678' };
    const { fact, warnings } = read({ ...outbound, disptime: 0, ansholdtime: 0, acwtime: 12, ...times });
    expect(fact).toMatchObject({
      direction: 'outbound',
      agent: 'bpo-avaya:1001',
      queue: 'bpo-avaya:310',
      customer: 'pseudonym(33612345678)',
      enteredAt: segstart * 1000,
      waitMs: 0,
      talkMs,
      acwMs: 12_000,
    });
    expect(warnings).toEqual([]);
  });

  it('is of no queue where an agent made the call and no split is named', () => {
    const { fact } = read({ calldisp: 1, origlogin: '1001', anslogin: '', dispsplit: -1, consulttime: 9 });
    expect(fact).toMatchObject({ direction: 'outbound', queue: null, agent: 'bpo-avaya:1001' });
  });

  it('is offered to no one where it is of disposition 7 and of no agent', () => {
    const { fact, warnings } = read({ calldisp: 7, anslogin: '', origlogin: '' });
    expect(fact).toMatchObject({ queue: null, agent: null, result: 'unknown' });
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ segstart_utc: '2026-11-20 09:10:02' }, []],
    [{ segstart_utc: undefined, segstart: '2026-11-20 10:10:02' }, []],
    [{ segstart_utc: undefined, segstart }, []],
    [{ segstart: '2026-11-20 10:10:02' }, []],
  ])('begins when %j says, a text without zone being UTC or the local twin', (begin, expected) => {
    const { fact, warnings } = read(begin);
    expect([fact.at, warnings]).toEqual([segstart * 1000, expected]);
    expect(fact.id).toBe(read().fact.id);
  });

  it('begins at the earlier of two instants where only the local clock says it', () => {
    // Paris, 25 October 2026: 02:30 happens at 00:30 and at 01:30 UTC
    const { fact, warnings } = read({ segstart_utc: null, segstart: '2026-10-25 02:30:00' });
    expect([fact.at, warnings]).toEqual([Date.UTC(2026, 9, 25, 0, 30), ['segstart: ambiguous-local-time']]);
  });

  it('has the names of earlier releases', () => {
    const { acd, anslogin, calling_pty, cwc1, ansholdtime, ...rest } = row;
    const then = { acdnum: acd, anslogid: anslogin, callingparty: calling_pty, cwcs0: cwc1 };
    const { facts } = normalize([{ ...rest, ...then, onholdtime: ansholdtime }]);
    expect(facts).toEqual([read().fact]);
  });

  it('keeps durations unknown where the row has none', () => {
    const { fact } = read({ talktime: undefined, ansholdtime: null, acwtime: '' });
    expect(fact).toMatchObject({ talkMs: null, holdMs: null, acwMs: null });
  });

  it('has neither queue nor agent where a supervisor listened in', () => {
    expect(read({ observingcall: 1 }).fact).toMatchObject({
      type: 'segment.summarized',
      segment: '1-5127-1',
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
    const { fact, warnings } = read({ anslogin: '', dispsplit: 0, split1: 0 });
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

  // of 185 real records nine UCIDs have two records of segment 1, with different call ids
  it('follows from acd, ucid, callid, segment and begin', () => {
    const others = [{ acd: 2 }, { ucid: '00001051271795165803' }, { callid: 1 }, { segment: 2 }];
    const ids = [{}, ...others, { segstart_utc: segstart + 1 }].map(idOf);
    expect(new Set(ids).size).toBe(6);
    expect(idOf({ talktime: 1, acwtime: 40, segstop_utc: segstart + 400 })).toBe(ids[0]);
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
        message: expect.stringMatching(/^rows\[3\]\.segstart_utc must be a whole number/),
      },
    ]);
  });

  it.each([
    ['queuetime', undefined, 'is missing'],
    ['queuetime', -2, 'a whole number of seconds'],
    ['dispsplit', -2, 'a whole number'],
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
    [{ kind: 'hvdn_rows' }, 'unknown-kind', 'kind'],
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

  it.each([
    ['is neither JSON nor CSV', 'plain text', 'unreadable', ''],
    ['is CSV whose header does not say what the rows are', 'acd,callid\n1,2', 'unknown-kind', 'line[1]'],
  ])('is refused as a whole where it %s', (_, body, code, path) => {
    const { refusals } = avaya.normalize({ body, receivedAt }, connection);
    expect(refusals).toMatchObject([{ row: null, code, path }]);
  });
});

describe('the schemas of Avaya', () => {
  it('run on generated code', () => {
    const schemas = [echRow];
    expect(schemas.filter((schema) => !isCompiled(schema))).toEqual([]);
  });
});
