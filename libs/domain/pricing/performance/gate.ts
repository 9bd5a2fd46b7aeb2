import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { repriced, type InvoiceLineDraft } from '../line-draft.js';
import { isIn, monthParts } from '../month-parts.js';
import { evaluatedFraction, hasData, inPart, readKpi, wholeMonth, type KpiScope } from './kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { CalculationTrace, Term } from '../trace.js';

/** A condition, the KPI it is about and the part of the month that it is judged for. */
export interface JudgedGate {
  readonly gate: Gate;
  readonly kpi: Kpi;
  readonly scope: KpiScope;
  readonly version: number;
}

/** 1: the condition holds, or there is no data and that has no effect; 0: it does not. */
export function gateTerm(context: PricingContext, { gate, kpi, scope, version }: JudgedGate): Term {
  const { trace } = context;
  const reading = readKpi(context, gate.kpi, kpi, scope, version);
  const minSample = gate.minSample ?? kpi.minSample;
  const onNoData = gate.onNoData ?? kpi.onNoData;
  if (onNoData === 'asTarget' && !hasData(reading, minSample)) {
    return taken(trace, version, reading.denominator, minSample);
  }
  const fraction = evaluatedFraction(context, reading, scope, version, minSample, onNoData, gate.value);
  if (fraction === null) return taken(trace, version, reading.denominator, minSample);
  return trace.apply('gate', 'holds', version, {
    numerator: fraction.n,
    denominator: fraction.d,
    op: gate.op,
    value: gate.value,
  });
}

function taken(trace: CalculationTrace, version: number, sample: number, minSample: number): Term {
  return trace.apply('gate', 'taken', version, { value: 1, sample, minSample });
}

/**
 * A line whose gate is closed stays on the invoice with its quantity, at a price of 0. Where an amendment or
 * a calendar rule changes the condition or its KPI, each part of the month has its own.
 */
export function gated(context: PricingContext, drafts: readonly InvoiceLineDraft[]): InvoiceLineDraft[] {
  const terms = new Map<string, Term>();
  return drafts.map((draft) => {
    const gate = draft.line.payIf;
    if (gate === null) return draft;
    const name = JSON.stringify([draft.line.id, draft.version, draft.window]);
    const open = terms.get(name) ?? gateTerm(context, judgedGate(context, draft, gate));
    terms.set(name, open);
    if (!open.value.isZero()) return draft;
    const price = context.trace.apply('gate', 'product', draft.version, { value: draft.price, times: open });
    return repriced(draft, { price }, 'gate', context.trace);
  });
}

/** Of results of an earlier month, which matured, this month's KPI, by this month's last definition. */
function judgedGate(
  context: PricingContext,
  { line, version, window }: InvoiceLineDraft,
  gate: Gate,
): JudgedGate {
  const parts = monthParts(context.segments, ({ inForce: { terms } }) => {
    const own = terms.lines.find(({ id }) => id === line.id)?.payIf ?? null;
    const kpi = own === null ? undefined : terms.kpis[own.kpi];
    return own === null || kpi === undefined ? null : { gate: own, kpi };
  });
  const part = parts.find(({ segments }) => isIn(segments, { version, window }));
  if (part !== undefined) {
    return { ...part.clause, scope: inPart(context, part.segments, null), version: part.version };
  }
  const { contract, periodEnd } = context;
  const own = contract.versions.find((candidate) => candidate.version === version)?.terms;
  const kpi = periodEnd.terms.kpis[gate.kpi] ?? own?.kpis[gate.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${gate.kpi}' in version ${periodEnd.version}`);
  return { gate, kpi, scope: wholeMonth, version: periodEnd.version };
}
