import { durationText, numberText, percentText, phrasebook, type Lang } from '../phrasebook.js';
import { kpiDefinitionText } from '../clauses/kpis.js';
import { unitOf } from '#domain/kpi/kpis.js';
import type { Decimal } from '#domain/money/money.js';
import type { Benchmark, ObservedKpi } from '#domain/whatif/benchmarks.js';
import type { DriverReport } from '#domain/whatif/break-even.js';
import type { ClauseEffect, Comparison, MonthComparison, WhatIf } from '#domain/whatif/whatif.js';
import { table } from '../table.js';
import type { WhatIfReport } from './whatif-report.js';
import { driverTitle, driverValue } from './drivers.js';
import { clauseText, wordsOf, type Words } from './words.js';

/**
 * A what-if for a person: what was observed, what each month costs, where the two break even, what moved it.
 */
export function whatIfText(
  { draft, present, from, to, answer }: WhatIfReport,
  lang: Lang,
  width = Infinity,
): string {
  const words = wordsOf[lang];
  const against = present === null ? words.noPresent : `${words.against} ${present.id}`;
  const title = `${words.title} ${draft.id} ${against}, ${from} ${words.to} ${to} (${draft.timeZone}, ${draft.currency})`;
  const say = { lang, words, scale: draft.rounding.scale, width };
  return [
    title,
    '',
    words.observed,
    observedTable(answer.benchmarks, say),
    '',
    words.definitions,
    definitionsTable(answer.benchmarks, say),
    '',
    words.perMonth,
    monthsTable(answer, say),
    ...notesOf(answer.months, words),
    '',
    words.perLine,
    linesTable(answer.months, say),
    '',
    ...breakEvenLines(answer, say),
    '',
    words.clauses,
    clausesTable(answer.clauses, say),
  ].join('\n');
}

interface Saying {
  readonly lang: Lang;
  readonly words: Words;
  readonly scale: number;
  /** Characters a line of a table may have. */
  readonly width: number;
}

function observedTable(benchmarks: readonly Benchmark[], { lang, words, width }: Saying): string {
  const head = ['', ...benchmarks.map(({ period }) => period)];
  const counts = (['offered', 'answered', 'handled', 'abandoned'] as const).map((of) => [
    words.counts[of],
    ...benchmarks.map((each) => numberText(lang, String(each.counts[of]))),
  ]);
  const ids = [...new Set(benchmarks.flatMap((each) => each.kpis.map(({ id }) => id)))];
  const kpis = ids.map((id) => {
    const found = benchmarks.map((each) => each.kpis.find((kpi) => kpi.id === id));
    return [
      kpiTitle(
        found.find((kpi) => kpi !== undefined),
        lang,
        words,
      ),
      ...found.map((kpi) => kpiText(kpi, lang)),
    ];
  });
  return table(head, [...counts, ...kpis], { width });
}

/** What each KPI of the observation counts: two of one name may differ in their definitions. */
function definitionsTable(benchmarks: readonly Benchmark[], { lang, words, width }: Saying): string {
  const kpis = new Map(benchmarks.flatMap((each) => each.kpis.map((kpi) => [kpi.id, kpi] as const)));
  const speech = phrasebook(lang, '', 'UTC');
  const rows = [...kpis.values()].map((kpi) => [
    kpiTitle(kpi, lang, words),
    kpiDefinitionText(kpi.definition, speech),
  ]);
  return table(['', words.definition], rows, { left: [0, 1], width });
}

function kpiTitle(kpi: ObservedKpi | undefined, lang: Lang, words: Words): string {
  if (kpi === undefined) return '';
  const { id, definition } = kpi;
  const word =
    Object.entries(words.kpis).find(([name]) => name === id || id.startsWith(`${name}-`))?.[1] ?? id;
  return `${word}${limitText(definition, lang)} v${definition.version}`;
}

function limitText(definition: ObservedKpi['definition'], lang: Lang): string {
  if (definition.type === 'serviceLevel') return ` (${durationText(lang, definition.thresholdMs)})`;
  return 'windowMs' in definition ? ` (${durationText(lang, definition.windowMs)})` : '';
}

