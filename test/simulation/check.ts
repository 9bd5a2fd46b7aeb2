import type { Fact } from '#domain/fact/fact.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { TallyReader } from '#pipeline/tally-reader.js';
import { openRefusals } from '#pipeline/redrive.js';
import { type KpiReader, kpiReader } from '#pipeline/tally/kpi-reader.js';
import type { KpiReport } from '#pipeline/tally/read-kpis.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { tallyStage } from '#wire/stages.js';
import type { Centre, Programme } from './centre.js';
import { canonical } from './canonical.js';
import { checkInvoices, type CloseCounts } from './check-invoices.js';
import type { Difference, OnDifference } from './difference.js';
import { contentsOf } from './oracle/contents.js';
import {
  agentFigures,
  agentTimeOf,
  byAgent,
  byQueue,
  comparedFigures,
  type GroupFigure,
  type GroupFigures,
  liveFiguresOf,
  offeredByDay,
  queueFigures,
} from './oracle/live.js';
import { quantitiesOf } from './oracle/quantities.js';
import { unmappedTime } from './oracle/shares.js';
import { MemoryStore } from './ports/memory-store.js';
import { Records } from './records.js';
import { centreOf, centres, lookups } from './world/installation.js';
import type { Site } from './world/site.js';
import type { World } from './world/world.js';
import { usableFacts } from './workload/deliveries.js';

/** When figures are read: some resolutions are settled by then, and some are not. */
const shownAt = Date.parse('2026-04-05T12:07:00Z');

export interface Verdict {
  readonly differences: readonly Difference[];
  readonly closes: CloseCounts;
}

/** Compares everything that the finished world shows with the oracle. */
export async function checkWorld(world: World): Promise<Verdict> {
  const differences: Difference[] = [];
  const differ: OnDifference = (code, message) => differences.push({ code, message });
  const { site } = world;
  const records = new Records(site.log, site.partitions);
  const facts = site.accepted.flatMap(usableFacts);
  const contents = contentsOf(facts);
  checkFacts(records, facts, differ);
  await checkRefused(site, differ);
  checkJournal(records, contents, differ);
  checkSums(site, site.inForce, contents, differ);
  await checkLive(site, site.inForce, contents, differ);
  const closes = await checkInvoices(world, records, contents, differ);
  await checkWrongSum(world, differ);
  return { differences, closes };
}

/** The log of facts holds what was accepted, and nothing else. */
function checkFacts(records: Records, accepted: readonly Fact[], differ: OnDifference): void {
  const held = new Set(records.facts(null).map(canonical));
  const wanted = new Set(accepted.map(canonical));
  for (const text of wanted) if (!held.has(text)) differ('facts', `not there: ${text}`);
  for (const text of held) if (!wanted.has(text)) differ('facts', `no one sent ${text}`);
}

/**
 * What cannot be used is refused, what is refused cannot be used, and a refusal that was mended is closed.
 */
async function checkRefused({ log, unusable }: Site, differ: OnDifference): Promise<void> {
  const open = (await openRefusals(log)).map(({ delivery, row, reason, from }) => {
    return delivery === null
      ? `${from.topic} ${from.partition} ${from.offset} ${reason}`
      : `${delivery} ${row} ${reason}`;
  });
  for (const what of unusable) if (!open.includes(what)) differ('refused', `not refused: ${what}`);
  for (const what of open) if (!unusable.has(what)) differ('refused', `refused: ${what}`);
}

/** Each posting once, summed by content: what is left is what the facts say, once each. */
function checkJournal(records: Records, contents: readonly PostingContent[], differ: OnDifference): void {
  const sums = new Map<string, number>();
  for (const { content, sign } of records.postings()) add(sums, canonical(content), sign);
  const expected = new Set(contents.map(canonical));
  for (const text of new Set([...sums.keys(), ...expected])) {
    const [is, wanted] = [sums.get(text) ?? 0, expected.has(text) ? 1 : 0];
    if (is !== wanted) differ('journal', `${is} instead of ${wanted} of ${text}`);
  }
}

/** All sums of contracts in the tally of a catalogue. */
function checkSums(
  site: Site,
  catalogue: Centre['name'],
  contents: readonly PostingContent[],
  differ: OnDifference,
): void {
  const found = new Map<string, number>();
  for (const sums of tallySums(site)) {
    for (const [key, fields] of sums) {
      if (!key.startsWith('contract|')) continue;
      for (const [field, value] of fields) add(found, `${key} ${field}`, value);
    }
  }
  const expected = new Map<string, number>();
  for (const contract of centres[catalogue].contracts) {
    for (const [month, sums] of quantitiesOf(contract, contents, centres[catalogue])) {
      for (const [key, value] of sums) add(expected, `contract|${contract}|${month} ${key}`, value);
    }
  }
  for (const name of new Set([...found.keys(), ...expected.keys()])) {
    const [is, wanted] = [found.get(name) ?? 0, expected.get(name) ?? 0];
    if (is !== wanted) differ('sums', `${catalogue}: ${name} is ${is} instead of ${wanted}`);
  }
}

