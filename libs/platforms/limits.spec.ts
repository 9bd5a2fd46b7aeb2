import { describe, expect, it } from '@jest/globals';
import type { ConnectionContext, Normalized } from './platform.js';
import { exceededBound, maxDepth, maxRows, maxSessions, maxValues } from './limits.js';
import { platforms } from './platforms.js';

const receivedAt = Date.UTC(2026, 10, 20, 12);
const connection: ConnectionContext = {
  connection: 'bank',
  timeZone: 'UTC',
  country: '33',
  pseudonym: (customer) => `p-${customer}`,
};
type Name = keyof typeof platforms;

function read(platform: Name, body: unknown): Normalized {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return platforms[platform].normalize({ body: text, receivedAt }, connection);
}

const polledAt = '2026-11-20T11:00:00Z';
const reasonsOf = ({ refusals }: Normalized) => refusals.map(({ code }) => code);

describe('The bounds of a delivery', () => {
  const lists: [Name, string, (length: number) => unknown][] = [
    ['avaya', 'rows', (length) => ({ source: 'avaya.cms', kind: 'ech_rows', polledAt, rows: zeros(length) })],
    [
      'axialys',
      'rows',
      (length) => ({ source: 'axialys.vm', kind: 'call_rows', polledAt, rows: zeros(length) }),
    ],
    ['outcomes', '', zeros],
    ['genesys', '', (length) => ({ Records: zeros(length) })],
  ];
  it.each(lists)(
    'refuses a delivery of %s that has more rows than are read, as a whole',
    (platform, path, of) => {
      expect(read(platform, of(maxRows + 1))).toMatchObject({
        facts: [],
        refusals: [{ row: null, code: 'too-many-rows', path }],
      });
      expect(read(platform, of(maxRows)).refusals).toHaveLength(maxRows);
    },
  );

  it.each<Name>(['avaya', 'axialys', 'outcomes', 'genesys'])(
    'refuses deep JSON of %s before it is parsed',
    (name) => {
      expect(reasonsOf(read(name, '['.repeat(500_000)))).toEqual(['nested-too-deeply']);
      expect(reasonsOf(read(name, '{"a":'.repeat(maxDepth + 1)))).toEqual(['nested-too-deeply']);
      expect(reasonsOf(read(name, '['.repeat(maxDepth) + ']'.repeat(maxDepth)))).not.toContain(
        'nested-too-deeply',
      );
    },
  );

  it('looks for depth outside of texts, whatever they hold', () => {
    const brackets = '['.repeat(100);
    const inText = [brackets, `\\"${brackets}`, `\\\\\\"${brackets}`].map((text) => `{"a":"${text}"}`);
    expect(inText.map(exceededBound)).toEqual([null, null, null]);
    // The text ends before the brackets: the backslash before its quote is itself escaped.
    expect(exceededBound(`{"a":"\\\\",${brackets}`)).toBe('depth');
    expect(exceededBound(`"unended ${brackets}`)).toBeNull();
  });

  it.each<Name>(['avaya', 'axialys', 'outcomes', 'genesys'])(
    'refuses more values than %s can mean before they are parsed',
    (name) => {
      expect(read(name, `[${'{},'.repeat(maxValues)}{}]`)).toMatchObject({
        facts: [],
        refusals: [{ row: null, code: 'too-many-rows', path: '' }],
      });
      // Commas of a text are none of values.
      expect(reasonsOf(read(name, JSON.stringify({ text: ','.repeat(maxValues) })))).not.toContain(
        'too-many-rows',
      );
    },
  );

  it('refuses the record of a conversation with more sessions than one can have', () => {
    const record = (sessions: number) => ({
      conversationId: 'c',
      conversationStart: polledAt,
      participants: [
        { purpose: 'agent', sessions: Array.from({ length: sessions }, (_, i) => ({ sessionId: `${i}` })) },
      ],
    });
    expect(reasonsOf(read('genesys', record(maxSessions + 1)))).toEqual(['too-many-rows']);
    expect(reasonsOf(read('genesys', record(maxSessions)))).toEqual([]);
  });
});

function zeros(length: number): number[] {
  return Array<number>(length).fill(0);
}

describe('The longest work that is counted of one', () => {
  const days = (count: number, ms = 0): string =>
    new Date(receivedAt - count * 86_400_000 - ms).toISOString();
  const activity = (startedAt: string) => ({
    specversion: '1.0',
    id: '1',
    source: '/planner',
    type: 'activity.recorded',
    data: { agent: 'a', state: 'TRAINING', startedAt, endedAt: days(0), programme: 'bank' },
  });
  const call = (seconds: number, field = 'talktime') => ({
    source: 'avaya.cms',
    kind: 'ech_rows',
    polledAt,
    rows: [
      {
        acd: 1,
        callid: 7,
        ucid: '1',
        segment: 1,
        segstart_utc: (receivedAt - 40 * 86_400_000) / 1000,
        disptime: 0,
        queuetime: 0,
        ringtime: 0,
        talktime: 1,
        acwtime: 1,
        calldisp: 2,
        dispsplit: 310,
        anslogin: '70101',
        [field]: seconds,
      },
    ],
  });

  it('is seven days of an activity', () => {
    expect(read('outcomes', activity(days(7)))).toMatchObject({ facts: [{ type: 'activity.recorded' }] });
    const refused = read('outcomes', [activity(days(7, 1))]);
    expect(refused.facts).toEqual([]);
    expect(refused.refusals).toMatchObject([{ row: 0, path: '[0]', code: 'span-too-long' }]);
    // 36 years
    expect(reasonsOf(read('outcomes', activity('1990-11-20T12:00:00Z')))).toEqual(['span-too-long']);
  });

  it('is 31 days of talk and hold, and of after-call work', () => {
    const longest = 31 * 86_400;
    expect(read('avaya', call(longest)).facts).toHaveLength(1);
    expect(read('avaya', call(longest + 1)).refusals).toMatchObject([
      { row: 0, path: 'rows[0]', code: 'span-too-long' },
    ]);
    expect(reasonsOf(read('avaya', call(longest + 1, 'acwtime')))).toEqual(['span-too-long']);
  });
});
