import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unbilledAnswerSchema } from '#apps/invoicer/unbilled-answer.js';
import { unmappedWork } from '#pipeline/tally/unmapped-work.js';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeEach(async () => {
  http = await startHttp();
});
afterEach(async () => http.close());

describe('GET /v1/unbilled', () => {
  it('says of everything that was delivered what a line counts and why the rest is not, with what it may be worth', async () => {
    // Each call: 223 s of talk, 18 s of hold, 11 s of after-call work. The contract pays 2.35 for a handled
    // call, so one more would have been worth 2.35.
    await http.deliver([
      callRow,
      { ...callRow, id_appel: 2, group_name: 'other', first_group_name: 'other' },
      { ...callRow, id_appel: 3, id_op: 4712 },
      { ...callRow, id_appel: 4, duration_wait: 'long' },
    ]);
    const answer = unbilledAnswerSchema
      .strict()
      .parse(await (await http.get('/v1/unbilled?from=2026-03-02')).json());
    const time = { agentMs: 252_000, contacts: 1, outcomes: 0 };
    const estimates = [{ amount: '2.35', currency: 'EUR' }];
    expect(answer).toEqual({
      from: '2026-03-02',
      to: '2026-03-02',
      timeZone: 'Europe/Paris',
      programme: null,
      counted: [{ programme: 'aurore', ...time }],
      unbilled: [
        { cause: 'unknownAgent', at: 'bpo:4712', programme: 'aurore', ...time, estimates },
        { cause: 'unmappedQueue', at: 'bpo:other', programme: null, ...time, estimates },
      ],
      refused: [{ reason: 'invalid-field', records: 1 }],
      parked: [],
    });
    const another = await (await http.get('/v1/unbilled?from=2026-03-03&to=today&programme=aurore')).json();
    expect(another).toMatchObject({
      to: '2026-03-05',
      programme: 'aurore',
      counted: [],
      unbilled: [],
      refused: [],
    });
  });

  it.each([
    ['', 400, 'query.from'],
    ['from=2026-03-02&to=2026-03-01', 400, 'query.to'],
    ['from=2025-01-01&to=2026-03-01', 400, 'query.to'],
    ['from=today&programme=elsewhere', 404, 'query.programme'],
  ])('for the query %p is answered with %d and the field', async (query, status, field) => {
    const response = await http.get(`/v1/unbilled?${query}`);
    expect(await response.json()).toMatchObject({ status, field });
  });
});

describe('Agent time that the catalogue does not place', () => {
  it('is said of yesterday and today, by what is unknown', async () => {
    // 252 s through a queue of no programme, twice that by an agent whom the catalogue does not know.
    await http.deliver([
      callRow,
      { ...callRow, id_appel: 2, group_name: 'other', first_group_name: 'other' },
      { ...callRow, id_appel: 3, id_op: 4712 },
      { ...callRow, id_appel: 4, id_op: 4712 },
    ]);
    const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
    const { kpis } = http.engine;
    const found = { programme: 252_000, agent: 504_000, code: 0, implausible: 0 };
    expect(await unmappedWork(kpis, ['aurore'], at('2026-03-02'))).toEqual(found);
    expect(await unmappedWork(kpis, ['aurore'], at('2026-03-03'))).toEqual(found);
    expect(await unmappedWork(kpis, ['aurore'], at('2026-03-04'))).toEqual({
      programme: 0,
      agent: 0,
      code: 0,
      implausible: 0,
    });
  });
});
