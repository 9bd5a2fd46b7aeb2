import type { TierStep, UnitLine } from '#domain/contract/line.js';
import { lineDraft, quantityTerm, type InvoiceLineDraft } from '../line-draft.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
import { indexed, unitPrice } from './unit-price.js';

interface UnitCell {
  readonly staged: LineInSegment<UnitLine>;
  readonly cell: BookedQuantity | null;
  readonly quantity: Term;
  /**
   * Units of the period before these, in order of versions, so that an amendment does not start the tiers
   * anew.
   */
  readonly after: Term;
  /** All units of the period. */
  readonly volume: Term;
}

/** Units x price: flat by band and rate, by tier, or in packages. */
export function unitDrafts(
  segments: readonly LineInSegment<UnitLine>[],
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  return unitCells(segments, trace).flatMap((cell) => {
    const { pricing } = cell.staged.line;
    switch (pricing.mode) {
      case 'flat':
        return flatDraft(cell, pricing.price, trace);
      case 'graduated':
        return graduatedDrafts(cell, pricing.steps, trace);
      case 'allUnits':
        return allUnitsDraft(cell, pricing.steps, trace);
      case 'package':
        return packageDraft(cell, pricing.size, pricing.price, trace);
    }
  });
}

function unitCells(segments: readonly LineInSegment<UnitLine>[], trace: CalculationTrace): UnitCell[] {
  const last = segments.at(-1);
  if (last === undefined) return [];
  const { version } = last.segment;
  const found = segments.flatMap((staged) =>
    staged.quantities.map((cell) => ({
      staged,
      cell,
      quantity: quantityTerm(cell, staged.segment.version, trace),
    })),
  );
  const nothing = trace.apply('measure', 'sum', version, { [last.line.measure]: 0 });
  if (found.length === 0)
    return [{ staged: last, cell: null, quantity: nothing, after: nothing, volume: nothing }];
  const [only] = found;
  if (only !== undefined && found.length === 1) return [{ ...only, after: nothing, volume: only.quantity }];
  const sum = (cells: readonly { quantity: Term }[]): Term =>
    trace.apply(
      'measure',
      'sum',
      version,
      Object.fromEntries(cells.map(({ quantity }) => [quantity.row, quantity])),
    );
  const volume = sum(found);
  return found.map((cell, index) => ({
    ...cell,
    after: index === 0 ? nothing : sum(found.slice(0, index)),
    volume,
  }));
}

function flatDraft(unitCell: UnitCell, price: string, trace: CalculationTrace): InvoiceLineDraft {
  const { staged, cell } = unitCell;
  const priced = unitPrice({ ...staged.line, price }, cell?.parts ?? null, staged.segment.version, trace);
  return draft(unitCell, aboveIncluded(unitCell, trace), priced, trace);
}

/** Units that a fixed line already pays for come first, in order of time. */
function aboveIncluded({ staged, quantity, after }: UnitCell, trace: CalculationTrace): Term {
  if (staged.line.above === 0) return quantity;
  return trace.apply('line', 'slice', staged.segment.version, { after, quantity, from: staged.line.above });
}

function graduatedDrafts(
  unitCell: UnitCell,
  steps: readonly TierStep[],
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  const { staged, quantity, after } = unitCell;
  const { version } = staged.segment;
  const drafts = steps.flatMap((step, index) => {
    const from = Math.max(steps[index - 1]?.upTo ?? 0, staged.line.above);
    if (step.upTo !== null && step.upTo <= from) return [];
    const slice = trace.apply('line', 'slice', version, {
      after,
      quantity,
      from,
      ...(step.upTo !== null && { to: step.upTo }),
    });
    if (slice.value.isZero() && !(index === 0 && quantity.value.isZero())) return [];
    const price = indexed(step.price, staged.line.indexation, version, trace);
    return draft(unitCell, slice, price, trace);
  });
  return drafts;
}

function allUnitsDraft(
  unitCell: UnitCell,
  steps: readonly TierStep[],
  trace: CalculationTrace,
): InvoiceLineDraft {
  const { staged, volume } = unitCell;
  const { version } = staged.segment;
  const upTos = steps.flatMap(({ upTo }, index) =>
    upTo === null ? [] : [[`upTo ${index + 1}`, upTo] as const],
  );
  const price = trace.apply('price', 'stepPrice', version, {
    volume,
    ...Object.fromEntries(upTos),
    ...Object.fromEntries(
      steps.map((step, index) => [
        `price ${index + 1}`,
        indexed(step.price, staged.line.indexation, version, trace),
      ]),
    ),
  });
  return draft(unitCell, aboveIncluded(unitCell, trace), price, trace);
}

/** Packages of a period are counted over all its versions; each version is charged those that it opened. */
function packageDraft(
  unitCell: UnitCell,
  size: number,
  price: string,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const { staged, quantity, after } = unitCell;
  const { version } = staged.segment;
  const whole = trace.apply('line', 'sum', version, { after, quantity });
  const opened = trace.apply('line', 'packages', version, { quantity: whole, size });
  const before = trace.apply('line', 'packages', version, { quantity: after, size });
  const packages = trace.apply('line', 'difference', version, { value: opened, less: before });
  return draft(unitCell, packages, indexed(price, staged.line.indexation, version, trace), trace);
}

function draft(
  { staged, cell }: UnitCell,
  quantity: Term,
  price: Term | string,
  trace: CalculationTrace,
): InvoiceLineDraft {
  const priced = { quantity, shownPer: 1, unit: 'C62', price, per: 1 } as const;
  return lineDraft(staged, cell?.parts ?? null, priced, trace);
}
