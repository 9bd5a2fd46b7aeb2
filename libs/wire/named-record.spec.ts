import { describe, expect, it } from '@jest/globals';
import { namedRecord } from './named-record.js';
import { linesOf } from './samples/lines.fixture.js';

describe('a record shown to people', () => {
  it('has the names of its fields where its topic has none', () => {
    const [fact = ''] = linesOf('facts-1.ndjson');
    expect(namedRecord('telephony.facts', fact)).toEqual({
      recordedAt: '2026-03-02T10:05:04.123Z',
      fact: {
        type: 'contact.started',
        id: 'contact.started||1772445600000',
        entity: 'bank:4711',
        connection: 'bank',
        at: 1_772_445_600_000,
        revision: 0,
        direction: 'inbound',
        media: 'voice',
        customer: 'cust-1',
      },
    });
    const activity = linesOf('postings-1.ndjson')[2] ?? '';
    expect(namedRecord('journal.postings', activity)).toMatchObject({
      position: { partition: 3, offset: 41, index: 1 },
      interpretation: 7,
      postings: [{ sign: -1, content: { kind: 'activity', agent: 'bank:alice', state: 'TRAINING' } }],
    });
  });

  it('is as it stands where it is something else', () => {
    expect(namedRecord('billing.closes', '{"type":"close"}')).toEqual({ type: 'close' });
    expect(namedRecord('telephony.facts', '[2,"of tomorrow"]')).toEqual([2, 'of tomorrow']);
    expect(namedRecord('journal.postings', 'no json')).toBe('no json');
  });
});
