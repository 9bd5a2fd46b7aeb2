import { describe, expect, it } from '@jest/globals';
import type { ConnectionContext, Normalized } from '../platform.js';
import { axialys } from './normalize.js';

const receivedAt = Date.UTC(2026, 10, 20, 18);
const connection: ConnectionContext = {
  connection: 'axi',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => customer,
};

const poll = (polledAt: string, ...rows: object[]): Normalized => {
  const body = JSON.stringify({ source: 'axialys.vm', kind: 'status_rows', polledAt, rows });
  return axialys.normalize({ body, receivedAt }, connection);
};
const eleven = '2026-11-20T11:00:00Z';
const pause = {
  id_op: 4711,
  type: 'break',
  date: '2026-11-20T12:00:31+01:00',
  duration: 2_710,
  infos: 'user6',
};

describe('A status row of Axialys', () => {
  it('is a stretch of an agent as a whole, with the reason of a pause as it is coded', () => {
    const { facts, refusals } = poll(eleven, pause, {
      ...pause,
      type: 'login',
      duration: '28800',
      infos: 'x',
    });
    expect(refusals).toEqual([]);
    const startedAt = Date.parse('2026-11-20T11:00:31Z');
    expect(facts).toEqual([
      {
        type: 'agent.stretch',
        id: expect.stringMatching(/^[\w-]{22}$/),
        entity: `axi:stretch/4711-break-${startedAt}`,
        connection: 'axi',
        at: startedAt + 2_710_000,
        revision: Date.parse(eleven),
        agent: 'axi:4711',
        code: 'break',
        reason: 'user6',
        startedAt,
        endedAt: startedAt + 2_710_000,
      },
      expect.objectContaining({ code: 'LOGGED_IN', reason: null, endedAt: startedAt + 28_800_000 }),
    ]);
  });

  it('is replaced by a later poll of the same row, whatever that adds or corrects', () => {
    const [first] = poll(eleven, pause).facts;
    const [later] = poll('2026-11-20T13:00:00Z', { ...pause, op_name: 'C. Moreau', duration: 2_800 }).facts;
    expect(later?.id).toBe(first?.id);
    expect(later?.entity).toBe(first?.entity);
    expect(Number(later?.revision)).toBeGreaterThan(Number(first?.revision));
  });

  it('reads a date without an offset in the zone of the connection', () => {
    const [fact] = poll(eleven, { ...pause, date: '2026-11-20 12:00:31' }).facts;
    expect(fact).toMatchObject({ startedAt: Date.parse('2026-11-20T11:00:31Z') });
  });

  it('is refused alone, with the field', () => {
    const { facts, refusals } = poll(
      eleven,
      { ...pause, date: 'noon' },
      { ...pause, duration: null },
      { ...pause, date: '2026-11-25T12:00:31+01:00' },
      { ...pause, duration: 9_000_000 },
      pause,
    );
    expect(facts).toHaveLength(1);
    expect(refusals.map(({ code, path }) => [code, path])).toEqual([
      ['invalid-field', 'rows[0].date'],
      ['invalid-field', 'rows[1].duration'],
      ['implausible-time', 'rows[2].date'],
      ['implausible-time', 'rows[3].date'],
    ]);
  });
});
