import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeEach(async () => {
  http = await startHttp();
});
afterEach(async () => http.close());

/** 25 hours with Alice, 90 000 s: more than a day, 86 400 s. It rang as long as the other, 35 s before. */
const longCall = { ...callRow, id_appel: 2, duration: 90_035, duration_comm: 90_000 };
const json = async (path: string) => (await http.get(path)).json() as Promise<Record<string, unknown>>;
const post = async (path: string) => fetch(http.url + path, { method: 'POST' });
const query = (work: string) =>
  `work=${encodeURIComponent(work)}&author=ops&reason=${encodeURIComponent('heard the recording')}`;

/** What lines count and what is unbilled from 1 to 5 March, by cause. */
async function contacts(): Promise<unknown[]> {
  const { counted, unbilled } = (await json('/v1/unbilled?from=2026-03-01&to=2026-03-05')) as {
    counted: { contacts: number }[];
    unbilled: { cause: string; at: string; contacts: number; agentMs: number }[];
  };
  return [
    counted.map((row) => row.contacts),
    unbilled.map((row) => [row.cause, row.at, row.contacts, row.agentMs]),
  ];
}

describe('Implausible work', () => {
  it('is held, shown with its length, counted once it is confirmed, and held again when that is withdrawn', async () => {
    await http.deliver([callRow, longCall]);
    const { work, confirmed } = (await json('/v1/implausible')) as {
      work: { work: string }[];
      confirmed: unknown[];
    };
    const name = work[0]?.work ?? '';
    expect(confirmed).toEqual([]);
    expect(work).toEqual([
      expect.objectContaining({
        limit: 'handling',
        ms: 90_000_000,
        limitMs: 86_400_000,
        connection: 'bpo',
        programme: 'aurore',
        agent: 'bpo:4711',
      }),
    ]);
    // and 11 s of after-call work: time of agents in all
    const held = ['implausible', name, 1, 90_011_000];
    expect(await contacts()).toEqual([[1], [held]]);
    const kpis = async () => {
      await http.engine.drained();
      const answer = await json('/v1/programmes/aurore/kpis?from=2026-03-01&to=2026-03-05');
      return answer as { handled: number; implausibleMs: number; implausibleWorks: number };
    };
    expect(await kpis()).toMatchObject({ handled: 1, implausibleMs: 90_000_000, implausibleWorks: 1 });

    const done = await (await post(`/v1/implausible/confirm?${query(name)}`)).json();
    expect(done).toMatchObject({ entry: 2, work: [{ work: name, limit: 'handling', ms: 90_000_000 }] });
    expect(await contacts()).toEqual([[2], []]);
    expect(await kpis()).toMatchObject({ handled: 2, implausibleMs: 0, implausibleWorks: 0 });
    expect(await json('/v1/implausible')).toMatchObject({
      work: [],
      confirmed: [{ work: name, ms: 90_000_000, author: 'ops', reason: 'heard the recording' }],
    });

    // Files that say nothing of it are put in force: it stays confirmed.
    http.setFiles((text) => text.replace("'2.35'", "'2.50'"));
    expect((await post('/v1/catalogue/apply?author=ops')).status).toBe(200);
    expect(await contacts()).toEqual([[2], []]);

    expect((await post(`/v1/implausible/withdraw?${query(name)}`)).status).toBe(200);
    expect(await contacts()).toEqual([[1], [held]]);
    expect(await kpis()).toMatchObject({ handled: 1, implausibleMs: 90_000_000 });
    const { acts } = (await json('/v1/audit/acts')) as { acts: { act: string; subject: string }[] };
    expect(acts.map(({ act, subject }) => [act, subject]).slice(1)).toEqual([
      ['work-confirmed', name],
      ['catalogue-applied', expect.stringMatching(/^catalogue /)],
      ['confirmation-withdrawn', name],
    ]);
  });

  it('is held again where a revision makes it longer than it was when it was confirmed, and counts where it makes it short', async () => {
    await http.deliver([longCall]);
    const { work } = (await json('/v1/implausible')) as { work: { work: string }[] };
    const name = work[0]?.work ?? '';
    await post(`/v1/implausible/confirm?${query(name)}`);
    expect(await contacts()).toEqual([[1], []]);
    await http.deliver([{ ...longCall, duration: 90_036, duration_comm: 90_001 }], '2026-03-05T11:01:00Z');
    expect(await contacts()).toEqual([[], [['implausible', name, 1, 90_012_000]]]);
    await http.deliver([{ ...longCall, duration: 95, duration_comm: 60 }], '2026-03-05T11:02:00Z');
    expect(await contacts()).toEqual([[1], []]);
  });

  it('is left out by a close, which says so and what it would be worth, and closed with once it is confirmed', async () => {
    const february = (row: object) => ({ ...row, date: '2026-02-10T10:00:00+01:00' });
    await http.deliver([february(callRow), february(longCall)]);
    const close = '/v1/contracts/aurore-calls/periods/2026-02/close';
    const refused = (await (await post(close)).json()) as { code: string; detail: string };
    expect(refused.code).toBe('omissions-not-accepted');
    const { work } = (await json('/v1/implausible')) as { work: { work: string }[] };
    const name = work[0]?.work ?? '';
    expect(refused.detail).toContain(name);
    await post(`/v1/implausible/confirm?${query(name)}`);
    await http.engine.drained();
    expect((await post(close)).status).toBe(201);
    // Two calls at 2.35.
    const period = await json('/v1/contracts/aurore-calls/periods/2026-02');
    expect(period).toMatchObject({
      closed: { revisions: [{ revision: 1, net: '4.70' }] },
      accrued: { net: '4.70' },
    });
  });

  it('is what is more than a day together: held when the last of it comes, also what was invoiced, until it is confirmed', async () => {
    // Three calls of Alice of nine hours each on 10 February, with 11 s of after-call work each: 27 h 33 s.
    const calls = ['00', '06', '12'].map((hour, index) => ({
      ...callRow,
      id_appel: 11 + index,
      caller_number: `3361234567${index}`,
      date: `2026-02-10T${hour}:00:00+01:00`,
      duration: 32_435,
      duration_comm: 32_400,
    }));
    await http.deliver(calls.slice(0, 2));
    await http.engine.drained();
    const periods = '/v1/contracts/aurore-calls/periods/2026-02';
    expect((await post(`${periods}/close`)).status).toBe(201);
    expect(await json(periods)).toMatchObject({ closed: { revisions: [{ revision: 1, net: '4.70' }] } });
    expect(await json('/v1/implausible')).toMatchObject({ work: [] });

    await http.deliver(calls.slice(2), '2026-03-05T11:01:00Z');
    await http.engine.drained();
    const { work } = (await json('/v1/implausible')) as { work: { work: string }[] };
    const ms = 3 * 32_411_000;
    const one = { limit: 'day', ms, limitMs: 86_400_000, programme: 'aurore', agent: 'bpo:4711' };
    expect(work).toEqual([1, 2, 3].map(() => expect.objectContaining(one)));
    const unbilled = (await json('/v1/unbilled?from=2026-02-10&to=2026-02-10')) as {
      counted: unknown[];
      unbilled: { cause: string; contacts: number; agentMs: number }[];
    };
    expect(unbilled.counted).toEqual([]);
    expect(unbilled.unbilled.map(({ cause, contacts: of, agentMs }) => [cause, of, agentMs])).toEqual(
      [1, 2, 3].map(() => ['implausible', 1, 32_411_000]),
    );
    expect((await post(`${periods}/close?adjust=true`)).status).toBe(201);
    expect(await json(periods)).toMatchObject({
      closed: { revisions: [{ net: '4.70' }, { revision: 2, net: '-4.70' }] },
      accrued: { net: '0.00' },
    });

    const names = work.map((each) => `work=${encodeURIComponent(each.work)}`).join('&');
    const confirmed = await post(`/v1/implausible/confirm?${names}&author=ops&reason=a+marathon`);
    expect(confirmed.status).toBe(200);
    await http.engine.drained();
    expect((await post(`${periods}/close?adjust=true`)).status).toBe(201);
    // Three calls at 2.35.
    expect(await json(periods)).toMatchObject({
      closed: { revisions: [{ net: '4.70' }, { net: '-4.70' }, { revision: 3, net: '7.05' }] },
    });
    // As long as it was: a fourth call on that day is more than was confirmed.
    const { id_appel: _, ...fourth } = calls[0] ?? { id_appel: 0 };
    await http.deliver([{ ...fourth, id_appel: 14 }], '2026-03-05T11:02:00Z');
    expect(((await json('/v1/implausible'))['work'] as unknown[]).length).toBe(4);
  });

  it('is left out by a close together, each piece by its name, with what all of it would be worth', async () => {
    const calls = ['00', '06', '12'].map((hour, index) => ({
      ...callRow,
      id_appel: 11 + index,
      date: `2026-02-10T${hour}:00:00+01:00`,
      duration: 32_435,
      duration_comm: 32_400,
    }));
    await http.deliver(calls);
    const close = '/v1/contracts/aurore-calls/periods/2026-02/close';
    const refused = (await (await post(close)).json()) as { code: string; detail: string };
    expect(refused.code).toBe('omissions-not-accepted');
    const { work } = (await json('/v1/implausible')) as { work: { work: string }[] };
    expect(work).toHaveLength(3);
    for (const each of work) expect(refused.detail).toContain(each.work);
    const closed = await post(`${close}?acceptOmissions=${encodeURIComponent('the brand knows of it')}`);
    // Three calls at 2.35 are not charged.
    expect(await closed.json()).toMatchObject({
      data: {
        omissions: {
          work: work.map((each) => ({
            kind: 'implausible',
            id: each.work,
            contacts: 1,
            durationMs: 32_411_000,
          })),
          estimatedValues: [{ kind: 'implausible', totalWithoutVat: { amount: '7.05' } }],
        },
      },
    });
  });

  it('that is not held is answered with 404, and nothing is written', async () => {
    await http.deliver([callRow]);
    const answer = await post(`/v1/implausible/confirm?${query('bpo:1')}`);
    expect(await answer.json()).toMatchObject({ status: 404, code: 'work-not-held', field: 'query.work' });
    expect((await post('/v1/implausible/confirm?work=x&author=ops&reason=')).status).toBe(400);
    expect(((await json('/v1/catalogue/history'))['entries'] as unknown[]).length).toBe(1);
  });
});
