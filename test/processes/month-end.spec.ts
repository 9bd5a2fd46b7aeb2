import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandingAnswer } from '#pipeline/close/standing-answer.js';
import { requireCatalogue } from '#catalogue/load.js';
import { monthBounds, monthOf, previousMonth } from '#domain/period/period.js';
import { until } from '#log/log.harness.js';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { requireTopics } from '#log/require-topics.js';
import { readTopicValues } from '#log/small-topic.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { readConfig } from '#runtime/config.js';
import { base, contract } from '#test/journeys/worked-cases/centre.js';
import { calls, customer } from '#test/journeys/worked-cases/work.js';
import { type AppName, AppProcess, type Settings } from '#test/processes/app-process.js';
import { run, runJson } from '#test/processes/run.js';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedServer } from '#test/stack/stack.js';
import { validCloses } from '#wire/closes.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { topics, topicSettings } from '#wire/topics.js';

/** The month that is over, by the clock of this machine; it is due from its end on. */
const zone = 'Europe/Paris';
const month = previousMonth(monthOf(Date.now(), zone));
const { start } = monthBounds(month, zone);
const atOnce = `period: { graceHours: 0 }\nclose: { at: '00:00' }\nterm: { firstDay: '${month}-01' }`;
/** Ten calls at 2.35 and a fee. */
const perCall = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]
${atOnce}
`;
const fee = (amount: string) => `lines: [{ id: fee, model: fixed, amount: '${amount}' }]\n${atOnce}\n`;

let directory: string;
let settings: Settings;
const running: AppProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-month-end-'));
  const catalogue = join(directory, 'catalogue');
  mkdirSync(catalogue);
  writeFileSync(join(catalogue, 'centre.yaml'), base);
  const contracts = [
    contract('calls', perCall),
    contract('fee', fee('100.00')),
    contract('disputed', fee('7.00')),
  ];
  writeFileSync(join(catalogue, 'contracts.yaml'), `contracts:\n${contracts.join('\n')}`);
  settings = { TALLYLINE_DATA: join(directory, 'data'), TALLYLINE_CATALOGUE: catalogue };
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.child.kill('SIGKILL');
    await each.ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

function begin(app: AppName, more: Settings = {}): AppProcess {
  const started = new AppProcess(app, { ...settings, ...more });
  running.push(started);
  return started;
}

/** As if the contracts had been agreed and applied before the month. */
async function putInForceBefore(log: Log, partitions: number): Promise<void> {
  await requireTopics(log, topicSettings(partitions));
  const act = { author: 'Ada', reason: null, at: start - 86_400_000 };
  await new CatalogueLog(log).apply(requireCatalogue(settings['TALLYLINE_CATALOGUE'] ?? ''), act, null);
}

async function standings(process: AppProcess, path = '/v1/periods'): Promise<StandingAnswer[]> {
  const answer = await process.get(path);
  return ((await answer.json()) as { readonly periods: StandingAnswer[] }).periods;
}

const nets = async (log: Log): Promise<string[]> =>
  (await readTopicValues(log, topics.invoiceReady.name)).map((text) => {
    const { contract: id, totals } = decodeInvoiceReady(text)!.data;
    return `${id} ${totals.totalWithoutVat.amount}`;
  });

describe('At the end of the month', () => {
  it('standalone closes it by itself, but for what is held, and says so over HTTP and on the command line', async () => {
    const data = settings['TALLYLINE_DATA'] ?? '';
    const prepared = openEmbedded(data);
    await putInForceBefore(prepared.log, readConfig(settings).partitions);
    await prepared.close();
    const file = join(directory, 'deliveries.ndjson');
    const work = Array.from({ length: 10 }, (_, index) => ({
      at: start + (9 * 3_600 + index * 120) * 1_000,
      talkS: 60,
      customer: customer(index),
    }));
    writeFileSync(
      file,
      calls(work)
        .map((delivery) => `${encodeRecorded(delivery)}\n`)
        .join(''),
    );
    expect((await run(settings, 'replay', file)).code).toBe(0);
    const decision = ['--author', 'Ada', '--reason', 'the brand disputes the fee'];
    expect((await run(settings, 'hold', 'disputed', month, ...decision)).stdout).toBe(
      `disputed ${month} is held: it is not closed until it is released\n`,
    );

    const process = begin('standalone');
    const of = async (id: string) =>
      (await standings(process, `/v1/contracts/${id}/periods`)).find(({ period }) => period === month);
    await until('the month is closed', async () => (await of('calls'))?.state === 'closed', 30_000);
    await until('the fee is closed', async () => (await of('fee'))?.state === 'closed', 30_000);
    expect(await of('disputed')).toMatchObject({
      state: 'due',
      held: { by: 'Ada', reason: 'the brand disputes the fee' },
    });
    // Beside the running server, without its help.
    const shown = await runJson<StandingAnswer[]>(settings, 'periods', 'calls');
    expect(shown.map(({ period, state }) => `${period} ${state}`)).toContain(`${month} closed`);
    const heldShown = await runJson<StandingAnswer[]>(settings, 'periods', 'disputed');
    expect(heldShown.find(({ period }) => period === month)).toEqual(await of('disputed'));

    const release = await process.post(`/v1/contracts/disputed/periods/${month}/release?reason=settled`, '');
    expect(await release.json()).toEqual({ contract: 'disputed', period: month, held: false, revision: 0 });
    const closed = await process.post(`/v1/contracts/disputed/periods/${month}/close`, '');
    expect([200, 201]).toContain(closed.status);
    expect(await process.terminate()).toBe(0);
    expect(process.logged.filter(({ level }) => level === 'error')).toEqual([]);

    const { log, close } = openEmbedded(data);
    expect((await nets(log)).toSorted()).toEqual(['calls 23.50', 'disputed 7.00', 'fee 100.00']);
    const closes = validCloses(await readTopicValues(log, topics.closes.name));
    const byName = new Map(closes.map(({ contract: id, closedBy }) => [id, closedBy?.name]));
    expect([byName.get('calls'), byName.get('fee')]).toEqual(['schedule', 'schedule']);
    await close();
  }, 90_000);
});

const kafka = await sharedServer('kafka');
const redis = await sharedServer('redis');
describeWith([kafka, redis], (brokers, stores) => {
  describe('At the end of the month on Kafka and Redis', () => {
    it('three invoicers close it once: each event has one id and one content', async () => {
      const distributed: Settings = {
        ...settings,
        TALLYLINE_KAFKA: brokers.join(','),
        TALLYLINE_REDIS: stores.join(','),
        TALLYLINE_REPLICATION: '1',
        TALLYLINE_PARTITIONS: '2',
        TALLYLINE_NAMESPACE: `spec-${randomUUID().slice(0, 8)}`,
        TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      };
      const log = openLog(readConfig(distributed), { clientId: 'spec', onWarning: () => undefined });
      await putInForceBefore(log, 2);
      for (const app of ['normalizer', 'meter', 'tally', 'invoicer', 'invoicer', 'invoicer'] as const) {
        begin(app, distributed);
      }
      await Promise.all(running.map((each) => each.ready()));
      const invoicer = running.at(-1)!;
      await until(
        'the month is closed',
        async () =>
          (await standings(invoicer))
            .filter(({ period }) => period === month)
            .every(({ state }) => state === 'closed'),
        60_000,
      );
      await Promise.all(running.map((each) => each.terminate()));
      const texts = new Set(await readTopicValues(log, topics.invoiceReady.name));
      const ids = [...texts].map((text) => decodeInvoiceReady(text)?.id);
      expect(new Set(ids).size).toBe(texts.size);
      expect(new Set(await nets(log))).toEqual(new Set(['calls 0.00', 'disputed 7.00', 'fee 100.00']));
      await log.close();
    }, 120_000);
  });
});
