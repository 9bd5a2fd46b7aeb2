import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import type { LagRow } from '#pipeline/stage-lags.js';
import type { PeriodAnswer } from '#apps/invoicer/period-answer.js';
import { until } from '#log/log.harness.js';
import {
  type AppName,
  AppProcess,
  instances,
  type Sample,
  type Settings,
} from '#test/processes/app-process.js';
import { run, runJson } from '#test/processes/run.js';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedServer } from '#test/stack/stack.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { encodeRecorded } from '#wire/recorded-delivery.js';

/**
 * The apps as separate processes on a real Kafka and a real Redis, twelve partitions, several instances
 * of each stage: what comes out must be what the embedded engine makes of the same deliveries, byte for byte.
 */
const kafka = await sharedServer('kafka');
const redis = await sharedServer('redis');

const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const month = '2026-03';
const contracts = ['aurore-hours', 'boreal-calls'];
const calls = simulate(11, month, 'Europe/Paris').filter((_, index) => index % 8 === 0);
const deliveries = recordedDeliveries(calls);

/** The first word after `/v1/` of the routes of each app. */
const areasOf: Readonly<Record<string, readonly string[]>> = {
  intake: ['deliveries', 'outcomes', 'refusals', 'refused'],
  normalizer: [],
  meter: [],
  tally: ['programmes'],
  invoicer: ['accruals', 'adherence', 'audit', 'contracts', 'lag', 'me', 'periods', 'unbilled', 'whatif'],
};

