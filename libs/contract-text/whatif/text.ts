import { phrasebook, wording, type Lang, type Wording } from '../phrasebook.js';
import { kpiDefinitionText } from '../clauses/kpis.js';
import { kpiTitle } from '../kpi-name.js';
import { unitOf } from '#domain/kpi/kpis.js';
import type { Decimal } from '#domain/money/money.js';
import type { Benchmark, ObservedKpi } from '#domain/whatif/benchmarks.js';
import type { DriverReport } from '#domain/whatif/break-even.js';
import type { ClauseEffect, Comparison, MonthComparison, WhatIf } from '#domain/whatif/whatif.js';
import { table } from '../table.js';
import type { WhatIfReport } from '#domain/whatif/whatif-report.js';
import { driverTitle, driverValue } from './drivers.js';
import { clauseText, countNames, phrases, presentNames } from './words.js';

/**
 * A what-if for a person: what was observed, what each month costs, where the two break even, and the effect
 * of each clause.
 */
export function whatIfText(
  { draft, present, from, to, answer }: WhatIfReport,
  lang: Lang,
  width = Infinity,
): string {
  const words = wording(lang, draft.period.unit);
  const { t, ofPeriod } = words;
  const against = present === null ? t(...phrases.noPresent) : `${t(...phrases.against)} ${present.id}`;
  const title = `${t(...phrases.title)} ${draft.id} ${against}, ${from} ${t(...phrases.to)} ${to} (${draft.timeZone}, ${draft.currency})`;
  const say = { wording: words, scale: draft.rounding.scale, width };
  return [
    title,
    '',
    t(...phrases.observed),
    observedTable(answer.benchmarks, say),
    '',
    t(...phrases.definitions),
    definitionsTable(answer.benchmarks, say),
    '',
    ofPeriod(...phrases.perMonth),
    monthsTable(answer, say),
    ...notesOf(answer.months, words),
    '',
    ofPeriod(...phrases.perLine),
    linesTable(answer.months, say),
    '',
    ...breakEvenLines(answer, say),
    '',
    t(...phrases.clauses),
    clausesTable(answer.clauses, say),
  ].join('\n');
}

interface Layout {
  readonly wording: Wording;
  readonly scale: number;
  /** Characters a line of a table may have. */
  readonly width: number;
}

function observedTable(benchmarks: readonly Benchmark[], { wording, width }: Layout): string {
  const { t, number } = wording;
  const head = ['', ...benchmarks.map(({ period }) => period)];
  const counts = (['offered', 'answered', 'handled', 'abandoned'] as const).map((of) => [
    t(...countNames[of]),
    ...benchmarks.map((each) => number(String(each.counts[of]))),
  ]);
  const distinct = new Map(benchmarks.flatMap((each) => each.kpis.map((kpi) => [kpi.id, kpi] as const)));
  const kpis = [...distinct].map(([id, kpi]) => [
    kpiTitle(kpi.definition, wording),
    ...benchmarks.map((each) =>
      kpiText(
        each.kpis.find((own) => own.id === id),
        wording,
      ),
    ),
  ]);
  return table(head, [...counts, ...kpis], { width });
}

/** What each KPI of the observation counts. */
function definitionsTable(benchmarks: readonly Benchmark[], { wording, width }: Layout): string {
  const { t } = wording;
  const kpis = new Map(benchmarks.flatMap((each) => each.kpis.map((kpi) => [kpi.id, kpi] as const)));
  const speech = phrasebook(wording.lang, '', 'UTC');
  const rows = [...kpis.values()].map((kpi) => [
    kpiTitle(kpi.definition, wording),
    kpiDefinitionText(kpi.definition, speech),
  ]);
  return table(['', t(...phrases.definition)], rows, { left: [0, 1], width });
}

function kpiText(kpi: ObservedKpi | undefined, { number, percent }: Wording): string {
  if (kpi === undefined || kpi.value === null) return '-';
  const { value, definition } = kpi;
  switch (unitOf(definition)) {
    case 'seconds':
      return `${number(value.toDecimalPlaces(1).toString())} s`;
    case 'ratio':
      return percent(value.toDecimalPlaces(4).toString());
    case 'points':
    case 'score':
    case 'perHour':
      return number(value.toDecimalPlaces(2).toString());
  }
}

