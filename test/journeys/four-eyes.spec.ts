import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from './worked-cases/centre.js';
import { Commanded } from './worked-cases/commanded.js';
import { calls, customer, paris } from './worked-cases/work.js';

describe('tallyline close where two people close', () => {
  const centre = new Commanded([
    contract(
      'two',
      `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
term: { firstDay: '2026-03-01' }
close: { fourEyes: true }
`,
    ),
  ]);
  beforeAll(
    () => centre.deliver(calls([{ at: paris('2026-03-10T09:00'), talkS: 60, customer: customer(1) }])),
    60_000,
  );
  afterAll(() => centre.remove());

  it('is asked for by one, reviewed, and confirmed by another one', async () => {
    expect((await centre.run('close', 'review', 'two', '2026-03')).code).toBe(4);
    const asked = await centre.run('close', 'two', '2026-03', '--author', 'Ada', '--reason', 'all counted');
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('2.35')]);
    const [, request = ''] = /--request ([0-9a-f]{16})/.exec(asked.stderr) ?? [];
    expect(asked.stderr).toContain('not invoiced yet: Ada asked at');
    const listed = await centre.run('periods', 'two', '--lang', 'fr');
    expect(listed.stdout).toContain(`attend une seconde personne`);
    const reviewed = await centre.run('close', 'review', 'two', '2026-03', '--json');
    expect(JSON.parse(reviewed.stdout)).toMatchObject({
      contract: 'two',
      period: '2026-03',
      request,
      revision: 1,
      by: 'Ada',
      reason: 'all counted',
      // one call at 2.35
      event: { data: { totals: { totalWithoutVat: { amount: '2.35' } } } },
    });

    const confirm = async (...args: string[]) => centre.run('close', 'confirm', 'two', '2026-03', ...args);
    const alone = await confirm('--request', request, '--author', 'ada');
    expect([alone.code, alone.stderr]).toEqual([
      7,
      expect.stringContaining('another person has to confirm it'),
    ]);
    expect((await confirm('--author', 'Bob')).code).toBe(2);
    const confirmed = await confirm('--request', request, '--author', 'Bob', '--reason', 'agreed', '--json');
    expect([confirmed.code, confirmed.stderr]).toEqual([0, '']);
    expect(JSON.parse(confirmed.stdout)).toEqual((JSON.parse(reviewed.stdout) as { event: object }).event);
    expect((await centre.run('verify', 'two/2026-03')).code).toBe(0);
    const acts = await centre.run('audit', 'acts', '--contract', 'two');
    expect(acts.stdout).toMatch(/close-requested +two 2026-03 revision 1 +Ada .+ all counted/);
    expect(acts.stdout).toMatch(/period-closed +two 2026-03 revision 1 +Bob .+ agreed/);
  }, 120_000);

  it('is not asked for as a close where nothing has changed since', async () => {
    const again = await centre.run('close', 'two', '2026-03', '--adjust', '--author', 'Ada');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('nothing has changed')]);
  }, 60_000);
});
