import { describe, expect, it } from '@jest/globals';
import { toLogRecord, type StoredMessage, visibleMessages } from './records.js';

const message = (offset: number, producerId: string, more: Partial<StoredMessage> = {}): StoredMessage => ({
  offset: `${offset}`,
  timestamp: '1772323200000',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  isControlRecord: false,
  batchContext: { producerId, inTransaction: producerId !== '-1' },
  ...more,
});

const marker = (offset: number, producerId: string, type: 0 | 1): StoredMessage =>
  message(offset, producerId, { isControlRecord: true, key: Buffer.from([0, 0, 0, type]) });

const [ABORT, COMMIT] = [0, 1] as const;

const visible = (messages: StoredMessage[], aborted: [producerId: string, firstOffset: number][]) =>
  visibleMessages(
    messages,
    aborted.map(([producerId, firstOffset]) => ({ producerId, firstOffset: `${firstOffset}` })),
  ).map(({ offset }) => Number(offset));

describe('Fetched records', () => {
  it('are texts, also where the key or the value is missing', () => {
    expect(toLogRecord(message(17, '-1', { key: null, value: Buffer.from('漢字') }))).toEqual({
      offset: 17,
      timestamp: 1_772_323_200_000,
      key: '',
      value: '漢字',
    });
    expect(toLogRecord(message(17, '-1', { value: null })).value).toBe('');
  });

  it('are all visible where no writer uses transactions', () => {
    expect(visible([message(0, '-1'), message(1, '-1')], [])).toEqual([0, 1]);
  });

  it('are hidden where they mark the end of a transaction or belong to an aborted one', () => {
    const messages = [
      message(0, '7'),
      marker(1, '7', COMMIT),
      message(2, '7'),
      marker(3, '7', ABORT),
      message(4, '7'),
    ];
    expect(visible(messages, [['7', 2]])).toEqual([0, 4]);
  });

  it('are visible between records of an aborted transaction of another writer', () => {
    const messages = [
      message(0, '7'),
      message(1, '8'),
      message(2, '-1'),
      marker(3, '7', ABORT),
      marker(4, '8', COMMIT),
    ];
    expect(visible(messages, [['7', 0]])).toEqual([1, 2]);
    const both = [
      message(0, '7'),
      message(1, '8'),
      message(2, '8'),
      marker(3, '8', ABORT),
      marker(4, '7', ABORT),
    ];
    expect(
      visible(both, [
        ['8', 1],
        ['7', 0],
      ]),
    ).toEqual([]);
  });

  it('are hidden where the fetch begins within an aborted transaction', () => {
    expect(visible([message(5, '7'), marker(6, '7', ABORT), message(7, '7')], [['7', 2]])).toEqual([7]);
  });
});
