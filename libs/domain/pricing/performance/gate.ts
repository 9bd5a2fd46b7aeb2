import type { Gate } from '#domain/contract/kpi.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import { repriced } from '../line-draft.js';
import { allWindows, evaluatedFraction, readKpi } from './kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';

/**
 * 1: the condition holds, or there is no data and that has no effect; 0: it does not. The KPI is defined by
 * the version in force at the month's end, or, where that has removed it, by the line's own version.
 */
export function gateTerm(context: PricingContext, gate: Gate, lineVersion: number): Term {
  const { contract, periodEnd, trace } = context;
  const own = contract.versions.find(({ version }) => version === lineVersion)?.terms;
  const kpi = periodEnd.terms.kpis[gate.kpi] ?? own?.kpis[gate.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${gate.kpi}' in version ${periodEnd.version}`);
  const reading = readKpi(context, gate.kpi, kpi, allWindows);
  const minSample = gate.minSample ?? kpi.minSample;
  const onNoData = gate.onNoData ?? kpi.onNoData;
  if (onNoData === 'asTarget' && (reading.d.value.isZero() || reading.denominator < minSample)) {
    return taken(context, reading.denominator, minSample);
  }
  const fraction = evaluatedFraction(context, reading, allWindows, minSample, onNoData, gate.value);
  if (fraction === null) return taken(context, reading.denominator, minSample);
  return trace.apply('gate', 'holds', periodEnd.version, {
    numerator: fraction.n,
    denominator: fraction.d,
    op: gate.op,
    value: gate.value,
  });
}

function taken({ periodEnd, trace }: PricingContext, sample: number, minSample: number): Term {
  return trace.apply('gate', 'taken', periodEnd.version, { value: 1, sample, minSample });
}

/** A line whose gate is closed stays on the invoice with its quantity, at a price of 0. */
export function gated(context: PricingContext, drafts: readonly InvoiceLineDraft[]): InvoiceLineDraft[] {
  const terms = new Map<string, Term>();
  return drafts.map((draft) => {
    const gate = draft.line.payIf;
    if (gate === null) return draft;
    const name = JSON.stringify([gate, draft.version]);
    const open = terms.get(name) ?? gateTerm(context, gate, draft.version);
    terms.set(name, open);
    if (!open.value.isZero()) return draft;
    const price = context.trace.apply('gate', 'product', draft.version, { value: draft.price, times: open });
    return repriced(draft, { price }, 'gate', context.trace);
  });
}
