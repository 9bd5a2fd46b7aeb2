import { describe, expect, it } from '@jest/globals';
import type { PlannedTime, SchedulePublished } from '#domain/fact/fact.js';
import { addFact, unknownEntity } from '#domain/entity/fold.js';
import { inForce, type ScheduleContent } from './schedule.js';

const day = Date.UTC(2026, 2, 2);
const minute = 60_000;

function published(at: number, stretches: readonly PlannedTime[], revision = 0): SchedulePublished {
  return {
    type: 'schedule.published',
    id: `published-${at}`,
    entity: 'wfm:schedule/c:1/2026-03-02',
    connection: 'wfm',
    at: day + at * minute,
    revision,
    agent: 'c:1',
    startedAt: day,
    endedAt: day + 1_440 * minute,
    stretches: stretches.map(([code, from, to]) => [code, day + from * minute, day + to * minute]),
  };
}

function folded(facts: readonly SchedulePublished[]): ScheduleContent {
  const { posted } = facts.reduce((state, fact) => addFact(state, fact).state, unknownEntity);
  if (posted?.kind !== 'schedule') throw new Error('nothing was posted');
  return posted;
}

function minutes(content: ScheduleContent, asOf: Parameters<typeof inForce>[1]) {
  return inForce(content, asOf).map(({ code, startedAt, endedAt }) => [
    code,
    (startedAt - day) / minute,
    (endedAt - day) / minute,
  ]);
}

/** Published the evening before, at 05:00 and at 10:00; the shift is from 08:00 to 16:00. */
const evening = published(-240, [['WORK', 480, 960]]);
const morning = published(300, [
  ['WORK', 480, 660],
  ['TRAIN', 660, 720],
  ['WORK', 720, 960],
]);
const afterwards = published(600, [
  ['LEAVE', 480, 600],
  ['WORK', 600, 900],
]);

describe('The schedule of an agent and a day', () => {
  it('has every version by its publication, in whatever order they come, however often', () => {
    const expected = folded([evening, morning, afterwards]);
    expect(expected.versions.map(({ publishedAt }) => (publishedAt - day) / minute)).toEqual([
      -240, 300, 600,
    ]);
    for (const order of [
      [afterwards, morning, evening],
      [morning, evening, morning, afterwards, evening],
    ])
      expect(folded(order)).toEqual(expected);
  });

  it('is at each instant the version that was published last before it: nothing changes what is past', () => {
    expect(minutes(folded([evening, morning, afterwards]), 'instant')).toEqual([
      ['WORK', 480, 600],
      ['WORK', 600, 900],
    ]);
    expect(minutes(folded([evening, morning]), 'instant')).toEqual([
      ['WORK', 480, 660],
      ['TRAIN', 660, 720],
      ['WORK', 720, 960],
    ]);
  });

  it('has no version of what is published again without a change', () => {
    const again = published(60, [['WORK', 480, 960]]);
    for (const order of [
      [evening, again, morning],
      [again, morning, evening],
    ]) {
      const { versions } = folded(order);
      expect(versions.map(({ publishedAt }) => (publishedAt - day) / minute)).toEqual([-240, 300]);
    }
    const back = folded([evening, morning, published(400, [['WORK', 480, 960]])]);
    expect(back.versions).toHaveLength(3);
  });

  it('has none for what was past when the first version was published', () => {
    expect(minutes(folded([afterwards]), 'instant')).toEqual([['WORK', 600, 900]]);
    expect(minutes(folded([afterwards, morning]), 'dayStart')).toEqual([]);
  });

  it('is for the whole day the version in force as the day begins, or the last one of all', () => {
    const all = folded([evening, morning, afterwards]);
    expect(minutes(all, 'dayStart')).toEqual([['WORK', 480, 960]]);
    expect(minutes(all, 'latest')).toEqual([
      ['LEAVE', 480, 600],
      ['WORK', 600, 900],
    ]);
    const atMidnight = published(0, [['NIGHT', 0, 60]]);
    expect(minutes(folded([evening, atMidnight]), 'dayStart')).toEqual([['NIGHT', 0, 60]]);
  });

  it('is taken back by a version that plans nothing', () => {
    expect(minutes(folded([evening, published(300, [])]), 'instant')).toEqual([]);
  });

  it('is corrected by a higher revision of one publication, whichever comes first', () => {
    const corrected = published(-240, [['WORK', 500, 960]], 1);
    for (const order of [
      [evening, corrected],
      [corrected, evening],
    ])
      expect(minutes(folded(order), 'latest')).toEqual([['WORK', 500, 960]]);
  });
});