function kpiText(kpi: ObservedKpi | undefined, lang: Lang): string {
  if (kpi === undefined || kpi.value === null) return '-';
  const { value, definition } = kpi;
  switch (unitOf(definition)) {
    case 'seconds':
      return `${numberText(lang, value.toDecimalPlaces(1).toString())} s`;
    case 'ratio':
      return percentText(lang, value.toDecimalPlaces(4).toString());
    case 'points':
    case 'score':
    case 'perHour':
      return numberText(lang, value.toDecimalPlaces(2).toString());
  }
}

function monthsTable({ months, total }: WhatIf, say: Saying): string {
  const { words } = say;
  const rows = months.map(({ period, presentIs, ...amounts }) => [
    period,
    ...amountCells(amounts, say),
    words.presentIs[presentIs],
  ]);
  return table(
    ['', words.present, words.draft, words.difference, ''],
    [...rows, [words.total, ...amountCells(total, say), '']],
    { left: [0, 4], width: say.width },
  );
}

/** Each line by month: what it was, what it would be. */
function linesTable(months: readonly MonthComparison[], say: Saying): string {
  const rows = months.flatMap(({ period, lines }) =>
    lines
      .filter(({ present, draft }) => !draft.isZero() || present?.isZero() === false)
      .map(({ line, ...amounts }) => [period, line, ...amountCells(amounts, say)]),
  );
  const { words } = say;
  return table(['', words.line, words.present, words.draft, words.difference], rows, {
    left: [0, 1],
    width: say.width,
  });
}

function notesOf(months: readonly MonthComparison[], words: Words): string[] {
  return months.flatMap(({ period, notes }) =>
    notes.map(({ clause, message }) => `${words.note} ${period}, ${clause}: ${message}`),
  );
}

function breakEvenLines({ breakEvens, total }: WhatIf, say: Saying): string[] {
  const { words } = say;
  if (total.present === null) return [];
  if (breakEvens.length === 0) return [words.breakEven, `  ${words.nothing}`];
  return [words.breakEven, ...breakEvens.flatMap((report) => reportLines(report, say))];
}

function reportLines({ driver, breakEvens, differenceLow }: DriverReport, say: Saying): string[] {
  const { lang, words } = say;
  const value = (x: number): string => driverValue(driver, x, lang);
  const title = `  ${driverTitle(driver, lang)} (${words.now} ${value(driver.now)})`;
  if (breakEvens.length === 0) {
    const side =
      differenceLow.isPositive() && !differenceLow.isZero() ? words.alwaysDearer : words.neverDearer;
    return [`${title}: ${side}, ${value(driver.low)} ${words.to} ${value(driver.high)}`];
  }
  return [
    `${title}:`,
    ...breakEvens.map(({ below, above, differenceBelow, differenceAbove }) => {
      const [before, after] = [signed(differenceBelow, say), signed(differenceAbove, say)];
      return `    ${words.between} ${value(below)} (${before}) ${words.and} ${value(above)} (${after})`;
    }),
  ];
}

function clausesTable(clauses: readonly ClauseEffect[], say: Saying): string {
  const { lang, words } = say;
  if (clauses.length === 0) return `  ${words.none}`;
  const sorted = clauses.toSorted((a, b) => b.total.abs().comparedTo(a.total.abs()));
  const periods = clauses[0]?.months.map(({ period }) => period) ?? [];
  const rows = sorted.map(({ kind, id, total, months }) => [
    clauseText(kind, id, lang),
    ...months.map(({ effect }) => signed(effect, say)),
    signed(total, say),
  ]);
  return table(['', ...periods, words.total], rows, { width: say.width });
}

function amountCells({ present, draft, difference }: Comparison, say: Saying): string[] {
  return [amount(present, say), amount(draft, say), difference === null ? '-' : signed(difference, say)];
}

function amount(value: Decimal | null, { lang, scale }: Saying): string {
  return value === null ? '-' : numberText(lang, value.toFixed(scale));
}

function signed(value: Decimal, say: Saying): string {
  return `${value.isPositive() && !value.isZero() ? '+' : ''}${amount(value.isZero() ? value.abs() : value, say)}`;
}
