import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JournalRecord } from './journal-record.js';
import { LinkBalance } from './link-balance.js';

/** A record at an offset that leads from one link to another; what it posts does not matter. */
function record(source: number, offset: number, before: string, link: string, postings = 1): JournalRecord {
  const position = { partition: source, offset, index: 0 };
  return {
    position,
    interpretation: 1,
    cause: postings === 0 ? 'relinked' : 'fact',
    recordedAt: null,
    before,
    link,
    postings: Array.from({ length: postings }, () => ({ position, sign: 1, content })),
  };
}
const content = {
  kind: 'activity',
  activity: 'c:1',
  connection: 'c',
  agent: 'c:a',
  state: 'PREP',
  startedAt: 0,
  endedAt: 1,
  queue: null,
  programme: null,
} as const;

/** Two chains of six records. */
const whole = [0, 1].flatMap((source) =>
  Array.from({ length: 6 }, (_, at) =>
    record(source, at * 3, at === 0 ? '' : `link ${source} ${at - 1}`, `link ${source} ${at}`),
  ),
);

function broken(records: readonly JournalRecord[]): number[] {
  const balance = new LinkBalance();
  for (const each of records) balance.add(each);
  return balance.brokenSources();
}

describe('The links of a journal', () => {
  it('balance where all are there, in whatever order they are read', () => {
    const shuffled = fc.shuffledSubarray(whole, { minLength: whole.length });
    fc.assert(fc.property(shuffled, (records) => expect(broken(records)).toEqual([])));
  });

  it('do not balance where one in the middle is missing', () => {
    for (const [at, missing] of whole.entries()) {
      const isLast = missing.position.offset === 15;
      const rest = whole.toSpliced(at, 1);
      expect(broken(rest)).toEqual(isLast ? [] : [missing.position.partition]);
    }
  });

  it('do not end where they must where the last one is missing or another one, or all of them are', () => {
    const heads = ['link 0 5', 'link 1 5'];
    const brokenBefore = (records: readonly JournalRecord[]): number[] => {
      const balance = new LinkBalance();
      for (const each of records) balance.add(each);
      return balance.brokenSources(heads);
    };
    expect(brokenBefore(whole)).toEqual([]);
    for (const [at, { position }] of whole.entries()) {
      expect(brokenBefore(whole.toSpliced(at, 1))).toEqual([position.partition]);
    }
    expect(brokenBefore(whole.toSpliced(-1, 1, record(1, 15, 'link 1 4', 'made to fit')))).toEqual([1]);
    expect(brokenBefore(whole.filter(({ position }) => position.partition === 1))).toEqual([0]);
    expect(brokenBefore([])).toEqual([0, 1]);
  });

  it('do not balance where a position is posted twice, with another content', () => {
    expect(broken([...whole, record(1, 6, 'link 1 1', 'another')])).toEqual([1]);
  });

  it('do not balance where two links differ in one character, whichever it is', () => {
    for (const other of ['xb', 'ax'])
      expect(broken([record(0, 0, '', 'ab'), record(0, 3, other, 'end')])).toEqual([0]);
  });

  it('balance where the journal says that the chain goes on at another link, however often it says so', () => {
    const [first, , third] = whole;
    const made = [first, record(0, 3, 'link 0 0', 'made again'), third].flatMap((each) => each ?? []);
    expect(broken(made)).toEqual([0]);
    const relink = record(0, 6, 'made again', 'link 0 1', 0);
    expect(broken([...made, relink, relink])).toEqual([]);
    expect(broken([relink, ...made])).toEqual([]);
  });

  it('end at the last record of a fact that made several, in whatever order they are read', () => {
    const [first, second] = [0, 1].map((index): JournalRecord => {
      const made = record(0, 7, index === 0 ? '' : 'link 0', `link ${index}`);
      return { ...made, position: { ...made.position, index } };
    });
    const next = record(0, 8, 'link 1', 'link 2');
    for (const records of [
      [first, second],
      [second, first],
      [next, second, first],
    ])
      expect(broken(records.flatMap((each) => each ?? []))).toEqual([]);
  });

  it('are of sources in the order of their numbers', () => {
    const lost = [10, 2, 1].map((source) => record(source, 3, 'a record that is missing', 'link'));
    expect(broken(lost)).toEqual([1, 2, 10]);
  });
});
