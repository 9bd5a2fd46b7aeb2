import type { GainShareLine } from '#domain/contract/line.js';
import { lineDraft } from '../line-draft.js';
import { gateTerm } from '../performance/gate.js';
import { allWindows, readKpi } from '../performance/kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { LineInSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';
import type { ChargeModel } from './charge-model.js';

/**
 * A share of what a KPI saved against its baseline over the month, under the month's last terms; nothing if
 * it saved nothing or a guard is closed.
 */
export const gainShare: ChargeModel<GainShareLine> = {
  drafts(context, segments) {
    const lineInSegment = segments.at(-1);
    if (lineInSegment === undefined) return [];
    const { trace } = context;
    const { line, segment } = lineInSegment;
    const { version } = segment;
    const quantity = savedUnits(context, lineInSegment);
    const shared = trace.apply('price', 'product', version, { value: line.unitValue, times: line.share });
    const price = line.guards.reduce<Term>((value, guard) => {
      return trace.apply('gate', 'product', version, { value, times: gateTerm(context, guard, version) });
    }, shared);
    const hours = line.per === 'hour';
    const priced = {
      quantity,
      shownPer: 1,
      unit: hours ? 'SEC' : 'C62',
      price,
      per: hours ? 3600 : 1,
    } as const;
    return [lineDraft(lineInSegment, null, priced, trace)];
  },
};

/** Seconds or units; 0 where the sample is too small. */
function savedUnits(context: PricingContext, { line, segment }: LineInSegment<GainShareLine>): Term {
  const { version } = segment;
  const kpi = segment.inForce.terms.kpis[line.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${line.kpi}' in version ${version}`);
  const reading = readKpi(context, line.kpi, kpi, allWindows);
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
