import { describe, expect, it } from '@jest/globals';
import { meterStage } from '#wire/stages.js';
import { groupLags, lagRows, ProgressAges } from './stage-lags.js';

const now = 1_700_000_000_000;
const at = (next: number, records: number, waitingSince: number | null) => [
  {
    stage: meterStage,
    partitions: [{ partition: 3, next, end: next + records, records, waitingSince }],
  },
];

describe('Lag rows', () => {
  it('say how many records wait in a partition and for how long', () => {
    expect(lagRows(at(5, 7, now - 2_500), new ProgressAges(), now)).toEqual([
      {
        group: 'meter',
        topic: 'telephony.facts',
        partition: 3,
        next: 5,
        end: 12,
        lagRecords: 7,
        lagSeconds: 2.5,
        progressAgeSeconds: null,
      },
    ]);
    expect(lagRows(at(5, 0, null), new ProgressAges(), now)).toMatchObject([
      { lagRecords: 0, lagSeconds: 0 },
    ]);
  });

  it('say the time without progress of a partition, from the second reading on', () => {
    const ages = new ProgressAges();
    const readings = [
      [5, 0],
      [5, 2_000],
      [9, 4_000],
      [9, 6_000],
      [9, 8_000],
    ] as const;
    const progressAges = readings.map(
      ([next, later]) => lagRows(at(next, 1, now), ages, now + later)[0]?.progressAgeSeconds,
    );
    expect(progressAges).toEqual([null, 2, 0, 2, 4]);
  });
});

describe('The lag of a stage', () => {
  const row = (lagRecords: number, lagSeconds: number, progressAgeSeconds: number | null) => {
    const common = { group: 'meter', topic: 'telephony.facts', partition: 0, next: 5, end: 5 + lagRecords };
    return { ...common, lagRecords, lagSeconds, progressAgeSeconds };
  };

  it('adds up what waits, and takes the longest times of the partitions that wait', () => {
    // the partition that has caught up stands still for good reason
    expect(groupLags([row(7, 2.5, 4), row(0, 0, 900), row(3, 9.5, 1)])).toEqual([
      {
        group: 'meter',
        topic: 'telephony.facts',
        partitions: 3,
        partitionsBehind: 2,
        lagRecords: 10,
        lagSeconds: 9.5,
        progressAgeSeconds: 4,
        verdict: 'behind',
      },
    ]);
  });

  it.each([
    ['caughtUp', [row(0, 0, 900)]],
    ['behind', [row(5, 300, null)]],
    ['behind', [row(5, 300, 120)]],
    ['stuck', [row(5, 300, 120.1), row(0, 0, 0)]],
  ])('is judged: %s', (verdict, rows) => {
    expect(groupLags(rows).map((group) => group.verdict)).toEqual([verdict]);
  });

  it('is reported for each stage apart, in the order of the rows', () => {
    const tally = { ...row(1, 1, null), group: 'tally' };
    expect(groupLags([row(0, 0, null), tally]).map(({ group, lagRecords }) => [group, lagRecords])).toEqual([
      ['meter', 0],
      ['tally', 1],
    ]);
  });
});
