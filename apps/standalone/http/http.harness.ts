import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrails } from '#pipeline/audit/read-trails.js';
import { Invoices } from '#pipeline/close/invoices.js';
import { periodService } from '#pipeline/close/period-service.js';
import { catalogueAtStart } from '#pipeline/catalogue-log.js';
import { catalogueHeaders, catalogueService } from '#pipeline/catalogue-service.js';
import { implausibleService } from '#pipeline/close/implausible-work.js';
import { whatIfService } from '#pipeline/close/whatif-question.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { Engine } from '#pipeline/engine/engine.js';
import { NowReader } from '#pipeline/now/now-reader.js';
import { refusalService } from '#pipeline/redrive.js';
import { RefusalIndex } from '#pipeline/refusal-index.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { CatalogueFaults, readCatalogue } from '#catalogue/load.js';
import type { Access } from '#runtime/access/access.js';
import { noKeys } from '#runtime/access/access.fixture.js';
import type { Progress } from '#runtime/health.js';
import { createLogger } from '#runtime/logging.js';
import { addAnswerHeaders } from '#runtime/nest/answer-headers.js';
import { createRegistry, stageMetrics } from '#runtime/metrics.js';
import { openApiOf, recordAnswers } from './answer-contract.harness.js';
import { createHttp } from './http.js';

const text = `
tenant: atelier
connections:
  - { id: bpo, platform: axialys, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
programmes:
  - id: aurore
    brand: Aurore
    timeZone: Europe/Paris
    thresholds: [20s]
    serviceLevel: { threshold: 20s, shortAbandon: 5s }
    fcr: { windows: [P7D], reason: queue }
    queues:
      - { connection: bpo, native: sav, name: after-sales }
contracts:
  - id: aurore-calls
    scope: { programme: aurore }
    seller: { name: Atelier, countryCode: FR }
    buyer: { name: Aurore, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    measures:
      handledCalls: { kind: count, of: handled }
    lines:
      - { id: calls, model: perUnit, measure: handledCalls, price: '2.35' }
agents:
  - { code: alice, ids: [{ connection: bpo, native: '4711' }] }
`;

function catalogue(content = text): Catalogue {
  const loaded = readCatalogue([{ name: 'all.yaml', text: content }]);
  if ('catalogue' in loaded) return loaded.catalogue;
  throw new CatalogueFaults(loaded.faults);
}

/** A draft of the contract that pays so much for each call. */
export function draftAt(price: string): string {
  const [, contract = ''] = /contracts:\n([^]+)agents:/.exec(text) ?? [];
  return contract
    .replace('  - id: aurore-calls', '    id: aurore-draft')
    .replace("'2.35'", `'${price}'`)
    .replaceAll(/^ {4}/gm, '');
}

/** One call that waited 21 s and was answered by Alice on 2 March 2026. */
export const callRow = {
  id_appel: 1,
  date: '2026-03-02T10:00:00+01:00',
  caller_number: '33612345678',
  group_name: 'sav',
  first_group_name: 'sav',
  id_op: 4711,
  status: 'ANSWER',
  duration: 276,
  duration_svi: 14,
  duration_wait: 21,
  duration_ring: 5,
  duration_comm: 241,
  duration_hold: 18,
  post_appel: 11,
  tags: '',
};

/** UTC epoch ms. */
const now = Date.parse('2026-03-05T12:00:00Z');

/** Everything that is served over HTTP, on a real engine. */
/**
 * `access`: of a process without keys by default. `edit`: of the catalogue that is in force from the start.
 */
