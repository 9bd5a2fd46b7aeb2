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

describe('what the answer to a send acknowledges', () => {
  it('is each partition it names, from the offset it tells', () => {
    expect(acknowledged(part(0), part(3), part(7, { baseOffset: '9007199254740991' }))).toEqual({
      0: 0,
      3: 300,
      7: 9_007_199_254_740_991,
    });
  });

  it('is nothing of a partition that is missing, as kafkajs leaves it after a leader change', () => {
    expect(acknowledged(part(0))).toEqual({ 0: 0 });
    expect(acknowledged()).toEqual({});
  });

  it('is nothing of a partition with an error, without an offset, or with one that is none', () => {
    const { baseOffset: _, ...bare } = part(2);
    const answer = [
      part(1, { errorCode: 6 }),
      bare,
      part(3, { baseOffset: '-1' }),
      part(4, { baseOffset: 'x' }),
    ];
    expect(acknowledged(...answer, part(5))).toEqual({ 5: 500 });
  });

  it('is nothing of a partition that is named twice: one of the two is not where the records are', () => {
    expect(acknowledged(part(1), part(2), part(1, { baseOffset: '130' }), part(1))).toEqual({ 2: 200 });
  });

  it('is nothing of another topic', () => {
    expect(acknowledged(part(1, { topicName: 'telephony.raw' }))).toEqual({});
  });
});
