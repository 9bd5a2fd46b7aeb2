import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { createApiKey } from '#runtime/access/api-key.js';
import { writeKeyFile } from '#runtime/access/key-file.js';
import type { Role } from '#runtime/access/roles.js';
import { deliver, parcelsOf } from '#test/faults/connector.js';
import { AppProcess } from '#test/processes/app-process.js';
import { describeWith } from '#test/stack/describe-with.js';
import { barriers, chromiumProgram, figuresOf, launch, openPage, picture } from './browser.js';

const program = chromiumProgram();
const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const month = '2026-03';
const keyOf = (name: string, role: Role, brands: readonly string[] | null) =>
  createApiKey({ name, role, brands, expiresAt: null }, Date.now());
const finance = keyOf('Ada', 'finance', null);
const boreal = keyOf('Boreal', 'brand', ['Boreal, energy']);
const supervisor = keyOf('Sam', 'supervisor', null);
const operator = keyOf('Olga', 'operator', null);
/** The queue `emergency` of programme boreal. */
const queueId = 'c2dfd87a-730c-4726-a0aa-57b7a159e6fa';

interface Event {
  readonly id: string;
  readonly data: {
    readonly lines: readonly {
      readonly identifier: string;
      readonly netAmount: { readonly amount: string };
    }[];
    readonly allowancesAndCharges: readonly {
      readonly identifier: string;
      readonly chargeIndicator: boolean;
      readonly amount: { readonly amount: string };
    }[];
    readonly totals: { readonly totalWithoutVat: { readonly amount: string } };
  };
}

interface SoFar {
  readonly accrued: { readonly net: string };
  readonly lines: readonly { readonly id: string; readonly amount: string }[];
  readonly allowancesAndCharges: readonly { readonly id: string; readonly amount: string }[];
}

interface Work {
  readonly total: { readonly count: number; readonly text: string };
  readonly work: readonly { readonly id: string; readonly text: string }[];
}

const address = `/console/invoice?contract=aurore-hours&period=${month}&revision=1`;
const api = `/v1/contracts/aurore-hours/periods/${month}/revisions/1`;

