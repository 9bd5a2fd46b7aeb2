import type { Corridor } from '#domain/contract/bonus-malus.js';
import { repriced, type InvoiceLineDraft } from './line-draft.js';
import { forecastTerm } from './book-terms.js';
import type { PricingContext } from './pricing-context.js';
import type { Term } from './trace.js';

/**
 * The agreed volume of a line: below the lower bound the shortfall is charged, above the upper one the rest
 * has its own price. Units come in order of versions and windows, so those above are the last ones.
 */
export function withCorridors(
  context: PricingContext,
  drafts: readonly InvoiceLineDraft[],
): InvoiceLineDraft[] {
  return context.periodEnd.terms.corridors.reduce<InvoiceLineDraft[]>(
    (all, corridor) => apply(context, corridor, all),
    [...drafts],
  );
}

function apply(
  context: PricingContext,
  corridor: Corridor,
  drafts: readonly InvoiceLineDraft[],
): InvoiceLineDraft[] {
  const { book, periodEnd, trace, warnings } = context;
  const own = drafts.filter(({ line, part }) => line.id === corridor.line && part === 'work');
  if (own.length === 0) return [...drafts];
  const forecast = forecastTerm(context, corridor.forecast, book.period);
  if (forecast === null) {
    warnings.push({
      code: 'no-forecast',
      clause: corridor.id,
      message: `no forecast for ${book.period}: the corridor is not applied`,
    });
    return [...drafts];
  }
  const bound = (times: string): Term =>
    trace.apply('corridor', 'product', periodEnd.version, { value: forecast, times });
  const quantities = own.map(({ quantity }) => quantity);
  const total = trace.sum('corridor', periodEnd.version, quantities);
  const { lower, upper } = corridor;
  const short = lower === null ? [] : shortfall(context, corridor, own, total, bound(lower));
  if (short.length > 0) return insertAfter(drafts, own, own, short);
  if (upper === null || corridor.overflowPrice === null) return [...drafts];
  const within = capAt(context, own, bound(upper));
  return insertAfter(drafts, own, within, overflow(context, corridor, own, within));
}

function shortfall(
  { periodEnd, trace }: PricingContext,
  corridor: Corridor,
  own: readonly InvoiceLineDraft[],
  total: Term,
  lower: Term,
): InvoiceLineDraft[] {
  const last = own.at(-1);
  const quantity = trace.apply('corridor', 'shortBy', periodEnd.version, { value: total, least: lower });
  if (last === undefined || quantity.value.isZero()) return [];
  const price = corridor.shortfallPrice ?? last.price;
  return [{ ...repriced(last, { quantity, price }, 'corridor', trace), part: 'shortfall' }];
}

function capAt(
  { periodEnd, trace }: PricingContext,
  own: readonly InvoiceLineDraft[],
  upper: Term,
): InvoiceLineDraft[] {
  const before: Term[] = [];
  return own.map((draft) => {
    const after = before.length === 0 ? '0' : trace.sum('corridor', periodEnd.version, before);
    before.push(draft.quantity);
    const inputs = { after, quantity: draft.quantity, from: 0, to: upper };
    const quantity = trace.apply('corridor', 'slice', periodEnd.version, inputs);
    if (quantity.value.equals(draft.quantity.value)) return draft;
    return repriced(draft, { quantity }, 'corridor', trace);
  });
}

function overflow(
  { periodEnd, trace }: PricingContext,
  corridor: Corridor,
  own: readonly InvoiceLineDraft[],
  within: readonly InvoiceLineDraft[],
): InvoiceLineDraft[] {
  return own.flatMap((draft, index): InvoiceLineDraft[] => {
    const kept = within[index];
    if (kept === undefined || kept === draft || corridor.overflowPrice === null) return [];
    const inputs = { value: draft.quantity, less: kept.quantity };
    const quantity = trace.apply('corridor', 'difference', periodEnd.version, inputs);
    return [
      {
        ...repriced(draft, { quantity, price: corridor.overflowPrice }, 'corridor', trace),
        part: 'overflow',
      },
    ];
  });
}

/** The corridor's drafts follow those of their line. */
function insertAfter(
  drafts: readonly InvoiceLineDraft[],
  own: readonly InvoiceLineDraft[],
  changed: readonly InvoiceLineDraft[],
  added: readonly InvoiceLineDraft[],
): InvoiceLineDraft[] {
  const last = own.at(-1);
  return drafts.flatMap((draft) => {
    const index = own.indexOf(draft);
    const next = index < 0 ? draft : (changed[index] ?? draft);
    return draft === last ? [next, ...added] : [next];
  });
}
