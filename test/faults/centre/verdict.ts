import { kpiAnswer } from '#apps/tally/kpi-answer.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { acceptance, answered } from '#test/faults/figures.js';
import type { Pipeline } from '#test/faults/pipeline.js';
import { canonical } from '#test/simulation/canonical.js';
import { contractIds, firstCentre, type Programme } from '#test/simulation/centre.js';
import { compareAmounts, priceOf } from '#test/simulation/check-invoices.js';
import { contentsOf } from '#test/simulation/oracle/contents.js';
import {
  agentFigures,
  byAgent,
  byQueue,
  comparedFigures,
  type GroupFigure,
  liveFiguresOf,
  offeredByDay,
  queueFigures,
} from '#test/simulation/oracle/live.js';
import { closablePeriods } from '#test/simulation/records.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import type { CentreInput } from './calls.js';

/** Everything that a pipeline shows after all of the input. */
export interface CentreFigures {
  /** By programme and grouping the answer of the KPI read API. */
  readonly kpis: Readonly<Record<string, KpiAnswer>>;
  /** By contract and period, revision by revision. */
  readonly events: ReadonlyMap<string, readonly InvoiceReadyEvent[]>;
}

type KpiAnswer = Readonly<Record<string, unknown>> & { readonly rows?: readonly KpiRow[] };
type KpiRow = Readonly<Record<string, unknown>>;

const programmes: readonly Programme[] = ['care', 'shop'];
const groupings = ['queue', 'agent', 'day'] as const;

/** Adjusts every period, and reads what there is over HTTP and in the log. */
export async function centreFigures(pipeline: Pipeline, log: Log): Promise<CentreFigures> {
  const kpis: Record<string, KpiAnswer> = {};
  for (const programme of programmes) {
    for (const [index, by] of groupings.entries()) {
      const path = `/v1/programmes/${programme}/kpis?from=2026-03-20&to=2026-04-20&by=${by}`;
      const text = await answered(pipeline, 'tally', index, 'GET', path);
      kpis[`${programme} ${by}`] = JSON.parse(text) as KpiAnswer;
    }
  }
  for (const contract of contractIds) {
    for (const period of closablePeriods) {
      const path = `/v1/contracts/${contract}/periods/${period}/close?adjust=true&${acceptance}`;
      await answered(pipeline, 'invoicer', 0, 'POST', path);
    }
  }
  return { kpis, events: await eventsIn(log) };
}

/** The same from an engine in this process. */
export async function centreFiguresOf(engine: Engine): Promise<CentreFigures> {
  const kpis: Record<string, KpiAnswer> = {};
  for (const programme of programmes) {
    for (const by of groupings) {
      const report = await engine.kpis.read(programme, {
        from: '2026-03-20',
        to: '2026-04-20',
        by,
        asOf: Date.parse('2026-06-01'),
      });
      if (report !== null) kpis[`${programme} ${by}`] = JSON.parse(JSON.stringify(kpiAnswer(report, by)));
    }
  }
  for (const id of contractIds) {
    const contract = engine.lookup.contract(id);
    if (contract === null) throw new Error(`the catalogue has no contract ${id}`);
    for (const period of closablePeriods) await engine.close(contract, period, 'adjust', 'part of the work');
  }
  return { kpis, events: await eventsIn(engine.log) };
}

async function eventsIn(log: Log): Promise<CentreFigures['events']> {
  const values = await readTopicValues(log, topics.invoiceReady.name);
  const all = values.flatMap((value) => decodeInvoiceReady(value) ?? []);
  return Map.groupBy(onceEach(all), ({ data }) => `${data.contract} ${data.period}`);
}

/** An invoicer that died may write an event twice, with one id and the same bytes. */
function onceEach(events: readonly InvoiceReadyEvent[]): InvoiceReadyEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

/** Closes every period, though not all of its work is known; no answer is waited for. */
export async function closeMidway(pipeline: Pipeline): Promise<void> {
  const url = await pipeline.one('invoicer', 0).ready();
  for (const contract of contractIds) {
    for (const period of closablePeriods) {
      const path = `/v1/contracts/${contract}/periods/${period}/close?${acceptance}`;
      await fetch(url + path, { method: 'POST' }).catch(() => undefined);
    }
  }
}

/** Where the figures differ from what the oracle makes of the facts; empty: nowhere. */
export function differencesFromOracle({ kpis, events }: CentreFigures, { facts }: CentreInput): string[] {
  const differences: string[] = [];
  const contents = contentsOf(facts);
  for (const programme of programmes) comparePrograms(programme, kpis, contents, differences);
  for (const contract of contractIds) {
    for (const period of closablePeriods) {
      const expected = priceOf(contract, period, 'first', contents);
      const own = events.get(`${contract} ${period}`) ?? [];
      compareAmounts('final-price', `${contract} ${period}`, own, expected, (_, message) =>
        differences.push(message),
      );
    }
  }
  return differences;
}

function comparePrograms(
  programme: Programme,
  kpis: CentreFigures['kpis'],
  contents: readonly PostingContent[],
  differences: string[],
): void {
  const compare = (what: string, found: unknown, expected: unknown): void => {
    const [is, wanted] = [canonical(found), canonical(expected)];
    if (is !== wanted) differences.push(`${programme} ${what} is ${is} instead of ${wanted}`);
  };
  const answer = (by: string): KpiAnswer => kpis[`${programme} ${by}`] ?? {};
  const expected = liveFiguresOf(programme, contents, firstCentre);
  for (const name of comparedFigures) compare(name, answer('day')[name], expected[name]);
  const fcr = Object.values(answer('day')['fcr'] ?? {})[0] as Record<string, number> | undefined;
  const { contacts, repeated, issues, issuesSolved } = fcr ?? {};
  compare('fcr', { contacts, repeated, issues, issuesSolved }, expected.fcr);
  const days = rowsOf(answer('day'), 'day', ['offered']);
  const offered = [...offeredByDay(programme, contents, firstCentre)];
  compare('by day', days, Object.fromEntries(offered.map(([day, count]) => [day, { offered: count }])));
  const queues = byQueue(programme, contents, firstCentre);
  compare('by queue', rowsOf(answer('queue'), 'queue', queueFigures), queues);
  const agents = byAgent(programme, contents, firstCentre);
  compare('by agent', rowsOf(answer('agent'), 'agent', agentFigures), agents);
}

/** Some figures of each row, those of 0 left out, and rows without any. */
function rowsOf({ rows = [] }: KpiAnswer, by: string, figures: readonly GroupFigure[]): object {
  const named = rows.map((row): [string, object] => {
    const own: Record<string, unknown> = {};
    for (const figure of figures) if (row[figure] !== 0) own[figure] = row[figure];
    return [oracleName(String(row[by])), own];
  });
  return Object.fromEntries(named.filter(([, own]) => Object.keys(own).length > 0));
}

/** The platform numbers its agents; the oracle knows them as `a` and that number. */
function oracleName(name: string): string {
  return name.replace(/^unmapped:pbx:(\d+)$/, 'unmapped:pbx:a$1');
}