function monthsTable({ months, total }: WhatIf, say: Layout): string {
  const { t } = say.wording;
  const rows = months.map(({ period, presentIs, ...amounts }) => [
    period,
    ...amountCells(amounts, say),
    t(...presentNames[presentIs]),
  ]);
  return table(
    ['', t(...phrases.present), t(...phrases.draft), t(...phrases.difference), t(...phrases.basis)],
    [...rows, [t(...phrases.total), ...amountCells(total, say), '']],
    { left: [0, 4], width: say.width },
  );
}

/** Each line by month: what it was, what it would be. */
function linesTable(months: readonly MonthComparison[], say: Layout): string {
  const rows = months.flatMap(({ period, lines }) =>
    lines
      .filter(({ present, draft }) => !draft.isZero() || present?.isZero() === false)
      .map(({ line, ...amounts }) => [period, line, ...amountCells(amounts, say)]),
  );
  const { t } = say.wording;
  return table(
    ['', t(...phrases.line), t(...phrases.present), t(...phrases.draft), t(...phrases.difference)],
    rows,
    {
      left: [0, 1],
      width: say.width,
    },
  );
}

function notesOf(months: readonly MonthComparison[], { t }: Wording): string[] {
  return months.flatMap(({ period, notes }) =>
    notes.map(({ clause, message }) => `${t(...phrases.note)} ${period}, ${clause}: ${message}`),
  );
}

function breakEvenLines({ breakEvens, total }: WhatIf, say: Layout): string[] {
  const { t } = say.wording;
  if (total.present === null) return [];
  if (breakEvens.length === 0) return [t(...phrases.breakEven), `  ${t(...phrases.nothing)}`];
  return [t(...phrases.breakEven), ...breakEvens.flatMap((report) => reportLines(report, say))];
}

function reportLines({ driver, breakEvens, differenceLow }: DriverReport, say: Layout): string[] {
  const { wording } = say;
  const { t } = wording;
  const value = (x: number): string => driverValue(driver, x, wording);
  const title = `  ${driverTitle(driver, wording)} (${t(...phrases.now)} ${value(driver.now)})`;
  if (breakEvens.length === 0) {
    const side =
      differenceLow.isPositive() && !differenceLow.isZero()
        ? t(...phrases.alwaysCostsMore)
        : t(...phrases.neverCostsMore);
    return [`${title}: ${side}, ${value(driver.low)} ${t(...phrases.to)} ${value(driver.high)}`];
  }
  return [
    `${title}:`,
    ...breakEvens.map(({ below, above, differenceBelow, differenceAbove }) => {
      const [before, after] = [signed(differenceBelow, say), signed(differenceAbove, say)];
      return `    ${t(...phrases.between)} ${value(below)} (${before}) ${t(...phrases.and)} ${value(above)} (${after})`;
    }),
  ];
}

function clausesTable(clauses: readonly ClauseEffect[], say: Layout): string {
  const { wording } = say;
  const { t } = wording;
  if (clauses.length === 0) return `  ${t(...phrases.none)}`;
  const sorted = clauses.toSorted((a, b) => b.total.abs().comparedTo(a.total.abs()));
  const periods = clauses[0]?.months.map(({ period }) => period) ?? [];
  const rows = sorted.map(({ kind, id, total, months }) => [
    clauseText(kind, id, say.wording),
    ...months.map(({ effect }) => signed(effect, say)),
    signed(total, say),
  ]);
  return table(['', ...periods, t(...phrases.total)], rows, { width: say.width });
}

function amountCells({ present, draft, difference }: Comparison, say: Layout): string[] {
  return [amount(present, say), amount(draft, say), difference === null ? '-' : signed(difference, say)];
}

function amount(value: Decimal | null, { wording, scale }: Layout): string {
  return value === null ? '-' : wording.number(value.toFixed(scale));
}

function signed(value: Decimal, say: Layout): string {
  return `${value.isPositive() && !value.isZero() ? '+' : ''}${amount(value.isZero() ? value.abs() : value, say)}`;
}
