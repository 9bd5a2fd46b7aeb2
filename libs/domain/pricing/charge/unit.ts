import type { TierStep, UnitLine } from '#domain/contract/line.js';
import { draftOf, quantityTerm, type Draft } from '../line-draft.js';
import type { BookCell, StagedLine } from '../terms-segments.js';
import type { Ledger, Term } from '../trace.js';
import { indexed, unitPrice } from './unit-price.js';

interface UnitCell {
  readonly staged: StagedLine<UnitLine>;
  readonly cell: BookCell | null;
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
export function unitDrafts(stages: readonly StagedLine<UnitLine>[], ledger: Ledger): Draft[] {
  return unitCells(stages, ledger).flatMap((cell) => {
    const { pricing } = cell.staged.line;
    switch (pricing.mode) {
      case 'flat':
        return flatDraft(cell, pricing.price, ledger);
      case 'graduated':
        return graduatedDrafts(cell, pricing.steps, ledger);
      case 'allUnits':
        return allUnitsDraft(cell, pricing.steps, ledger);
      case 'package':
        return packageDraft(cell, pricing.size, pricing.price, ledger);
    }
  });
}

function unitCells(stages: readonly StagedLine<UnitLine>[], ledger: Ledger): UnitCell[] {
  const last = stages.at(-1);
  if (last === undefined) return [];
  const { version } = last.stage;
  const found = stages.flatMap((staged) =>
    staged.cells.map((cell) => ({
      staged,
      cell,
      quantity: quantityTerm(cell, staged.stage.version, ledger),
    })),
  );
  const nothing = ledger.apply('measure', 'sum', version, { [last.line.measure]: 0 });
  if (found.length === 0)
    return [{ staged: last, cell: null, quantity: nothing, after: nothing, volume: nothing }];
  const [only] = found;
  if (only !== undefined && found.length === 1) return [{ ...only, after: nothing, volume: only.quantity }];
  const sum = (cells: readonly { quantity: Term }[]): Term =>
    ledger.apply(
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

function flatDraft(unitCell: UnitCell, price: string, ledger: Ledger): Draft {
  const { staged, cell } = unitCell;
  const priced = unitPrice({ ...staged.line, price }, cell?.cell ?? null, staged.stage.version, ledger);
  return draft(unitCell, aboveIncluded(unitCell, ledger), priced, ledger);
}

/** Units that a fixed line already pays for come first, in order of time. */
function aboveIncluded({ staged, quantity, after }: UnitCell, ledger: Ledger): Term {
  if (staged.line.above === 0) return quantity;
  return ledger.apply('line', 'slice', staged.stage.version, { after, quantity, from: staged.line.above });
}

function graduatedDrafts(unitCell: UnitCell, steps: readonly TierStep[], ledger: Ledger): Draft[] {
  const { staged, quantity, after } = unitCell;
  const { version } = staged.stage;
  const drafts = steps.flatMap((step, index) => {
    const from = Math.max(steps[index - 1]?.upTo ?? 0, staged.line.above);
    if (step.upTo !== null && step.upTo <= from) return [];
    const slice = ledger.apply('line', 'slice', version, {
      after,
      quantity,
      from,
      ...(step.upTo !== null && { to: step.upTo }),
    });
    if (slice.value.isZero() && !(index === 0 && quantity.value.isZero())) return [];
    const price = indexed(step.price, staged.line.indexation, version, ledger);
    return draft(unitCell, slice, price, ledger);
  });
  return drafts;
}

function allUnitsDraft(unitCell: UnitCell, steps: readonly TierStep[], ledger: Ledger): Draft {
  const { staged, volume } = unitCell;
  const { version } = staged.stage;
  const upTos = steps.flatMap(({ upTo }, index) =>
    upTo === null ? [] : [[`upTo ${index + 1}`, upTo] as const],
  );
  const price = ledger.apply('price', 'stepPrice', version, {
    volume,
    ...Object.fromEntries(upTos),
    ...Object.fromEntries(
      steps.map((step, index) => [
        `price ${index + 1}`,
        indexed(step.price, staged.line.indexation, version, ledger),
      ]),
    ),
  });
  return draft(unitCell, aboveIncluded(unitCell, ledger), price, ledger);
}

/** Packages of a period are counted over all its versions; each version is charged those that it opened. */
function packageDraft(unitCell: UnitCell, size: number, price: string, ledger: Ledger): Draft {
  const { staged, quantity, after } = unitCell;
  const { version } = staged.stage;
  const whole = ledger.apply('line', 'sum', version, { after, quantity });
  const opened = ledger.apply('line', 'packages', version, { quantity: whole, size });
  const before = ledger.apply('line', 'packages', version, { quantity: after, size });
  const packages = ledger.apply('line', 'difference', version, { value: opened, less: before });
  return draft(unitCell, packages, indexed(price, staged.line.indexation, version, ledger), ledger);
}

function draft({ staged, cell }: UnitCell, quantity: Term, price: Term | string, ledger: Ledger): Draft {
  const priced = { quantity, shownPer: 1, unit: 'C62', price, per: 1 } as const;
  return draftOf(staged, cell?.cell ?? null, priced, ledger);
}
