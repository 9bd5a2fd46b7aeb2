import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { periodAnswer } from '#apps/invoicer/period-answer.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { catalogueAtStart } from '#pipeline/catalogue-log.js';
import { Engine } from '#pipeline/engine/engine.js';
import type { KpiGrouping } from '#pipeline/tally/read-kpis.js';
import { kpiAnswer } from '#apps/tally/kpi-answer.js';
import { openRefusals } from '#pipeline/redrive.js';
import { requireCatalogue } from '#catalogue/load.js';
import { until } from '#test/faults/until.js';
import type { Settings } from '#test/processes/app-process.js';
import type { Log } from '#log/log.js';
import type { Pipeline } from '#test/faults/pipeline.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** What goes through a pipeline, and what is asked of it afterwards. */
export interface Work {
  /** Directory of the catalogue. */
  readonly catalogue: string;
  readonly deliveries: readonly RecordedDelivery[];
  readonly from: string;
  readonly to: string;
  readonly kpis: readonly (readonly [programme: string, by: KpiGrouping])[];
  /** Month that is closed, `YYYY-MM`. */
  readonly period: string;
  readonly contracts: readonly string[];
  /** Of the processes, beside those of every installation. */
  readonly settings?: Settings;
}

/** All that a fault could have changed. */
export interface Figures {
  readonly kpis: readonly unknown[];
  /** Live sums and amounts of each contract, without the offsets they belong to. */
  readonly live: readonly unknown[];
  /** Exact texts of the invoice-ready events. */
  readonly invoices: readonly string[];
}

export const customerKey = 'ab'.repeat(32);

/** What the embedded engine makes of it, in this process and undisturbed. */
export async function embeddedFigures(work: Work): Promise<Figures> {
  const { figures, refused } = await throughEmbedded(work, async () => undefined);
  if (refused.length > 0) throw new Error(`the work holds what is refused: ${refused.join(', ')}`);
  return figures;
}

/** The same, with something done to the log before; and stage and reason of what is refused, sorted. */
export async function throughEmbedded(
  work: Work,
  before: (log: Log) => Promise<void>,
): Promise<{ readonly figures: Figures; readonly refused: readonly string[] }> {
  return embedded(work, before, async (engine) => figuresOf(engine, work));
}

/** What is read from an embedded engine that has nothing left to do. */
export async function embedded<Found>(
  work: Work,
  before: (log: Log) => Promise<void>,
  read: (engine: Engine) => Promise<Found>,
): Promise<{ readonly figures: Found; readonly refused: readonly string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-undisturbed-'));
  const { log, store, close } = openEmbedded(directory);
  try {
    const catalogue = requireCatalogue(work.catalogue);
    const engine = await Engine.start({
      log,
      store,
      partitions: 4,
      catalogue,
      customerKey: Buffer.from(customerKey, 'hex'),
      onWarning: () => undefined,
      onRefused: () => undefined,
    });
    await catalogueAtStart(engine.catalogues, catalogue, Date.now());
    await before(log);
    for (let from = 0; from < work.deliveries.length; from += atOnce) {
      await engine.accept(work.deliveries.slice(from, from + atOnce));
    }
    await engine.drained();
    const figures = await read(engine);
    await engine.stop();
    const refused = (await openRefusals(log)).map(({ stage, reason }) => `${stage}: ${reason}`);
    return { figures, refused: refused.toSorted() };
  } finally {
    await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const atOnce = 500;

async function figuresOf(engine: Engine, work: Work): Promise<Figures> {
  const { from, to, period, contracts } = work;
  const [kpis, live, invoices]: [unknown[], unknown[], string[]] = [[], [], []];
  for (const [programme, by] of work.kpis) {
    const report = await engine.kpis.read(programme, { from, to, by, asOf: Date.parse('2026-06-01') });
    kpis.push(report === null ? null : asJson(kpiAnswer(report, by)));
  }
  for (const id of contracts) {
    const periodSoFar = await engine.periods.live(id, period);
    live.push(periodSoFar === null ? null : withoutOffsets(asJson(periodAnswer(periodSoFar))));
    const contract = engine.lookup.contract(id);
    if (contract === null) throw new Error(`the catalogue has no contract ${id}`);
    const closed = await engine.close(contract, period, 'close', 'part of the work');
    if (closed.status !== 'closed') throw new Error(`${id} was not closed: ${JSON.stringify(closed)}`);
    invoices.push(closed.event);
  }
  return { kpis, live, invoices };
}

/**
 * Work of unknown queues and agents is part of what is compared; it is accepted for one reason everywhere.
 */
export const acceptance = 'acceptOmissions=part%20of%20the%20work';

/** The same over HTTP from a pipeline that has nothing left to do; KPIs from each tally in turn. */
export async function pipelineFigures(pipeline: Pipeline, work: Work): Promise<Figures> {
  const { from, to, period } = work;
  const [kpis, live, invoices]: [unknown[], unknown[], string[]] = [[], [], []];
  for (const [index, [programme, by]] of work.kpis.entries()) {
    const path = `/v1/programmes/${programme}/kpis?from=${from}&to=${to}&by=${by}`;
    kpis.push(JSON.parse(await answered(pipeline, 'tally', index, 'GET', path)));
  }
  for (const contract of work.contracts) {
    const path = `/v1/contracts/${contract}/periods/${period}`;
    live.push(withoutOffsets(JSON.parse(await answered(pipeline, 'invoicer', 0, 'GET', path))));
    invoices.push(await answered(pipeline, 'invoicer', 0, 'POST', `${path}/close?${acceptance}`));
  }
  return { kpis, live, invoices };
}

/** Asks until it is answered well: a process that was killed just now is started again. */
export async function answered(
  pipeline: Pipeline,
  app: 'tally' | 'invoicer',
  instance: number,
  method: string,
  path: string,
): Promise<string> {
  let text = '';
  await until(
    `${app} answers ${method} ${path}`,
    async () => {
      const url = await pipeline.one(app, instance).ready();
      const response = await fetch(url + path, { method, signal: AbortSignal.timeout(60_000) });
      text = await response.text();
      if (!response.ok) throw new Error(text);
      return true;
    },
    90_000,
  );
  return text;
}

function withoutOffsets(answer: unknown): object {
  const { offsets: _, ...rest } = answer as { offsets: unknown };
  return rest;
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
