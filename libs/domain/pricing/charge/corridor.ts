import type { Corridor } from '#domain/contract/bonus-malus.js';
import { repriced, sumTerms, type Draft } from '../line-draft.js';
import { forecastTerm, type Pricing } from '../pricing.js';
import type { Term } from '../trace.js';

/**
 * The agreed volume of a line: below the lower bound the shortfall is charged, above the upper one the rest
 * has its own price. Units come in order of versions and windows, so those above are the last ones.
 */
export function withCorridors(pricing: Pricing, drafts: readonly Draft[]): Draft[] {
  return pricing.judge.terms.corridors.reduce<Draft[]>(
    (all, corridor) => apply(pricing, corridor, all),
    [...drafts],
  );
}

function apply(pricing: Pricing, corridor: Corridor, drafts: readonly Draft[]): Draft[] {
  const { book, judge, ledger, notes } = pricing;
  const own = drafts.filter(({ line, part }) => line.id === corridor.line && part === 'work');
  if (own.length === 0) return [...drafts];
  const forecast = forecastTerm(pricing, corridor.forecast, book.period);
  if (forecast === null) {
    notes.push({
      clause: corridor.id,
      message: `no forecast for ${book.period}: the corridor is not applied`,
    });
    return [...drafts];
  }
  const bound = (times: string): Term =>
    ledger.apply('corridor', 'product', judge.version, { value: forecast, times });
  const quantities = own.map(({ quantity }) => quantity);
  const total = sumTerms('corridor', judge.version, quantities, ledger);
  const { lower, upper } = corridor;
  const short = lower === null ? [] : shortfall(pricing, corridor, own, total, bound(lower));
  if (short.length > 0) return insertAfter(drafts, own, own, short);
  if (upper === null || corridor.overflowPrice === null) return [...drafts];
  const within = capAt(pricing, own, bound(upper));
  return insertAfter(drafts, own, within, overflow(pricing, corridor, own, within));
}

function shortfall(
  { judge, ledger }: Pricing,
  corridor: Corridor,
  own: readonly Draft[],
  total: Term,
  least: Term,
): Draft[] {
  const last = own.at(-1);
  const quantity = ledger.apply('corridor', 'shortBy', judge.version, { value: total, least });
  if (last === undefined || quantity.value.isZero()) return [];
  const price = corridor.shortfallPrice ?? last.price;
  return [{ ...repriced(last, { quantity, price }, 'corridor', ledger), part: 'shortfall' }];
}

function capAt({ judge, ledger }: Pricing, own: readonly Draft[], most: Term): Draft[] {
  const before: Term[] = [];
  return own.map((draft) => {
    const after = before.length === 0 ? '0' : sumTerms('corridor', judge.version, before, ledger);
    before.push(draft.quantity);
    const inputs = { after, quantity: draft.quantity, from: 0, to: most };
    const quantity = ledger.apply('corridor', 'slice', judge.version, inputs);
    if (quantity.value.equals(draft.quantity.value)) return draft;
    return repriced(draft, { quantity }, 'corridor', ledger);
  });
}

function overflow(
  { judge, ledger }: Pricing,
  corridor: Corridor,
  own: readonly Draft[],
  within: readonly Draft[],
): Draft[] {
  return own.flatMap((draft, index): Draft[] => {
    const kept = within[index];
    if (kept === undefined || kept === draft || corridor.overflowPrice === null) return [];
    const inputs = { value: draft.quantity, less: kept.quantity };
    const quantity = ledger.apply('corridor', 'difference', judge.version, inputs);
    return [
      {
        ...repriced(draft, { quantity, price: corridor.overflowPrice }, 'corridor', ledger),
        part: 'overflow',
      },
    ];
  });
}

/** The corridor's drafts stand behind those of their line. */
function insertAfter(
  drafts: readonly Draft[],
  own: readonly Draft[],
  changed: readonly Draft[],
  added: readonly Draft[],
): Draft[] {
  const last = own.at(-1);
  return drafts.flatMap((draft) => {
    const place = own.indexOf(draft);
    const next = place < 0 ? draft : (changed[place] ?? draft);
    return draft === last ? [next, ...added] : [next];
  });
}
