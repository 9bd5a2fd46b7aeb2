import { kpiDefinitionText } from '#contract-text/clauses/kpis.js';
import { hoursText as hoursTitle, stateText } from '#contract-text/clauses/measures.js';
import { kpiName } from '#contract-text/kpi-name.js';
import { phrasebook } from '#contract-text/phrasebook.js';
import { table, wrapText } from '#contract-text/table.js';
import type { KpiDefinition } from '#domain/contract/kpi.js';
import type { KpiFigure } from '#domain/live/kpi-figure.js';
import type { LiveKpis } from '#domain/live/report.js';
import type { KpiGrouping, KpiReport } from '#pipeline/tally/read-kpis.js';

/**
 * KPIs for a person: a row per group and the total, then each KPI of the total by name and version, with its
 * definition. `by`: what the rows are.
 */
export function kpiText(report: KpiReport, by: KpiGrouping | null, width = Infinity): string {
  const title = `${report.programme}, ${report.from} to ${report.to} (${report.timeZone})`;
  const groups = report.groups.map(({ name, kpis }) => ({ name: groupName(report, name), kpis }));
  const rows = [...groups, { name: 'total', kpis: report.total }];
  return [
    title,
    '',
    rowsTable(rows, width),
    '',
    definitionsTable(report.total, width),
    ...resolutionsText(report, width),
    '',
    ...wrapText(countingText(by), Math.min(width, proseWidth)),
    `outcomes recorded: ${report.total.outcomes}`,
    '',
  ].join('\n');
}

/** Prose is broken also where the output is no terminal and tables are as wide as they need. */
const proseWidth = 110;

interface Row {
  readonly name: string;
  readonly kpis: LiveKpis;
}

interface Column {
  readonly head: string;
  readonly cell: (kpis: LiveKpis) => string;
}

/** Columns of KPIs that not every centre has are left out where no row has data. */
function rowsTable(rows: readonly Row[], width: number): string {
  const columns = [...usualColumns, ...optionalColumns(rows)].filter(
    ({ head, cell }) => !optionalHeads.has(head) || rows.some(({ kpis }) => cell(kpis) !== none),
  );
  const head = ['', ...columns.map((column) => column.head)];
  const cells = rows.map(({ name, kpis }) => [name, ...columns.map(({ cell }) => cell(kpis))]);
  return table(head, cells, { width });
}

const none = '-';

const usualColumns: readonly Column[] = [
  { head: 'offered', cell: ({ offered }) => String(offered) },
  { head: 'answered', cell: ({ answered }) => String(answered) },
  { head: 'abandoned', cell: ({ abandoned }) => String(abandoned) },
  { head: 'talk', cell: ({ talkMs }) => hoursText(talkMs) },
  { head: 'hold', cell: ({ holdMs }) => hoursText(holdMs) },
  { head: 'after-call', cell: ({ acwMs }) => hoursText(acwMs) },
  { head: 'AHT', cell: ({ ratios }) => hoursText(ratios.ahtMs) },
  { head: 'ASA', cell: ({ ratios }) => hoursText(ratios.asaMs) },
  { head: 'answer rate', cell: ({ ratios }) => percent(ratios.answerRate) },
  { head: 'occupancy', cell: ({ ratios }) => percent(ratios.occupancy) },
  { head: 'preparation', cell: ({ activityMs }) => hoursText(activityMs['PREP'] ?? null) },
  { head: 'previews', cell: ({ previewMs }) => hoursText(previewMs || null) },
  { head: 'after missed offers', cell: ({ acwMissedMs }) => hoursText(acwMissedMs || null) },
  { head: 'machines', cell: ({ machineMs }) => hoursText(machineMs || null) },
  { head: 'logged in', cell: ({ activityMs }) => hoursText(activityMs['LOGGED_IN'] ?? null) },
  { head: 'unmapped states', cell: ({ activityMs }) => hoursText(activityMs['UNMAPPED'] ?? null) },
  { head: 'unseen', cell: ({ unseenMs }) => hoursText(unseenMs === 0 ? null : unseenMs) },
  { head: 'implausible', cell: ({ implausibleMs }) => hoursText(implausibleMs || null) },
];
const optionalHeads = new Set([
  'occupancy',
  'preparation',
  'previews',
  'after missed offers',
  'machines',
  'logged in',
  'unmapped states',
  'unseen',
  'implausible',
]);

/**
 * One column for each survey question and definition, and for quality: only where a row has such a figure.
 */
function optionalColumns(rows: readonly Row[]): Column[] {
  const all = rows
    .flatMap(({ kpis }) => kpis.figures)
    .filter(({ definition }) => fromOutcomes.has(definition));
  const distinct = new Map(all.map((figure) => [keyOf(figure), figure]));
  const ofName = Map.groupBy(distinct.values(), figureName);
  return [...distinct].map(([key, figure]) => ({
    head: ofName.get(figureName(figure))?.length === 1 ? figureName(figure) : titleOf(figure),
    cell: ({ figures }) => {
      const own = figures.find((figure) => keyOf(figure) === key);
      return own === undefined ? none : valueText(own);
    },
  }));
}