export async function startHttp(access: Access = noKeys, edit: (text: string) => string = (same) => same) {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-http-'));
  const loaded = catalogue(edit(text));
  let files = edit(text);
  const { log, store, close } = openEmbedded(directory);
  const engine = await Engine.start({
    log,
    store,
    partitions: 2,
    catalogue: loaded,
    customerKey: Buffer.alloc(32, 1),
    onWarning: () => undefined,
    onRefused: () => undefined,
  });
  await catalogueAtStart(engine.catalogues, loaded, now);
  const registry = createRegistry();
  let extraProgress: readonly Progress[] = [];
  const stages = () => [
    ...engine.stages.map(({ group, topic, consumption }) => ({
      group,
      topic,
      progress: () => consumption.progress(),
    })),
    ...(extraProgress.length > 0
      ? [{ group: 'stuck', topic: 'telephony.facts', progress: () => extraProgress }]
      : []),
  ];
  stageMetrics(registry, stages, Date.now);
  let shuttingDown = false;
  const app = await createHttp({
    intake: {
      deliveryWriter: engine.deliveryWriter,
      refusals: new RefusalIndex(engine.log),
      openRefusals: refusalService(engine.log),
      connection: (id) => engine.lookup.connection(id),
      secrets: () => new Map(),
      clock: () => now,
      limits: {
        bodyLimitBytes: 10_000,
        batchLimitBytes: 100_000,
        batchLimitLines: 5_000,
        ratePerSecond: 1_000,
        rateBurst: 1_000,
      },
    },
    catalogue: catalogueService(
      engine.catalogues,
      () => catalogue(files),
      () => engine.lookup.catalogue.version,
    ),
    kpis: async () => (await engine.now()).kpis,
    periods: periodService(
      async () => engine.now(),
      engine.pipelineView,
      () => now,
    ),
    invoices: new Invoices(log, engine.catalogues),
    now: new NowReader(log, () => now).service(async () => (await engine.now()).lookup),
    unbilled: {
      lookup: async () => (await engine.now()).lookup,
      read: async (question) => engine.unbilled(question),
      now: () => now,
    },
    adherence: {
      lookup: async () => (await engine.now()).lookup,
      read: async (question) => engine.adherence(question),
      now: () => now,
    },
    implausible: implausibleService(log, engine.catalogues),
    trails: async () => readTrails(log, join(directory, 'keys.json')),
    pipeline: { log, store },
    whatIf: whatIfService(log, async () => (await engine.now()).lookup.catalogue),
    consolePage: join(import.meta.dirname, '../../../dist/apps/console/page'),
    health: {
      stages,
      acks: { state: () => engine.deliveryWriter.acks(), probe: () => engine.log.bounds('telephony.raw') },
      loopDelayMs: () => 0,
      shuttingDown: () => shuttingDown,
      clock: Date.now,
    },
    access,
    trustedProxies: [],
    registry,
    logger: createLogger({ app: 'spec', level: 'silent', form: 'json', stream: process.stderr }),
    version: '0.0.0-spec',
  });
  addAnswerHeaders(app, ['/v1/programmes/', '/v1/contracts/'], () => {
    return catalogueHeaders(engine.catalogues, engine.lookup.catalogue.version);
  });
  const contract = recordAnswers(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    url,
    engine,
    get: (path: string) => fetch(url + path),
    deliver: async (rows: readonly object[], polledAt = '2026-03-05T11:00:00Z') => {
      const body = JSON.stringify({
        source: 'axialys.vm',
        kind: 'call_rows',
        polledAt,
        rows,
      });
      const response = await fetch(`${url}/v1/deliveries/bpo`, { method: 'POST', body });
      await engine.drained();
      return response;
    },
    /** What lies in the catalogue directory from now on. */
    setFiles: (change: (text: string) => string) => void (files = change(text)),
    /** Progress of a further stage that health is to see. */
    addProgress: (progress: readonly Progress[]) => void (extraProgress = progress),
    setShuttingDown: (value: boolean) => void (shuttingDown = value),
    /** Each documented answer that was given, `GET /health/live 200`. */
    answered: contract.answered,
    close: async () => {
      const document = await openApiOf(url);
      await app.close();
      await engine.stop();
      await close();
      rmSync(directory, { recursive: true });
      contract.requireAsDocumented(document);
    },
  };
}
