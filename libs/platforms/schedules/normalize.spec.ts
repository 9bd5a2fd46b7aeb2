import { describe, expect, it } from '@jest/globals';
import type { SchedulePublished } from '#domain/fact/fact.js';
import type { ConnectionContext } from '../platform.js';
import { schedules } from './normalize.js';

const paris: ConnectionContext = {
  connection: 'wfm',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => customer,
  isConnection: (id) => id === 'bank' || id === 'wfm',
};
const publishedAt = '2026-03-01T12:00:00+01:00';

function read(body: object, connection = paris) {
  const { facts, ...rest } = schedules.normalize(
    {
      body: JSON.stringify({ source: 'schedules', publishedAt, agentsOf: 'bank', ...body }),
      receivedAt: Date.parse('2026-03-01T12:00:00Z'),
    },
    connection,
  );
  return { facts: facts as readonly SchedulePublished[], ...rest };
}

/** By agent and day: code, begin and end by the UTC clock. */
function planned(facts: readonly SchedulePublished[]) {
  return Object.fromEntries(
    facts.map(({ entity, stretches }) => [
      entity.slice('wfm:schedule/'.length),
      stretches.map(([code, from, to]) => `${code} ${clock(from)}-${clock(to)}`),
    ]),
  );
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(8, 16);
}

const heading = 'client,cat,start_moment,stop_moment,rank,code,descr,acd_login_id';
type Row = readonly [start: string, stop: string, rank: number | string, code: string, agent?: string];

function aspectFile(rows: readonly Row[], count = rows.length): string {
  const lines = rows.map(
    ([start, stop, rank, code, agent = '7']) =>
      `BANK,WORK,${start},${stop},${rank},${code},"Cards, gold",${agent}`,
  );
  return [heading, ...lines, `Record_count,${String(count).padStart(10, '0')}`, ''].join('\r\n');
}

function aspect(rows: readonly Row[], more: object = {}) {
  return read({ format: 'aspect', file: aspectFile(rows), ...more });
}

