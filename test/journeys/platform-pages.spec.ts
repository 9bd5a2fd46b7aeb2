import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '#test/processes/app-process.js';
import { waitUntil } from './wait-until.js';

/** Every body of the pages of the platforms goes to a server that is set up as the page says, and is counted. */
const root = join(import.meta.dirname, '../..');
const token = 'a token of sixteen characters and more';
const day = '2026-03-02';
const hour = 3_600_000;
const minute = 60_000;

/**
 * What the page says the day was, in ms. On each, one call: 223, 223 and 222 s of talk, 18 s on hold, 11 s after it.
 * Session 8 h; preparation 08:00 to 08:20 UTC.
 */
const pages = {
  avaya: {
    queues: ['310'],
    agents: ['210734', '1001'],
    // beside it the agent of the clouds: there and available from 08:00 to 08:30, then in a pause that nothing has ended
    figures: { talkMs: 223_000, waitAnsweredMs: 21_000 },
    activity: {
      LOGGED_IN: 8 * hour + (30 * minute + 114),
      PREP: 20 * minute,
      // to the call at 09:10:23, and after it from 09:14:35 on
      AVAILABLE: 50 * minute + 23_000 + (2 * hour + 45 * minute + 25_000) + (30 * minute + 114),
      LUNCH: 4 * hour,
    },
    reported: { STAFFED: 30 * minute },
  },
  axialys: {
    queues: ['care'],
    agents: ['4711'],
    figures: { talkMs: 223_000, waitAnsweredMs: 21_000 },
    activity: { LOGGED_IN: 8 * hour, PREP: 20 * minute, LUNCH: 2_710_000 },
    reported: {},
  },
  genesys: {
    queues: ['6eb92e65-daf1-4154-a009-caadf0db78cc'],
    agents: ['ac40857f-2e74-4607-a0d9-51a5a843fc09'],
    figures: { talkMs: 222_000, waitAnsweredMs: 15_000 },
    activity: {
      LOGGED_IN: 8 * hour,
      PREP: 20 * minute,
      // to the call at 09:00:27, and after it from 09:04:38 on
      AVAILABLE: 40 * minute + 27_000 + (2 * hour + 55 * minute + 22_000),
      LUNCH: 4 * hour,
    },
    reported: {},
  },
} as const;
const names = ['avaya', 'axialys', 'genesys'] as const;
type Name = (typeof names)[number];

const pageOf = (name: Name): string => readFileSync(join(root, `docs/platforms/${name}.md`), 'utf8');
const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^\`]+)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

/** The connection of the page, and a programme whose queue and agents are those of its bodies. */
function catalogueOf(name: Name): string {
  const { queues, agents } = pages[name];
  return `${blocksOf(pageOf(name), 'yaml').join('')}
agents:
${agents.map((native, index) => `  - { code: ${name}-${index}, ids: [{ connection: ${name}, native: '${native}' }] }`).join('\n')}
programmes:
  - id: of-${name}
    brand: Velora
    timeZone: Europe/Paris
    queues: [${queues.map((native) => `{ connection: ${name}, native: '${native}' }`).join(', ')}]
    agents: [${agents.map((_, index) => `{ code: ${name}-${index} }`).join(', ')}]
`;
}

interface Kpis {
  readonly acwMs: number;
  readonly activityMs: Readonly<Record<string, number>>;
  readonly reportedMs: Readonly<Record<string, number>>;
}

describe('The pages of the platforms', () => {
  let directory: string;
  let app: AppProcess;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-pages-'));
    writeFileSync(join(directory, 'tenant.yaml'), 'tenant: centre\n');
    for (const name of names) writeFileSync(join(directory, `${name}.yaml`), catalogueOf(name));
    app = new AppProcess('standalone', {
      TALLYLINE_DATA: join(directory, '.data'),
      TALLYLINE_CATALOGUE: directory,
      ...Object.fromEntries(names.map((name) => [`TALLYLINE_SECRET_${name.toUpperCase()}`, token])),
    });
  });
  afterAll(async () => {
    await app.terminate();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(names)(
    'have bodies of %s that an intake takes and the figures count',
    async (name) => {
      const url = await app.ready();
      const bodies = blocksOf(pageOf(name), 'json');
      expect(bodies.length).toBeGreaterThan(1);
      for (const body of bodies) {
        const address = `${url}/v1/deliveries/${name}`;
        const unsigned = await fetch(address, { method: 'POST', body });
        const headers = { 'x-tallyline-token': token };
        const signed = await fetch(address, { method: 'POST', body, headers });
        expect([unsigned.status, signed.status]).toEqual([401, 202]);
      }
      const { figures, activity, reported } = pages[name];
      const path = `/v1/programmes/of-${name}/kpis?from=${day}&to=${day}`;
      const kpis = async () => (await (await app.get(path)).json()) as Kpis;
      await waitUntil(async () => {
        const found = await kpis();
        const isThere = (
          all: Readonly<Record<string, number>>,
          of: Readonly<Record<string, number>>,
        ): boolean => Object.entries(all).every(([state, ms]) => (of[state] ?? 0) >= ms);
        return (
          found.acwMs >= 11_000 && isThere(activity, found.activityMs) && isThere(reported, found.reportedMs)
        );
      });
      expect(await kpis()).toMatchObject({
        offered: 1,
        answered: 1,
        holdMs: 18_000,
        acwMs: 11_000,
        ...figures,
        activityMs: activity,
        reportedMs: reported,
      });
      const refused = (await (await app.get('/v1/refusals')).json()) as {
        readonly refusals: readonly unknown[];
      };
      expect(refused.refusals).toEqual([]);
    },
    60_000,
  );
});