const fromOutcomes: ReadonlySet<KpiFigure['definition']> = new Set([
  'topBox',
  'meanScore',
  'nps',
  'fcrSurvey',
  'quality',
]);

/** Figures of the same definition and parameters are of the same kind, whatever group they are of. */
function keyOf({ definition, version, parameters }: KpiFigure): string {
  return JSON.stringify([definition, version, parameters]);
}

function definitionsTable(total: LiveKpis, width: number): string {
  const hours = total.hours
    .filter(({ ms }) => ms > 0)
    .map(({ definition, version, states, ms }) => [
      `${hoursTitle({ name: definition }, english)} v${version}`,
      hoursText(ms),
      '',
      english.list(states.map((state) => stateText(state, english))),
    ]);
  const figures = total.figures
    .filter((figure) => figure.value !== null && !isRareServiceLevel(figure))
    .map((figure) => [
      titleOf(figure),
      valueText(figure),
      countedText(figure),
      kpiDefinitionText(definitionOf(figure), english),
    ]);
  const rows = [...hours, ...figures];
  if (rows.length === 0) return 'no data in these days';
  return table(['KPI', 'total', 'counted', 'definition'], rows, { left: [0, 3], width });
}

/** What is settled and what can still be taken back, where contracts ask for resolutions that hold. */
function resolutionsText({ total, asOf }: KpiReport, width: number): string[] {
  if (total.resolutions.length === 0) return [];
  const rows = total.resolutions.map(({ version, parameters, workedOn, ...counts }) => {
    const { settled, provisional, reversed } = counts;
    const unresolved = workedOn - settled - provisional - reversed;
    const name = kpiName({ type: 'settled', ...parameters }, english);
    return [`${name} v${version}`, ...[settled, provisional, reversed, unresolved, workedOn].map(String)];
  });
  const head = ['', 'settled', 'provisional', 'reversed', 'not resolved', 'worked on'];
  const title = `Resolutions as of ${asOf.slice(0, 10)} ${asOf.slice(11, 16)} (${asOf.slice(19)})`;
  return ['', title, '', table(head, rows, { width })];
}

/** Five service levels at each threshold are more than a page can hold; JSON has all. */
function isRareServiceLevel({ parameters: { variant } }: KpiFigure): boolean {
  return variant === 'SL-D' || variant === 'SL-E';
}

const english = phrasebook('en', '', 'UTC');

/** A figure keeps the type and the parameters of its definition side by side. */
function definitionOf({ definition, parameters }: KpiFigure): KpiDefinition {
  return { type: definition, ...parameters } as unknown as KpiDefinition;
}

function figureName(figure: KpiFigure): string {
  return kpiName(definitionOf(figure), english);
}

function titleOf(figure: KpiFigure): string {
  return `${figureName(figure)} v${figure.version}`;
}

function valueText({ value, unit }: KpiFigure): string {
  if (value === null) return none;
  switch (unit) {
    case 'seconds':
      return hoursText(value * 1_000);
    case 'ratio':
      return percent(value);
    case 'points':
    case 'score':
    case 'perHour':
      return value.toFixed(2);
  }
}

/** What the value was made of: `162 of 5523`. */
function countedText({ unit, per, numerator, denominator }: KpiFigure): string {
  if (per === 'workAndAvailableMs' || per === 'loggedMs')
    return `${hoursText(numerator)} of ${hoursText(denominator)}`;
  switch (unit) {
    case 'seconds':
      return `${hoursText(numerator)} / ${denominator}`;
    case 'ratio':
      return `${numerator} of ${denominator}`;
    case 'points':
    case 'score':
    case 'perHour':
      return `${denominator}`;
  }
}

function countingText(by: KpiGrouping | null): string {
  const whole = 'Contacts count once, in the quarter-hour in which they enter their first queue.';
  const more = 'With --json: also SL-D and SL-E, and the definitions of the figures of each row.';
  if (by !== 'queue' && by !== 'agent') return `${whole} ${more}`;
  const below =
    'A queue counts every stay in it and an agent every leg, so that rows may add up to more than the total; their ' +
    'averages are per leg.';
  return `${whole} ${below} ${more}`;
}

/** `2026-10-25T02:00:00+02:00` -> `2026-10-25 02:00`, with the offset where the rows have more than one. */
function groupName({ groups }: KpiReport, name: string): string {
  const [, day, time, offset = ''] = quarterHour.exec(name) ?? [];
  if (day === undefined || time === undefined) return name;
  const isChanging = groups.some((group) => !group.name.endsWith(offset));
  return isChanging ? `${day} ${time} ${offset}` : `${day} ${time}`;
}

const quarterHour = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):00([+-]\d\d:\d\d)$/;

/** 3 723 000 ms -> `1:02:03`. */
function hoursText(ms: number | null): string {
  if (ms === null) return none;
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function percent(ratio: number | null): string {
  return ratio === null ? none : `${(ratio * 100).toFixed(2)} %`;
}