/** A month of the demonstration, a twentieth of its calls, sent to a server with keys, and closed. */
describeWith([program], (chromium) => {
  let directory: string;
  let app: AppProcess;
  let browser: Browser;
  let url: string;
  const faults: string[] = [];

  const ask = async (path: string, secret = finance.secret, method = 'GET') =>
    fetch(url + path, { method, headers: { authorization: `Bearer ${secret}` } });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-console-'));
    const keys = join(directory, 'keys.json');
    writeKeyFile(keys, [finance.key, boreal.key, supervisor.key, operator.key]);
    app = new AppProcess('standalone', {
      TALLYLINE_DATA: join(directory, 'data'),
      TALLYLINE_CATALOGUE: catalogue,
      TALLYLINE_KEYS: keys,
    });
    url = await app.ready();
    const calls = simulate(7, month, 'Europe/Paris').filter((_, index) => index % 20 === 0);
    for (const parcel of parcelsOf(recordedDeliveries(calls), 500)) await deliver(app, parcel);
    for (const contract of ['aurore-hours', 'boreal-calls']) {
      const path = `/v1/contracts/${contract}/periods/${month}/close?acceptOmissions=as+tested`;
      const closed = await ask(path, finance.secret, 'POST');
      if (closed.status !== 201) throw new Error(`${contract}: ${await closed.text()}`);
    }
    browser = await launch(chromium);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await app?.terminate();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A notification of Genesys about a conversation. */
  async function send(
    topic: string,
    body: { readonly conversationId: string; readonly eventTime: number },
  ): Promise<void> {
    const topicName = `v2.detail.events.conversation.${body.conversationId}.${topic}`;
    const eventBody = { mediaType: 'VOICE', direction: 'INBOUND', ...body };
    const answer = await app.post(
      '/v1/deliveries/demo-genesys',
      JSON.stringify({
        'detail-type': `v2.detail.events.conversation.{id}.${topic}`,
        source: 'aws.partner/genesys.com/cloud/6a1e3c52-0000-4000-a000-0123456789ab/demo',
        detail: { topicName, version: '2', eventBody },
      }),
    );
    if (answer.status !== 202) throw new Error(`${topic}: ${answer.status}`);
  }

  async function signedIn(path: string, { secret }: { readonly secret: string }, viewer = {}): Promise<Page> {
    const page = await openPage(browser, faults, viewer);
    await page.goto(url + path);
    await page.locator('input[name=key]').fill(secret);
    await page.locator('input[name=key]').press('Enter');
    await page.locator('.asker').getByText(/·/).waitFor();
    return page;
  }

  describe('The console', () => {
    it('asks for a key, says where it is wrong, and shows nothing before', async () => {
      const page = await openPage(browser, faults);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${url}${address}`);
      await page.locator('input[name=key]').fill(`${finance.secret}x`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText('not valid').waitFor();
      expect(asked.filter((path) => path.startsWith('/v1/') && path !== '/v1/me')).toEqual([]);
      expect(await barriers(page)).toEqual([]);
      await page.close();
    }, 120_000);

    it('leads from the list of contracts to an invoice, from its total to one call, with the figures of the API', async () => {
      const { data } = (await (await ask(api)).json()) as Event;
      const work = (await (await ask(`${api}/contacts?line=hours.1`)).json()) as Work;
      const page = await signedIn('/console/', finance);
      await page.getByRole('link', { name: `Invoice aurore-hours ${month}` }).click();
      await page.locator('[data-value]').first().waitFor();
      await page.getByText('all agree').waitFor();
      const shown = await figuresOf(page);
      expect(shown).toEqual({
        totalWithoutVat: data.totals.totalWithoutVat.amount,
        ...Object.fromEntries(data.lines.map(({ identifier, netAmount }) => [identifier, netAmount.amount])),
        ...Object.fromEntries(
          data.allowancesAndCharges.map(({ identifier, chargeIndicator, amount }) => [
            identifier,
            chargeIndicator ? amount.amount : `-${amount.amount}`,
          ]),
        ),
      });
      const cents = Object.entries(shown).map(
        ([name, text]) => [name, Number(text.replace('.', ''))] as const,
      );
      const lines = cents.filter(([name]) => name !== 'totalWithoutVat').map(([, each]) => each);
      expect(lines.reduce((all, each) => all + each, 0)).toBe(Object.fromEntries(cents)['totalWithoutVat']);
      await picture(page, 'invoice');
      expect(await barriers(page)).toEqual([]);

      await page.getByRole('link', { name: 'hours.1', exact: true }).click();
      const table = page.getByRole('table', { name: 'The work behind it: hours.1' });
      await table.waitFor();
      expect(await page.locator('[data-figure=work]').textContent()).toBe(
        `${work.total.count} in all: ${work.total.text}`,
      );
      const first = table.locator('tbody tr').first();
      expect(await first.locator('code').textContent()).toBe(work.work[0]!.id);
      expect(await first.locator('td').last().textContent()).toBe(work.work[0]!.text);
      expect(new URL(page.url()).searchParams.get('line')).toBe('hours.1');
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'line');
      await page.close();
    }, 180_000);

    it('says the same in French, with the clock of the contract wherever the viewer is', async () => {
      const page = await signedIn(`${address}&line=hours.1`, finance, {
        locale: 'fr-FR',
        colorScheme: 'dark',
      });
      await page.getByRole('heading', { name: 'Le travail derrière' }).waitFor();
      await page.getByText('tous concordent').waitFor();
      const began = page.locator('time').first();
      const instant = (await began.getAttribute('datetime')) ?? '';
      expect(await began.textContent()).toContain(instant.slice(11, 19));
      expect(await page.locator('html').getAttribute('lang')).toBe('fr');
      expect(await page.locator('.total').textContent()).toMatch(/^[\d\s\u202f]+,\d\d\s€/);
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'invoice-fr');
      await page.close();
    }, 120_000);

    it('shows a brand its own contract without ids of calls or agents, and asks for nothing else', async () => {
      const page = await openPage(browser, faults);
      const answers: [path: string, status: number][] = [];
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname.startsWith('/v1/')) answers.push([pathname, response.status()]);
      });
      await page.goto(`${url}/console/`);
      await page.locator('input[name=key]').fill(boreal.secret);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: `Invoice boreal-calls ${month}` }).click();
      await page.getByText('all agree').waitFor();
      expect(await page.locator('body').textContent()).not.toContain('aurore');
      const refused = answers.filter(
        ([path, status]) => status !== 200 && !(path === '/v1/me' && status === 401),
      );
      expect(refused).toEqual([]);

      await page.getByRole('row').nth(1).getByRole('link').click();
      await page.locator('[data-figure=work]').waitFor();
      expect(await page.locator('code').count()).toBe(0);
      await page.goto(`${url}${address}`);
      await page.getByRole('alert').getByText('Name a contract').waitFor();
      await page.close();
    }, 180_000);

    it('shows a contract whose address names no period by what is earned in all, and its clauses', async () => {
      const page = await signedIn('/console/contract?contract=boreal-calls', finance);
      await page.locator('[data-figure=earned]').waitFor();
      await page.getByRole('heading', { name: 'boreal-calls', exact: true }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.close();
    }, 60_000);

    it('shows a period so far, with the figures of the API, beside the clauses of the contract', async () => {
      const path = `/v1/contracts/aurore-hours/periods/${month}`;
      const { accrued, lines, allowancesAndCharges } = (await (await ask(path)).json()) as SoFar;
      const page = await signedIn(`/console/contract?contract=aurore-hours&period=${month}`, finance);
      await page.getByText('band evening').waitFor();
      await page.locator('[data-figure=accrued]').waitFor();
      await page.locator('[data-figure=earned]').waitFor();
      const accrual = (await (await ask('/v1/contracts/aurore-hours/accrual')).json()) as SoFar['accrued'];
      expect(await figuresOf(page)).toEqual({
        accrued: accrued.net,
        earned: accrual.net,
        ...Object.fromEntries([...lines, ...allowancesAndCharges].map(({ id, amount }) => [id, amount])),
      });
      // 822 points of score in 9 evaluations, which the API has as thousandths, are the mean beside them.
      const quality = page.getByRole('row').filter({ hasText: 'quality' });
      expect(await quality.getByRole('cell').allTextContents()).toEqual(['91.33', '822 / 9']);
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'contract');
      await page.close();
    }, 120_000);

    it('shows of a month that lasts what it may end with and what the next tier takes, apart from what is so far', async () => {
      const { periods } = (await (await ask('/v1/contracts/boreal-calls/periods')).json()) as {
        readonly periods: readonly { readonly period: string; readonly state: string }[];
      };
      const open = periods.find(({ state }) => state === 'open');
      const page = await signedIn(`/console/contract?contract=boreal-calls&period=${open?.period}`, boreal);
      await page.getByRole('heading', { name: 'At the end of the period' }).waitFor();
      await page.locator('[data-figure=earned]').waitFor();
      const answer = (await (await ask('/v1/contracts/boreal-calls/forecast', boreal.secret)).json()) as {
        readonly forecast: { readonly net: string } | null;
        readonly targets: readonly { readonly text: string }[];
      };
      await page.getByText('What it takes').waitFor();
      const { forecast, accrued } = await figuresOf(page);
      expect([forecast, accrued]).toEqual([answer.forecast?.net, '0.00']);
      expect(answer.targets.length).toBeGreaterThan(0);
      for (const { text } of answer.targets) await page.getByText(text).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'forecast');
      await page.close();
    }, 120_000);

    it('shows a supervisor who waits while they wait, and a brand the same with numbers for agents', async () => {
      const page = await signedIn('/console/now?programme=boreal', supervisor);
      expect(await page.locator('header nav a').allTextContents()).toEqual(['Now', 'Day']);
      await page.locator('[data-figure=waiting]').getByText('0').waitFor();
      const waits = { queueId, conversationId: 'c1', participantId: 's1', sessionId: 's1' };
      await send('acd.start', { ...waits, eventTime: Date.now() - 60_000 });
      await page.locator('[data-figure=waiting]').getByText('1').waitFor();
      expect(await page.locator('[data-figure=longestWait]').textContent()).toMatch(/^0:0[1-9]:\d\d$/);
      const rings = { ...waits, participantId: 's2', sessionId: 's2', userId: 'no-one-known' };
      await send('user.start', { ...rings, eventTime: Date.now() - 1_000 });
      await page.getByRole('cell', { name: 'ringing' }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'now');
      await page.close();

      const agentsFor = async ({ secret }: { readonly secret: string }) => {
        const answer = await ask('/v1/programmes/boreal/now', secret);
        return ((await answer.json()) as { readonly agents: readonly object[] }).agents;
      };
      const ringing = { state: 'RING', contacts: 1 };
      const shown = { ...ringing, agent: expect.stringContaining('no-one-known') };
      expect(await agentsFor(supervisor)).toMatchObject([shown]);
      expect(await agentsFor(boreal)).toMatchObject([{ ...ringing, agent: '1', code: null }]);
    }, 180_000);

    it('shows a day by quarter-hours as a plot and as a table, row by row as the API has it', async () => {
      const path = `/v1/programmes/aurore/kpis?from=${month}-10&by=quarter-hour`;
      const { rows } = (await (await ask(path)).json()) as {
        readonly rows: readonly { readonly 'quarter-hour': string; readonly offered: number }[];
      };
      const page = await signedIn(`/console/day?programme=aurore&day=${month}-10`, finance);
      const table = page.getByRole('table', { name: 'By quarter-hour' });
      await table.waitFor();
      expect(await page.locator('.plot canvas').count()).toBe(1);
      const shown = await Promise.all(
        (await table.locator('tbody tr').all()).map(async (row) => [
          await row.locator('th').textContent(),
          await row.locator('td').first().textContent(),
        ]),
      );
      expect(shown.length).toBeGreaterThan(5);
      expect(shown).toEqual(
        rows.map(({ 'quarter-hour': start, offered }) => [`${start.slice(11, 16)} +01:00`, String(offered)]),
      );
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'day');
      await page.close();
    }, 120_000);

    it('shows an operator what waits in each stage, and sends what was refused again', async () => {
      expect((await app.post('/v1/deliveries/demo-axialys', '{"kind":"no such kind"}')).status).toBe(202);
      const page = await signedIn('/console/pipeline', operator);
      await page.getByRole('row').filter({ hasText: 'meter' }).getByText('caught up').waitFor();
      expect(await page.locator('[data-figure^=lag-]').count()).toBe(3);
      await page.getByRole('button', { name: 'Send again' }).first().waitFor();
      const { byReason } = (await (await ask('/v1/refusals', operator.secret)).json()) as {
        readonly byReason: readonly { readonly reason: string; readonly rows: number }[];
      };
      const refused = Object.fromEntries(
        byReason.map(({ reason, rows }) => [`refused-${reason}`, String(rows)]),
      );
      expect(Object.keys(refused).length).toBeGreaterThan(0);
      expect(await figuresOf(page)).toMatchObject(refused);
      await page.getByRole('button', { name: 'Send again' }).first().click();
      await page.getByRole('status').getByText('1 on their way again').waitFor();
      // It is refused again, for nothing was mended.
      await page.getByRole('button', { name: 'Send again' }).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await picture(page, 'pipeline');
      await page.close();
      const others = await signedIn('/console/', finance);
      expect(await others.getByRole('link', { name: 'Pipeline' }).count()).toBe(0);
      await others.close();
    }, 120_000);

    it('is used with the keyboard alone', async () => {
      const page = await signedIn(address, finance);
      await page.getByText('all agree').waitFor();
      const line = page.getByRole('link', { name: 'hours.1', exact: true });
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        if (await line.evaluate((element) => element === element.ownerDocument.activeElement)) break;
      }
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'How it came about' }).waitFor();
      expect(new URL(page.url()).searchParams.get('line')).toBe('hours.1');
      await page.close();
    }, 120_000);

    it('prints the invoice with the amounts that the command line prints', async () => {
      const page = await signedIn(address, finance);
      await page.getByText('all agree').waitFor();
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.actions').isVisible()).toBe(false);
      expect(await page.getByRole('table', { name: 'Lines' }).isVisible()).toBe(true);
      const printed = (await page.locator('main').innerText()).replaceAll('€', '');
      const said = invoiceText(await (await ask(api)).text()).match(/-?\d[\d,]*\.\d\d(?=\n|$)/g) ?? [];
      expect(said.length).toBeGreaterThan(5);
      expect(said.filter((amount) => !printed.includes(amount))).toEqual([]);
      expect((await page.pdf({ tagged: true })).length).toBeGreaterThan(10_000);
      await page.close();
    }, 120_000);

    it('says since when figures are stale once the server is stopped, and no more once it goes on', async () => {
      const page = await signedIn(address, finance);
      await page.getByText('all agree').waitFor();
      app.child.kill('SIGSTOP');
      try {
        await page.getByText(/Stale since \d\d:\d\d:\d\d/).waitFor();
        await picture(page, 'stale');
      } finally {
        app.child.kill('SIGCONT');
      }
      await page.getByText(/Stale since/).waitFor({ state: 'detached' });
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.close();
    }, 180_000);

    it('gives the browser nothing to complain of: no script failed, and nothing was loaded from elsewhere', () => {
      expect(faults).toEqual([]);
    });
  });
});
