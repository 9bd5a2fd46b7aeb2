import { describe, expect, it } from '@jest/globals';
import { meterStage } from '#wire/stages.js';
import { lagRows, ProgressAges } from './lag.js';

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
