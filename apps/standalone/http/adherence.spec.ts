import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adherenceAnswerSchema } from '#apps/invoicer/adherence-answer.js';
import { noKeys } from '#runtime/access/access.fixture.js';
import { callRow, startHttp } from './http.harness.js';

const planner = `
  - id: plan
    platform: schedules
    timeZone: Europe/Paris
    authentication: { scheme: none }
    demo: true
    states: [{ code: CALLS, state: AVAILABLE }, { code: PAUSE, state: BREAK }]
programmes:`;

let http: Awaited<ReturnType<typeof startHttp>>;
beforeEach(async () => {
  http = await startHttp(noKeys, (text) =>
    text
      .replace('\nprogrammes:', planner)
      .replace('    thresholds:', '    agents: [{ code: alice }]\n    thresholds:'),
  );
});
afterEach(async () => http.close());

async function publish(publishedAt: string, lines: readonly string[]): Promise<void> {
  const file = [
    'start_moment,stop_moment,rank,code,acd_login_id',
    ...lines,
    `Record_count,${lines.length}`,
  ].join('\n');
  const body = JSON.stringify({ source: 'schedules', format: 'aspect', publishedAt, agentsOf: 'bpo', file });
  const response = await fetch(`${http.url}/v1/deliveries/plan`, { method: 'POST', body });
  expect(response.status).toBe(202);
  await http.engine.drained();
}

async function answered(query: string) {
  return adherenceAnswerSchema.strict().parse(await (await http.get(`/v1/adherence?${query}`)).json());
}

describe('GET /v1/adherence', () => {
  it('says by agent and day what was planned and what of it was kept', async () => {
    await http.deliver([callRow]);
    await publish('2026-03-01T12:00:00+01:00', [
      '02-03-2026 10:00,02-03-2026 10:05,9,CALLS,4711',
      '02-03-2026 10:05,02-03-2026 10:10,9,PAUSE,4711',
      '02-03-2026 10:10,02-03-2026 10:15,9,JURY,4711',
      '02-03-2026 10:00,02-03-2026 11:00,9,CALLS,4712',
    ]);
    await publish('2026-03-04T12:00:00+01:00', ['02-03-2026 10:00,02-03-2026 10:02,9,CALLS,4711']);
    // The call is hers from 10:00:35, for 241 s and 11 s of after-call work: 252 s. She begins 35 s late, and
    // nothing is known of her from 10:04:47 on.
    const sums = { plannedMs: 600_000, presentMs: 252_000, plannedOnQueueMs: 300_000, onQueueMs: 252_000 };
    const day = {
      day: '2026-03-02',
      agent: 'alice',
      schedule: 'plan:schedule/bpo:4711/2026-03-02',
      versions: 2,
    };
    expect(await answered('programme=aurore&from=2026-03-02')).toEqual({
      programme: 'aurore',
      from: '2026-03-02',
      to: '2026-03-02',
      timeZone: 'Europe/Paris',
      toleranceMs: 0,
      asOf: 'instant',
      days: [{ ...day, ...sums, keptMs: 252_000, unmappedMs: 300_000 }],
      total: { ...sums, keptMs: 252_000 },
      unmappedCodes: [{ code: 'plan:JURY', ms: 300_000 }],
      unmappedAgents: [{ agent: 'bpo:4712', days: 1 }],
    });
    const tolerant = await answered('programme=aurore&from=2026-03-01&to=2026-03-02&toleranceSeconds=36');
    expect(tolerant.total).toEqual({ ...sums, keptMs: 287_000, presentMs: 287_000 });
    const latest = await answered('programme=aurore&from=2026-03-02&asOf=latest');
    // 10:00:35 to 10:02
    expect(latest.total).toMatchObject({ plannedMs: 120_000, keptMs: 85_000, onQueueMs: 252_000 });
    expect(await answered('programme=aurore&from=2026-03-03')).toMatchObject({
      days: [],
      unmappedAgents: [],
    });
  });

  it('has a night shift whole on the day on which it begins, with what was done after midnight', async () => {
    // 252 s of the call, from 01:00:35
    await http.deliver([{ ...callRow, date: '2026-03-03T01:00:00+01:00' }]);
    await publish('2026-03-01T12:00:00+01:00', [
      '02-03-2026 22:00,03-03-2026 06:00,9,CALLS,4711',
      '03-03-2026 22:00,04-03-2026 05:00,9,CALLS,4711',
    ]);
    const sums = { plannedMs: 8 * 3_600_000, keptMs: 252_000, onQueueMs: 252_000 };
    const { days } = await answered('programme=aurore&from=2026-03-02');
    expect(days).toEqual([expect.objectContaining({ day: '2026-03-02', ...sums })]);
    const next = { day: '2026-03-03', plannedMs: 7 * 3_600_000, keptMs: 0, onQueueMs: 0 };
    expect((await answered('programme=aurore&from=2026-03-03')).days).toEqual([
      expect.objectContaining(next),
    ]);
  });

  it.each([
    ['programme=aurore', 400, 'query.from'],
    ['from=today', 400, 'query.programme'],
    ['programme=aurore&from=2026-03-02&to=2026-03-01', 400, 'query.to'],
    ['programme=aurore&from=2025-12-01&to=2026-03-03', 400, 'query.to'],
    ['programme=aurore&from=today&toleranceSeconds=-1', 400, 'query.toleranceSeconds'],
    ['programme=aurore&from=today&asOf=then', 400, 'query.asOf'],
    ['programme=elsewhere&from=today', 404, 'query.programme'],
  ])('for the query %p is answered with %d and the field', async (query, status, field) => {
    const response = await http.get(`/v1/adherence?${query}`);
    expect(await response.json()).toMatchObject({ status, field });
  });
});
