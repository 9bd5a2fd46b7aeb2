import { describe, expect, it } from '@jest/globals';
import type { RecordMetadata } from 'kafkajs';
import { acknowledgedBy } from './checked-send.js';

const part = (partition: number, more: Partial<RecordMetadata> = {}): RecordMetadata => ({
  topicName: 'journal.postings',
  partition,
  errorCode: 0,
  baseOffset: `${partition * 100}`,
  ...more,
});

const acknowledged = (...answer: RecordMetadata[]) =>
  Object.fromEntries(acknowledgedBy(answer, 'journal.postings'));

describe('The answer to a send', () => {
  it('acknowledges each partition that it names, with its first offset', () => {
    expect(acknowledged(part(0), part(3), part(7, { baseOffset: '9007199254740991' }))).toEqual({
      0: 0,
      3: 300,
      7: 9_007_199_254_740_991,
    });
  });

  it('does not acknowledge a missing partition, as kafkajs leaves it after a leader change', () => {
    expect(acknowledged(part(0))).toEqual({ 0: 0 });
    expect(acknowledged()).toEqual({});
  });

  it('does not acknowledge a partition with an error, or without a valid offset', () => {
    const { baseOffset: _, ...bare } = part(2);
    const answer = [
      part(1, { errorCode: 6 }),
      bare,
      part(3, { baseOffset: '-1' }),
      part(4, { baseOffset: 'x' }),
    ];
    expect(acknowledged(...answer, part(5))).toEqual({ 5: 500 });
  });

  it('does not acknowledge a partition that it names twice, since one of the two offsets is wrong', () => {
    expect(acknowledged(part(1), part(2), part(1, { baseOffset: '130' }), part(1))).toEqual({ 2: 200 });
  });

  it('does not acknowledge partitions of another topic', () => {
    expect(acknowledged(part(1, { topicName: 'telephony.raw' }))).toEqual({});
  });
});
