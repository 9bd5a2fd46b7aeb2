import { balanceText } from '../commitment-words.js';
import { entryName } from '../entry-name.js';
import { unitOfPeriod } from '../period-words.js';
import { wording, type Lang, type Wording } from '../phrasebook.js';
import { Decimal, plain } from '#domain/money/money.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { recompute, rowsBehind, type TraceRow } from '#domain/pricing/trace.js';
import { commitmentOf, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { table } from '../table.js';
import { resultText, sentence, stepText } from './sentences.js';
import { unitsOf, type Unit } from './units.js';

/** What is to be explained: amounts of an invoice, each with the row that gives it. */
export interface Explicable {
  readonly period: string;
  readonly currency: string;
  readonly scale: number;
  readonly entries: readonly Entry[];
  /** Net total. */
  readonly net: string;
  readonly rows: readonly TraceRow[];
  /** Of an adjustment: the whole period as it is with it; null: the close itself. */
  readonly restated: RestatedPeriod | null;
  /** Where commitments over several months stand. */
  readonly commitments: readonly Balance[];
}

type Balance = InvoiceReadyEvent['data']['commitments'][number];

export interface RestatedPeriod {
  readonly entries: readonly Entry[];
  readonly net: string;
  /** Net total of all that had been invoiced before. */
  readonly before: string;
}

export interface Entry {
  readonly kind: 'line' | 'allowanceOrCharge' | 'vat';
  readonly identifier: string;
  /** Line or clause of the contract. */
  readonly clause: string;
  readonly name: string;
  /** Signed. */
  readonly amount: string;
  readonly row: string;
}

export function explicableEvent({ data }: InvoiceReadyEvent): Explicable {
  const { adjusts } = data;
  return {
    period: data.period,
    currency: data.currencyCode,
    scale: new Decimal(data.totals.totalWithoutVat.amount).decimalPlaces(),
    entries: [
      ...entriesOf(data),
      ...data.vatBreakdown.map(({ vat, taxAmount, explainedBy }): Entry => {
        const identifier = `VAT ${vat.categoryCode} ${vat.rate}`;
        const amount = taxAmount.amount;
        return { kind: 'vat', identifier, clause: 'vat', name: identifier, amount, row: explainedBy };
      }),
    ],
    net: data.totals.totalWithoutVat.amount,
    rows: data.explanation as TraceRow[],
    commitments: data.commitments,
    restated:
      adjusts === null
        ? null
        : {
            entries: entriesOf(adjusts.restated),
            net: adjusts.restated.totalWithoutVat.amount,
            before: adjusts.since.totalWithoutVat.amount,
          },
  };
}

function entriesOf({
  lines,
  allowancesAndCharges,
}: Pick<InvoiceReadyEvent['data'], 'lines' | 'allowancesAndCharges'>): Entry[] {
  return [
    ...lines.map(({ identifier, contractLine, itemName, netAmount, explainedBy }): Entry => {
      const amount = netAmount.amount;
      return { kind: 'line', identifier, clause: contractLine, name: itemName, amount, row: explainedBy };
    }),
    ...allowancesAndCharges.map((entry): Entry => {
      const amount = entry.chargeIndicator ? entry.amount.amount : `-${entry.amount.amount}`;
      const { identifier, clause, reason: name, explainedBy: row } = entry;
      return { kind: 'allowanceOrCharge', identifier, clause, name, amount, row };
    }),
  ];
}

export function explicableInvoice(invoice: Invoice): Explicable {
  const { lines, allowancesAndCharges, scale } = invoice;
  return {
    period: invoice.period,
    currency: invoice.currency,
    scale,
    entries: [
      ...lines.map(({ id, line, name, amount, row }): Entry => {
        return { kind: 'line', identifier: id, clause: line, name, amount: plain(amount, scale), row };
      }),
      ...allowancesAndCharges.map(({ id, clause, name, amount, row }): Entry => {
        return { kind: 'allowanceOrCharge', identifier: id, clause, name, amount: plain(amount, scale), row };
      }),
    ],
    net: plain(invoice.totals.net, scale),
    rows: invoice.rows,
    restated: null,
    commitments: invoice.commitments.map(commitmentOf),
  };
}

/** One entry with everything it rests on, in order. */
export interface ExplainedEntry extends Entry {
  readonly rows: readonly TraceRow[];
}

export function explained({ rows }: Explicable, entries: readonly Entry[]): ExplainedEntry[] {
  return entries.map((entry) => ({ ...entry, rows: rowsBehind(rows, entry.row) }));
}

export interface Check {
  /** Entries whose amount is not what their rows come to; empty: all agree. */
  readonly differ: readonly { readonly identifier: string; readonly amount: string; readonly rows: string }[];
  readonly checked: number;
  /** Sum of what the rows of lines, allowances and charges come to. */
  readonly net: string;
  readonly netAgrees: boolean;
  /**
   * Of an adjustment: what had been invoiced and the adjustment are what the rows of the whole period come
   * to; null: it is the close itself.
   */
  readonly restatedAgrees: boolean | null;
}

export function agrees({ differ, netAgrees, restatedAgrees }: Check): boolean {
  return differ.length === 0 && netAgrees && restatedAgrees !== false;
}

/** Recomputes the invoice from its rows alone, as everyone who has the event can. */
export function check({ rows, entries, net, restated }: Explicable): Check {
  const results = recompute(rows);
  const compared = entries.map((entry) => ({
    ...entry,
    again: results.get(entry.row) ?? new Decimal(Number.NaN),
  }));
  const sum = compared
    .filter(({ kind }) => kind !== 'vat')
    .reduce((all, { again }) => all.plus(again), new Decimal(0));
  return {
    differ: compared
      .filter(({ amount, again }) => !again.equals(amount))
      .map(({ identifier, amount, again }) => ({ identifier, amount, rows: again.toString() })),
    checked: compared.length,
    net: sum.toString(),
    netAgrees: sum.equals(net),
    restatedAgrees: restated === null ? null : isRestated(restated, net, results),
  };
}

function isRestated(
  { entries, net, before }: RestatedPeriod,
  adjustment: string,
  results: ReadonlyMap<string, Decimal>,
): boolean {
  const again = entries.map(({ row }) => results.get(row) ?? new Decimal(Number.NaN));
  const sum = again.reduce((all, each) => all.plus(each), new Decimal(0));
  const each = entries.every(({ amount }, index) => again[index]?.equals(amount));
  return each && sum.equals(net) && sum.equals(new Decimal(before).plus(adjustment));
}

/** How an amount came about, one step after the other, each in words. */
export interface ExplainedStep {
  /** Id of the row in the event. */
  readonly row: string;
  readonly step: string;
  readonly how: string;
  readonly result: string;
}

/** The steps of entries as texts; a step that several rest on is with each of them. */
export function explainedSteps(
  all: Explicable,
  entries: readonly Entry[],
  lang: Lang,
): (Entry & { readonly steps: readonly ExplainedStep[] })[] {
  const units = unitsOfEvent(all);
  const words = wording(lang, unitOfPeriod(all.period));
  const byId = new Map(all.rows.map((row) => [row.id, row]));
  return explained(all, entries).map(({ rows, ...entry }) => {
    const steps = withoutNoise(rows).map((traceRow): ExplainedStep => {
      const unit = units.get(traceRow.id) ?? 'number';
      const [row = '', step = '', how = '', result = ''] = rowCells(
        traceRow,
        unit,
        words,
        all.currency,
        byId,
      );
      return { row, step, how, result };
    });
    return { ...entry, name: entryName(entry, words), steps };
  });
}

function unitsOfEvent(all: Explicable): ReadonlyMap<string, Unit> {
  return unitsOf(all.rows, [
    ...all.entries.map(({ row }) => [row, 'money'] as const),
    ...all.commitments.map(
      ({ explainedBy, unit }) => [explainedBy, unit === 'units' ? 'count' : unit] as const,
    ),
  ]);
}

/**
 * The steps of each entry as a table for a person; a step that several rest on is shown once. Then how far
 * the commitments of their clauses have come; of all entries: all commitments. `width`: characters a line of
 * a table may have.
 */
export function explanationText(
  all: Explicable,
  entries: readonly Entry[],
  lang: Lang,
  width = Infinity,
): string {
  const units = unitsOfEvent(all);
  const layout = { left: [0, 1, 2], width };
  const words = wording(lang, unitOfPeriod(all.period));
  const { t, number } = words;
  const head = ['', t('step', 'étape'), t('how', 'calcul'), t('result', 'résultat')];
  const byId = new Map(all.rows.map((row) => [row.id, row]));
  const shown = new Set<string>();
  const steps = (rows: readonly TraceRow[]): string => {
    const own = withoutNoise(rows).filter(({ id }) => !shown.has(id));
    for (const { id } of own) shown.add(id);
    const cells = own.map((row) => rowCells(row, units.get(row.id) ?? 'number', words, all.currency, byId));
    return table(head, cells, layout);
  };
  const amounts = explained(all, entries).map(({ identifier, clause, name, amount, rows }) => {
    const said = entryName({ clause, name }, words);
    const title = said === identifier ? identifier : `${identifier}  ${said}`;
    return `${title}${t(':', ' :')} ${number(amount)} ${all.currency}\n${steps(rows)}`;
  });
  const balances = concerned(all, entries).map((balance) => {
    const title = `${t('commitment', 'engagement')} ${balanceText(balance, words, all.currency)}`;
    return `${title}\n${steps(rowsBehind(all.rows, balance.explainedBy))}`;
  });
  return [...amounts, ...balances].join('\n\n');
}

function concerned({ commitments, entries: all }: Explicable, entries: readonly Entry[]): readonly Balance[] {
  if (entries.length === all.length || entries.length === 0) return commitments;
  return commitments.filter(({ clause }) => entries.some((entry) => entry.clause === clause));
}

/**
 * Without rows that say that nothing came before, and without the factors of a KPI's unit: fractions show
 * what was counted.
 */
function withoutNoise(rows: readonly TraceRow[]): readonly TraceRow[] {
  const used = new Map<string, Set<string>>();
  for (const { inputs } of rows) {
    for (const [name, input] of Object.entries(inputs)) {
      if (typeof input !== 'string') used.set(input.row, (used.get(input.row) ?? new Set()).add(name));
    }
  }
  return rows.filter(({ id, result, rule, step }) => {
    const as = used.get(id);
    if (rule === 'product' && step === 'kpi') return false;
    return result !== '0' || as === undefined || [...as].some((name) => name !== 'after');
  });
}

function rowCells(
  row: TraceRow,
  unit: Unit,
  words: Wording,
  currency: string,
  rows: ReadonlyMap<string, TraceRow>,
): string[] {
  return [
    row.id,
    stepText(row.step, words),
    sentence(row, unit, words, currency, rows),
    resultText(row, unit, words, currency),
  ];
}

export function checkText(result: Check, { currency, net }: Explicable, lang: Lang): string {
  const { differ, checked, netAgrees, restatedAgrees } = result;
  const { t, number } = wording(lang);
  if (agrees(result)) {
    const total = `${number(net)} ${currency}`;
    return t(
      `Checked: ${checked} amounts computed again from these rows alone, all agree; total without VAT ${total}.`,
      `Vérifié : ${checked} montants recalculés à partir de ces seules lignes, tous concordent ; total hors ` +
        `TVA ${total}.`,
    );
  }
  const [invoiced, computed] = [t('invoiced', 'facturé'), t('computed', 'recalculé')];
  const restated = t(
    '  what was invoiced before and this do not sum to the period as it is restated',
    '  ce qui était facturé et ceci ne donnent pas la période telle que recalculée',
  );
  return [
    `${t('NOT CONFIRMED', 'NON CONFIRMÉ')}:`,
    ...differ.map(
      ({ identifier, amount, rows }) => `  ${identifier}: ${invoiced} ${amount}, ${computed} ${rows}`,
    ),
    ...(netAgrees ? [] : [`  total: ${invoiced} ${net}, ${computed} ${result.net}`]),
    ...(restatedAgrees === false ? [restated] : []),
  ].join('\n');
}