describeWith([kafka, redis], (kafka, redis) => {
  describe('Nine processes on Kafka and Redis', () => {
    let directory: string;
    let recorded: string;
    let processes: AppProcess[];
    const distributed: Settings = {
      TALLYLINE_KAFKA: kafka.join(','),
      TALLYLINE_REDIS: redis.join(','),
      TALLYLINE_REPLICATION: '1',
      TALLYLINE_NAMESPACE: `spec-${randomUUID().slice(0, 8)}`,
      TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      TALLYLINE_CATALOGUE: catalogue,
    };

    const running = (app: AppName): AppProcess[] => processes.filter((each) => each.app === app);
    const first = (app: AppName): AppProcess => running(app)[0]!;
    const samples = async (app: AppName, name: string): Promise<Sample[]> =>
      (await Promise.all(running(app).map((each) => each.metrics(name)))).flat();

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'tallyline-distributed-'));
      recorded = join(directory, 'deliveries.ndjson');
      writeFileSync(recorded, deliveries.map((delivery) => `${encodeRecorded(delivery)}\n`).join(''));
      processes = instances.map((app) => new AppProcess(app, distributed));
      await Promise.all(processes.map((each) => each.ready()));
    }, 120_000);
    afterAll(async () => {
      for (const each of processes) each.child.kill('SIGKILL');
      await Promise.all(processes.map((each) => each.ended));
      rmSync(directory, { recursive: true, force: true });
    });

    it('share the partitions of each stage, each of which one process holds', async () => {
      for (const app of ['normalizer', 'meter', 'tally'] as const) {
        await until(`the partitions of ${app} are dealt out`, async () => {
          const held = (await samples(app, 'lag_records')).map(({ labels }) => Number(labels['partition']));
          const each = await Promise.all(running(app).map((one) => one.metrics('lag_records')));
          expect(held.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
          return each.every(({ length }) => length > 0);
        });
      }
      for (const each of processes) expect((await each.get('/health/ready')).status).toBe(200);
    }, 60_000);

    it('document at /docs the routes that they have, and no others', async () => {
      for (const each of processes) {
        expect((await each.get('/docs')).status).toBe(200);
        const document = (await (await each.get('/docs/openapi.json')).json()) as { paths: object };
        const paths = Object.keys(document.paths).filter((path) => path.startsWith('/v1/'));
        const areas = new Set(paths.map((path) => path.split('/')[2]));
        expect([each.app, [...areas].toSorted()]).toEqual([each.app, areasOf[each.app]]);
      }
    }, 60_000);

    it('give the figures and invoices of the embedded engine, byte for byte', async () => {
      const embedded = {
        TALLYLINE_DATA: join(directory, 'embedded'),
        TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
        TALLYLINE_CATALOGUE: catalogue,
      };
      const results = [];
      for (const settings of [distributed, embedded]) {
        const replayed = await runJson(settings, 'replay', recorded);
        expect(replayed).toMatchObject({ deliveries: deliveries.length, refused: 0, unusable: 0 });
        results.push(await figuresFrom(settings));
      }
      expect(results[0]).toEqual(results[1]);
      expect(results[0]).toHaveLength(4);
      expect(results[0]?.slice(2)).toEqual(contracts.map(() => expect.stringMatching(/ \d+\.\d\d$/)));
    }, 240_000);

    it('close a period over HTTP with the same bytes as the command line', async () => {
      for (const contract of contracts) {
        const answer = await first('invoicer').post(`/v1/contracts/${contract}/periods/${month}/close`, '');
        const closed = await run(distributed, 'close', contract, month, '--json');
        expect([answer.status, `${await answer.text()}\n`]).toEqual([200, closed.stdout]);
      }
      const open = await first('invoicer').post('/v1/contracts/aurore-hours/periods/2199-01/close', '');
      expect([open.status, await open.json()]).toMatchObject([409, { title: 'The period is not over' }]);
    }, 60_000);

    it('count a delivery over HTTP once in both tallies, though it is sent twice', async () => {
      const kpis = `/v1/programmes/aurore/kpis?from=${month}-01&to=${month}-31`;
      const before = (await (await first('tally').get(kpis)).json()) as { offered: number };
      const call = deliveries.find(({ connection }) => connection === 'demo-axialys')!;
      const body = call.body.replace(/"id_appel":(\d+)/g, '"id_appel":9$1');
      const rows = (JSON.parse(body) as { rows: { group_name: string }[] }).rows.length;
      for (const repeated of [body, body]) {
        const answer = await first('intake').post('/v1/deliveries/demo-axialys', repeated);
        expect(answer.status).toBe(202);
      }
      for (const tally of running('tally')) {
        await until('the tally has it', async () => {
          const now = (await (await tally.get(kpis)).json()) as { offered: number };
          return now.offered === before.offered + rows;
        });
      }
      const delays = await samples('tally', 'end_to_end_seconds_count');
      expect(delays.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(calls.length);
    }, 60_000);

    it('adjust a closed period once, though two invoicers are asked at the same time', async () => {
      processes.push(new AppProcess('invoicer', distributed));
      const invoicers = running('invoicer');
      const period = `/v1/contracts/aurore-hours/periods/${month}`;
      const looks = (): Promise<PeriodAnswer[]> =>
        Promise.all(invoicers.map(async (each) => (await each.get(period)).json() as Promise<PeriodAnswer>));
      for (const { closed } of await looks()) expect(closed?.difference).not.toBeNull();

      const answers = await Promise.all(
        invoicers.map((each) => each.post(`${period}/close?adjust=true`, '')),
      );
      const [event, other] = await Promise.all(answers.map((answer) => answer.text()));
      expect(other).toBe(event);
      expect(decodeInvoiceReady(event!)?.data).toMatchObject({ contract: 'aurore-hours', revision: 2 });
      expect(answers.map(({ status }) => status)).toContain(201);

      for (const { accrued, closed } of await looks()) {
        expect(closed).toMatchObject({ difference: null, invoiced: accrued.net });
        expect(closed?.revisions.map(({ revision }) => revision)).toEqual([1, 2]);
      }
      const again = await invoicers[1]!.post(`${period}/close?adjust=true`, '');
      expect([again.status, await again.text()]).toEqual([200, event]);
    }, 60_000);

    it('have no lag in the end, by the command line and by their metrics', async () => {
      // The tally may have a delivery before the normalizer has committed its position.
      await until(
        'nothing is left',
        async () => {
          const rows = await runJson<LagRow[]>(distributed, 'lag', '--all');
          expect(rows).toHaveLength(36);
          return rows.every(({ lagRecords, lagSeconds }) => lagRecords === 0 && lagSeconds === 0);
        },
        30_000,
      );
      for (const app of ['normalizer', 'meter', 'tally'] as const) {
        await until(`the metrics of ${app} say so`, async () =>
          (await samples(app, 'lag_records')).every(({ value }) => value === 0),
        );
        expect((await samples(app, 'partition_stopped')).filter(({ value }) => value > 0)).toEqual([]);
      }
      expect(
        (await samples('intake', 'intake_deliveries_total')).map(({ labels }) => labels['answer']),
      ).toEqual(['202']);
    }, 60_000);

    it('shut down in order at a signal, with nothing left to do', async () => {
      const ends = await Promise.all(processes.map((each) => each.terminate()));
      expect(ends).toEqual(processes.map(() => 0));
      const rows = await runJson<LagRow[]>(distributed, 'lag', '--all');
      expect(rows.filter(({ lagRecords }) => lagRecords > 0)).toEqual([]);
    }, 60_000);

    it('are reported as stalled by the command line when they do not run', async () => {
      const replayed = await run(distributed, 'replay', recorded, '--timeout', '2');
      expect(replayed.code).toBe(8);
      expect(replayed.stderr).toMatch(
        /the normalizer has made no progress for 2 s, with \d+ record\(s\) of telephony\.raw/,
      );
    }, 60_000);
  });

  const figuresFrom = async (settings: Settings): Promise<unknown[]> => {
    const span = ['--from', `${month}-01`, '--to', `${month}-31`];
    const figures = [
      await runJson(settings, 'kpis', '--programme', 'aurore', ...span, '--by', 'queue'),
      await runJson(settings, 'kpis', '--programme', 'boreal', ...span, '--by', 'agent'),
    ];
    for (const contract of contracts) {
      const { stdout } = await run(settings, 'close', contract, month, '--json');
      figures.push(
        `${hash('sha256', stdout)} ${decodeInvoiceReady(stdout)?.data.totals.totalWithVat.amount}`,
      );
    }
    return figures;
  };
});
