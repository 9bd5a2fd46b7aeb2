import type { GainShareLine } from '#domain/contract/line.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import { monthParts, type MonthPart } from '../month-parts.js';
import { gateTerm } from '../performance/gate.js';
import { inPart, readKpi, type KpiScope } from '../performance/kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { LineInSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';
import type { ChargeModel } from './charge-model.js';

/**
 * A share of what a KPI saved against its baseline over the month, or over each part of it that has terms of
 * its own; nothing if it saved nothing or a guard is closed.
 */
export const gainShare: ChargeModel<GainShareLine> = {
  drafts(context, segments) {
    const lines = new Map(segments.map((lineInSegment) => [lineInSegment.segment, lineInSegment]));
    const parts = monthParts([...lines.keys()], (segment): SharedGain | null => {
      const line = lines.get(segment)?.line;
      if (line === undefined) return null;
      const { kpis } = segment.inForce.terms;
      const kpiOf = (id: string): Kpi => {
        const kpi = kpis[id];
        if (kpi === undefined) throw new Error(`there is no KPI '${id}' in version ${segment.version}`);
        return kpi;
      };
      const guards = line.guards.map((gate) => ({ gate, kpi: kpiOf(gate.kpi) }));
      return { line, kpi: kpiOf(line.kpi), guards };
    });
    return parts.flatMap((part) => {
      const last = part.segments.at(-1);
      const lineInSegment = last === undefined ? undefined : lines.get(last);
      return lineInSegment === undefined ? [] : [draftOf(context, part, lineInSegment)];
    });
  },
};

interface SharedGain {
  readonly line: GainShareLine;
  readonly kpi: Kpi;
  readonly guards: readonly { readonly gate: Gate; readonly kpi: Kpi }[];
}

function draftOf(
  context: PricingContext,
  { clause: { line, kpi, guards }, segments, version }: MonthPart<SharedGain>,
  lineInSegment: LineInSegment<GainShareLine>,
): InvoiceLineDraft {
  const { trace } = context;
  const scope = inPart(context, segments, null);
  const quantity = savedUnits(context, line, kpi, scope, version);
  const shared = trace.apply('price', 'product', version, { value: line.unitValue, times: line.share });
  const price = guards.reduce<Term>((value, guard) => {
    const times = gateTerm(context, { ...guard, scope, version });
    return trace.apply('gate', 'product', version, { value, times });
  }, shared);
  const hours = line.per === 'hour';
  const unit = hours ? 'SEC' : 'C62';
  const priced = { quantity, shownPer: 1, unit, price, per: hours ? 3600 : 1 } as const;
  return lineDraft(lineInSegment, null, priced, trace);
}

/** Seconds or units; 0 where the sample is too small. */
function savedUnits(
  context: PricingContext,
  line: GainShareLine,
  kpi: Kpi,
  scope: KpiScope,
  version: number,
): Term {
  const reading = readKpi(context, line.kpi, kpi, scope, version);
  if (reading.denominator < kpi.minSample || reading.d.value.isZero()) {
    return context.trace.apply('line', 'taken', version, {
      value: 0,
      sample: reading.denominator,
      minSample: kpi.minSample,
    });
  }
  return context.trace.apply('line', 'saved', version, {
    numerator: reading.n,
    denominator: reading.d,
    units: reading.units,
    baseline: line.baseline,
    better: line.better,
  });
}