describe('A schedule of Aspect', () => {
  it('is refused whole where a line cannot be taken apart: it does not say whose plan lacks it', () => {
    const file = aspectFile([['02-03-2026 08:00:00', '02-03-2026 16:30:00', 1, 'CARDS']]);
    const { facts, refusals } = read({
      format: 'aspect',
      file: file.replace('"Cards, gold"', 'Cards "gold"'),
    });
    expect([facts, refusals.map(({ message }) => message)]).toEqual([
      [],
      [expect.stringContaining('line 2 a quote at character 65')],
    ]);
  });

  it('is what the lowest rank says, each instant once, whatever the order of the rows', () => {
    const rows: Row[] = [
      ['02-03-2026 08:00:00', '02-03-2026 16:30:00', 1119, 'CARDS'],
      ['02-03-2026 09:30:00', '02-03-2026 09:45:00', 138, 'PBRK1'],
      ['02-03-2026 09:40:00', '02-03-2026 11:00:00', 177, 'TRAIN'],
      ['02-03-2026 08:00:00', '02-03-2026 17:00:00', 1, 'SHIFT'],
    ];
    // Paris is an hour ahead of UTC; the container holds what nothing else is planned for
    const expected = {
      'bank:7/2026-03-02': [
        'CARDS 02T07:00-02T08:30',
        'PBRK1 02T08:30-02T08:45',
        'TRAIN 02T08:45-02T10:00',
        'CARDS 02T10:00-02T15:30',
        'SHIFT 02T15:30-02T16:00',
      ],
    };
    for (const order of [rows, rows.toReversed(), [rows[2]!, rows[0]!, rows[3]!, rows[1]!]]) {
      const { facts, refusals, warnings } = aspect(order);
      expect(planned(facts)).toEqual(expected);
      expect([refusals, warnings]).toEqual([[], []]);
    }
  });

  it('says when it was published, and which local day it is of', () => {
    const [fact] = aspect([['29/03/2026 08:00', '29/03/2026 09:00', 1, 'A']]).facts;
    expect(fact).toMatchObject({
      type: 'schedule.published',
      entity: 'wfm:schedule/bank:7/2026-03-29',
      connection: 'wfm',
      agent: 'bank:7',
      at: Date.parse('2026-03-01T11:00:00Z'),
      revision: 0,
      // the clocks go forward: a day of 23 hours
      startedAt: Date.parse('2026-03-28T23:00:00Z'),
      endedAt: Date.parse('2026-03-29T22:00:00Z'),
    });
  });

  it('has a night shift with its break after midnight on the day on which it begins', () => {
    const { facts } = aspect([
      ['02-03-2026 22:00:00', '03-03-2026 06:00:00', 1119, 'CARDS'],
      ['03-03-2026 02:00:00', '03-03-2026 02:30:00', 138, 'PBRK1'],
      ['03-03-2026 22:00:00', '04-03-2026 06:00:00', 1119, 'CARDS'],
    ]);
    expect(planned(facts)).toEqual({
      'bank:7/2026-03-02': ['CARDS 02T21:00-03T01:00', 'PBRK1 03T01:00-03T01:30', 'CARDS 03T01:30-03T05:00'],
      'bank:7/2026-03-03': ['CARDS 03T21:00-04T05:00'],
    });
  });

  it('has a leave of several days on each of them', () => {
    const { facts } = aspect([
      ['02-03-2026 00:00:00', '04-03-2026 00:00:00', 5, 'LEAVE'],
      ['03-03-2026 08:00:00', '03-03-2026 09:00:00', 9, 'CARDS'],
    ]);
    expect(planned(facts)).toEqual({
      'bank:7/2026-03-02': ['LEAVE 01T23:00-02T23:00'],
      'bank:7/2026-03-03': ['LEAVE 02T23:00-03T23:00'],
    });
  });

  it('lasts nine hours over the night in which the clocks go back, and seven over the other one', () => {
    const autumn = aspect([['24-10-2026 22:00:00', '25-10-2026 06:00:00', 1, 'A']]).facts;
    expect(planned(autumn)).toEqual({ 'bank:7/2026-10-24': ['A 24T20:00-25T05:00'] });
    const spring = aspect([['28-03-2026 22:00:00', '29-03-2026 06:00:00', 1, 'A']]).facts;
    expect(planned(spring)).toEqual({ 'bank:7/2026-03-28': ['A 28T21:00-29T04:00'] });
  });

  it('takes the first of two equal local times, as an end the one after its begin, and says so', () => {
    const { facts, warnings } = aspect([
      ['25-10-2026 02:15:00', '25-10-2026 02:30:00', 1, 'A'],
      ['25-10-2026 02:45:00', '25-10-2026 02:15:00', 1, 'B'],
    ]);
    // 02:15 summer time is 00:15 UTC, 02:45 is 00:45 and the second 02:15 is 01:15
    expect(planned(facts)).toEqual({ 'bank:7/2026-10-25': ['A 25T00:15-25T00:30', 'B 25T00:45-25T01:15'] });
    expect(new Set(warnings.map(({ code, value }) => `${code} ${value}`))).toEqual(
      new Set(['ambiguous-local-time line 2', 'ambiguous-local-time line 3']),
    );
    expect(aspect([['29-03-2026 02:15:00', '29-03-2026 04:00:00', 1, 'A']]).warnings).toMatchObject([
      { code: 'skipped-local-time', value: 'line 2' },
    ]);
  });

  it('is refused as a whole where its last line counts other rows, or is missing', () => {
    const rows: Row[] = [['02-03-2026 08:00:00', '02-03-2026 09:00:00', 1, 'A']];
    const { facts, refusals } = read({ format: 'aspect', file: aspectFile(rows, 2) });
    expect(facts).toEqual([]);
    expect(refusals).toEqual([
      {
        row: null,
        code: 'invalid-field',
        path: 'file',
        message: 'file has 1 rows, and its last line says 2: it is not whole; export and send it again',
      },
    ]);
    const cut = aspectFile(rows).split('\r\n').slice(0, 2).join('\r\n');
    expect(read({ format: 'aspect', file: cut }).refusals[0]?.message).toMatch(
      /does not end with Record_count/,
    );
    const other = aspectFile(rows).replace('rank', 'prio');
    expect(read({ format: 'aspect', file: other }).refusals[0]?.message).toMatch(/has no column rank/);
  });

  it('is without all rows of an agent of whom one cannot be read, each of them named', () => {
    const { facts, refusals } = aspect([
      ['02-03-2026 08:00:00', '02-03-2026 16:00:00', 9, 'CARDS'],
      ['02-03-2026 09:30:00', '31-02-2026 09:45:00', 1, 'BREAK'],
      ['02-03-2026 08:00:00', '02-03-2026 16:00:00', 9, 'CARDS', '8'],
    ]);
    expect(Object.keys(planned(facts))).toEqual(['bank:8/2026-03-02']);
    expect(refusals).toMatchObject([
      {
        row: 1,
        path: 'file, line 2',
        message:
          'file, line 2 is left out, as line 3 of the same agent was refused: correct that one and send the file again',
      },
      {
        row: 2,
        path: 'file, line 3, stop_moment',
        message: 'file, line 3, stop_moment must be a local time such as 02-03-2026 09:30:00',
      },
    ]);
  });

  it.each<[string, Row, string]>([
    ['no rank', ['02-03-2026 08:00:00', '02-03-2026 09:00:00', 'high', 'A'], 'rank must be a whole number'],
    ['no code', ['02-03-2026 08:00:00', '02-03-2026 09:00:00', 1, ''], 'code must be'],
    ['no agent', ['02-03-2026 08:00:00', '02-03-2026 09:00:00', 1, 'A', ''], 'acd_login_id must be'],
    [
      'an end before its begin',
      ['02-03-2026 08:00:00', '02-03-2026 07:00:00', 1, 'A'],
      'must be after start_moment',
    ],
    [
      'an end at its begin',
      ['02-03-2026 08:00:00', '02-03-2026 08:00:00', 1, 'A'],
      'must be after start_moment',
    ],
    [
      'months before days',
      ['03-30-2026 08:00:00', '03-30-2026 09:00:00', 1, 'A'],
      'start_moment must be a local time',
    ],
    [
      'a zone',
      ['02-03-2026 08:00:00+01:00', '02-03-2026 09:00:00', 1, 'A'],
      'start_moment must be a local time',
    ],
    ['years of work', ['02-03-2026 08:00:00', '02-05-2026 09:00:00', 1, 'A'], 'lasts longer than 31 days'],
    ['a time of another century', ['02-03-2126 08:00:00', '02-03-2126 09:00:00', 1, 'A'], 'two years after'],
  ])('refuses a row with %s', (_, row, message) => {
    const { facts, refusals } = aspect([row]);
    expect(facts).toEqual([]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.message).toContain(message);
    expect(refusals[0]?.message).toMatch(/^file, line 2/);
  });

  it('is bounded in rows and in what few rows can ask for', () => {
    const rows = (count: number, stop: string): Row[] =>
      Array.from({ length: count }, (_, rank) => ['02-03-2026 08:00:00', stop, rank, 'A']);
    expect(aspect(rows(500, '02-03-2026 09:00:00')).refusals).toEqual([]);
    expect(aspect(rows(501, '02-03-2026 09:00:00')).refusals[500]?.message).toContain('at most 500 are read');
    expect(aspect(rows(17, '01-04-2026 08:00:00')).refusals.at(-1)?.message).toContain(
      'at most 500 are read',
    );
    expect(aspect(rows(5_001, '02-03-2026 09:00:00')).refusals).toMatchObject([
      { row: null, code: 'too-many-rows', path: 'file' },
    ]);
    const minutes = (count: number): Row[] =>
      Array.from({ length: count }, (_, index) => {
        const clock = (at: number): string =>
          `02-03-2026 ${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
        return [clock(index), clock(index + 1), 1, index % 2 === 0 ? 'A' : 'B'];
      });
    expect(aspect(minutes(100)).refusals).toEqual([]);
    expect(aspect(minutes(101)).refusals[0]?.message).toContain('a day with more than 100 activities');
  });

  it('refuses rows that say two things with one rank', () => {
    const { facts, refusals } = aspect([
      ['02-03-2026 08:00:00', '02-03-2026 10:00:00', 3, 'A'],
      ['02-03-2026 09:00:00', '02-03-2026 11:00:00', 3, 'B'],
    ]);
    expect(facts).toEqual([]);
    expect(refusals.map(({ message }) => message)).toEqual([
      expect.stringContaining('line 2 is left out'),
      expect.stringContaining('line 3 overlaps line 2 with the same rank and another code'),
    ]);
  });

  it('says that nothing is planned on the days that it covers', () => {
    const { facts } = aspect([['03-03-2026 08:00:00', '03-03-2026 10:00:00', 3, 'A']], {
      covers: { from: '2026-03-02', to: '2026-03-04' },
    });
    expect(planned(facts)).toEqual({
      'bank:7/2026-03-02': [],
      'bank:7/2026-03-03': ['A 03T07:00-03T09:00'],
      'bank:7/2026-03-04': [],
    });
  });

  it('may be published ahead of its receipt by what the connection allows', () => {
    const rows: Row[] = [['02-03-2026 08:00:00', '02-03-2026 10:00:00', 3, 'A']];
    expect(aspect(rows, { publishedAt: '2026-03-02T12:00:00Z' }).refusals).toEqual([]);
    expect(aspect(rows, { publishedAt: '2026-03-02T12:00:01Z' }).refusals).toMatchObject([
      { row: null, code: 'implausible-time', path: 'publishedAt' },
    ]);
  });

  it('has one id for what is published once, however often it is sent', () => {
    const rows: Row[] = [['02-03-2026 08:00:00', '02-03-2026 10:00:00', 3, 'A']];
    const [first] = aspect(rows).facts;
    expect(aspect(rows).facts[0]?.id).toBe(first?.id);
    expect(aspect(rows, { publishedAt: '2026-03-01T12:00:01+01:00' }).facts[0]?.id).not.toBe(first?.id);
    expect(aspect(rows, { agentsOf: 'shop' }).refusals[0]?.path).toBe('agentsOf');
    expect(aspect(rows, { publishedAt: '2026-03-01 12:00' }).refusals[0]?.path).toBe('publishedAt');
  });
});

describe('A file of NICE IEX', () => {
  const columns = { agent: 'AgentID', date: 'Date', start: 'StartTime', stop: 'StopTime', code: 'Activity' };

  function iex(lines: readonly string[], more: object = {}) {
    const file = ['AgentID|Name|Date|StartTime|StopTime|Activity', ...lines].join('\n');
    return read({ format: 'iex', columns, dateForm: 'mm/dd/yyyy', file, ...more });
  }

  it('is read by the columns that its customer has chosen', () => {
    const { facts, refusals } = iex([
      '7|Ann|03/02/2026|08:00|12:00|Open',
      '7|Ann|03/02/2026|12:00|12:30|Lunch',
      '8|Ben|03/02/2026|1:15 PM|3:00 PM|Open',
    ]);
    expect(refusals).toEqual([]);
    expect(planned(facts)).toEqual({
      'bank:7/2026-03-02': ['Open 02T07:00-02T11:00', 'Lunch 02T11:00-02T11:30'],
      'bank:8/2026-03-02': ['Open 02T12:15-02T14:00'],
    });
    const placed = { agent: 1, date: 2, start: 3, stop: 4, code: 5 };
    const file = '7|2026-03-02|08:00:00|09:00:00|Open\n';
    expect(planned(read({ format: 'iex', columns: placed, dateForm: 'yyyy-mm-dd', file }).facts)).toEqual({
      'bank:7/2026-03-02': ['Open 02T07:00-02T08:00'],
    });
  });

  it('goes over midnight where it stops before it starts, and stays on the day of its start', () => {
    const { facts } = iex(['7|Ann|03/02/2026|22:00|06:00|Open', '7|Ann|03/03/2026|23:00|00:00|Open']);
    expect(planned(facts)).toEqual({
      'bank:7/2026-03-02': ['Open 02T21:00-03T05:00'],
      'bank:7/2026-03-03': ['Open 03T22:00-03T23:00'],
    });
  });

  it('stays within the hour that the clocks show twice where that is what it says', () => {
    const { facts } = iex(['7|Ann|10/25/2026|02:45|02:15|Open']);
    expect(planned(facts)).toEqual({ 'bank:7/2026-10-25': ['Open 25T00:45-25T01:15'] });
  });

  it('refuses rows that overlap, as nothing says which one counts; with a rank the lowest does', () => {
    const lines = ['7|Ann|03/02/2026|08:00|12:00|Open|9', '7|Ann|03/02/2026|11:00|13:00|Train|1'];
    expect(iex(lines).refusals.map(({ row }) => row)).toEqual([1, 2]);
    const ranked = read({
      format: 'iex',
      columns: { agent: 1, date: 3, start: 4, stop: 5, code: 6, rank: 7 },
      dateForm: 'mm/dd/yyyy',
      file: lines.join('\n'),
    });
    expect(planned(ranked.facts)).toEqual({
      'bank:7/2026-03-02': ['Open 02T07:00-02T10:00', 'Train 02T10:00-02T12:00'],
    });
  });

  it('names line, column and what is allowed where a row cannot be read', () => {
    expect(iex(['7|Ann|02.03.2026|08:00|12:00|Open']).refusals[0]?.message).toBe(
      'file, line 2, Date must be a date in the form mm/dd/yyyy',
    );
    expect(iex(['7|Ann|03/02/2026|8h|12:00|Open']).refusals[0]?.message).toBe(
      'file, line 2, StartTime must be a time of the day such as 09:30 or 9:30 AM',
    );
    expect(iex(['7|Ann|03/02/2026|08:00|08:00|Open']).refusals[0]?.message).toMatch(/StopTime must differ/);
    expect(iex([], {}).refusals[0]?.message).toBe('file holds no row');
    expect(iex([], { columns: { ...columns, code: 'Kind' } }).refusals[0]).toMatchObject({
      path: 'columns.code',
      message: 'columns.code must be a heading of the first line of the file, or a place from 1',
    });
  });
});
