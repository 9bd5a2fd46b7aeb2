import type { GainShareLine } from '#domain/contract/line.js';
import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import type { LineInSegment } from '../terms-segments.js';
import { gateTerm } from '../performance/gate.js';
import { allWindows, readKpi } from '../performance/kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';

/**
 * A share of what a KPI saved against its baseline over the month; nothing if it saved nothing or a guard is
 * closed.
 */
export function gainShareDrafts(
  pricing: PricingContext,
  segments: readonly LineInSegment<GainShareLine>[],
): InvoiceLineDraft[] {
  const staged = segments.at(-1);
  if (staged === undefined) return [];
  const { trace } = pricing;
  const { line, segment } = staged;
  const { version } = segment;
  const kpi = segment.inForce.terms.kpis[line.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${line.kpi}' in version ${version}`);
  const reading = readKpi(pricing, line.kpi, kpi, allWindows);
  const sampled = reading.denominator >= kpi.minSample && !reading.d.value.isZero();
  const quantity = sampled
    ? trace.apply('line', 'saved', version, {
        numerator: reading.n,
        denominator: reading.d,
        units: reading.units,
        baseline: line.baseline,
        better: line.better,
      })
    : trace.apply('line', 'taken', version, {
        value: 0,
        sample: reading.denominator,
        minSample: kpi.minSample,
      });
  const shared = trace.apply('price', 'product', version, { value: line.unitValue, times: line.share });
  const price = line.guards.reduce<Term>((value, guard) => {
    return trace.apply('gate', 'product', version, { value, times: gateTerm(pricing, guard, version) });
  }, shared);
  const hours = line.per === 'hour';
  const priced = {
    quantity,
    shownPer: 1,
    unit: hours ? 'SEC' : 'C62',
    price,
    per: hours ? 3600 : 1,
  } as const;
  return [lineDraft(staged, null, priced, trace)];
}