/** What the KPI read API shows of each programme. */
async function checkLive(
  { data, partitions }: Site,
  catalogue: Centre['name'],
  contents: readonly PostingContent[],
  differ: OnDifference,
): Promise<void> {
  const lookup = lookups[catalogue];
  const find = async (version: string): Promise<Catalogue> => lookups[centreOf(version)].catalogue;
  const store = new MemoryStore(data);
  const tally = new TallyReader({ store, partitions, catalogue: lookup.catalogue, find });
  const reader = kpiReader(tally, lookup);
  await checkUnmapped(reader, catalogue, contents, differ);
  for (const programme of ['care', 'shop'] satisfies Programme[]) {
    const compare = (what: string, is: unknown, wanted: unknown): void => {
      if (canonical(is) === canonical(wanted)) return;
      differ('live', `${catalogue} ${programme} ${what} is ${canonical(is)} instead of ${canonical(wanted)}`);
    };
    const span = { from: '2026-03-20', to: '2026-04-20', by: 'day', asOf: shownAt } as const;
    const report = await reader.read(programme, span);
    if (report === null) throw new Error(`there is no programme ${programme}`);
    const expected = liveFiguresOf(programme, contents, centres[catalogue]);
    for (const name of comparedFigures) compare(name, report.total[name], expected[name]);
    const { contacts, repeated, issues, issuesSolved } = Object.values(report.total.fcr)[0] ?? {};
    compare('fcr', { contacts, repeated, issues, issuesSolved }, expected.fcr);
    const offered = report.groups.filter(({ kpis }) => kpis.offered > 0);
    const days = Object.fromEntries(offered.map(({ name, kpis }) => [name, kpis.offered]));
    const wanted = offeredByDay(programme, contents, centres[catalogue]);
    compare('offered by day', days, Object.fromEntries(wanted));
    for (const [by, figures, expectedGroups] of [
      ['queue', queueFigures, byQueue],
      ['agent', agentFigures, byAgent],
    ] as const) {
      const groups = (await reader.read(programme, { ...span, by }))?.groups ?? [];
      compare(
        `by ${by}`,
        figuresOf(groups, figures),
        expectedGroups(programme, contents, centres[catalogue]),
      );
    }
  }
}

/** Agents' time of no programme. */
async function checkUnmapped(
  reader: KpiReader,
  catalogue: Centre['name'],
  contents: readonly PostingContent[],
  differ: OnDifference,
): Promise<void> {
  const report = await reader.read('unmapped', {
    from: '2026-03-20',
    to: '2026-04-20',
    by: null,
    asOf: shownAt,
  });
  const { activityMs, unseenMs, reportedMs } = report?.total ?? {};
  const wanted = canonical(agentTimeOf(unmappedTime(contents, centres[catalogue])));
  const is = canonical({ activityMs, unseenMs, reportedMs });
  if (is !== wanted) differ('live', `${catalogue} unmapped time is ${is} instead of ${wanted}`);
}

/** Some figures of each group, those of 0 left out, and groups without any. */
function figuresOf(
  groups: KpiReport['groups'],
  figures: readonly GroupFigure[],
): Record<string, GroupFigures> {
  const all = groups.map(({ name, kpis }): [string, [GroupFigure, number][]] => [
    name,
    figures.flatMap((figure) => (kpis[figure] === 0 ? [] : [[figure, kpis[figure]]])),
  ]);
  return Object.fromEntries(
    all.flatMap(([name, own]) => (own.length === 0 ? [] : [[name, Object.fromEntries(own)] as const])),
  );
}

/** A close of a period whose sums in the tally are not those of the journal says so and writes nothing. */
async function checkWrongSum(world: World, differ: OnDifference): Promise<void> {
  for (const sums of tallySums(world.site)) {
    for (const [key, fields] of sums) {
      const contract = centres[world.site.inForce].contracts.find((id) => key.startsWith(`contract|${id}|`));
      const [field = '', value = 0] = [...fields][0] ?? [];
      if (contract === undefined) continue;
      fields.set(field, value + 1);
      const { status } = await world.close(contract, key.slice(-'2026-03'.length), 'adjust');
      if (status !== 'disagree') differ('wrong-sum-closed', `${key} ${field}: ${status}`);
      return;
    }
  }
}

/** Sums of a tally, as the store holds them, partition by partition. */
function tallySums({ data }: Site): Map<string, Map<string, number>>[] {
  const { keyspace } = tallyStage;
  return [...data.places.values()].filter((place) => place.keyspace === keyspace).map(({ sums }) => sums);
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value);
}
