import type { BonusMalus, BonusTerms, MalusTerms } from '#domain/contract/bonus-malus.js';
import { fault, type Fault, type Path } from '../fault.js';
import type { Discount } from '#domain/contract/discount.js';
import type { WrittenCap, WrittenClause } from './bonus-malus.js';
import type { WrittenDiscount } from './discounts.js';
import type { WrittenLine } from './lines.js';

type WrittenBase = readonly string[] | { readonly allBut: readonly string[] };

interface WrittenBases {
  readonly lines: readonly WrittenLine[];
  readonly bonusMalus: readonly WrittenClause[];
  readonly discounts?: readonly WrittenDiscount[] | undefined;
  readonly bonus?: (Omit<BonusTerms, 'base'> & WrittenCap) | undefined;
  readonly malus: Omit<MalusTerms, 'base'> & WrittenCap;
}

type WithBases<T> = Omit<T, 'bonusMalus' | 'discounts' | 'malus' | 'bonus'> & {
  readonly discounts?: readonly Discount[];
  readonly bonusMalus: readonly BonusMalus[];
  readonly malus: MalusTerms;
  readonly bonus?: BonusTerms;
};

/** Terms whose bases name every line: `allBut` stands for all lines of these terms without some. */
export function withLineBases<T extends WrittenBases>(terms: T, faults: Fault[]): WithBases<T> {
  const all = terms.lines.flatMap((line) => (line.model === 'gate' ? [] : [line.id]));
  const named = (base: WrittenBase, path: Path): readonly string[] => {
    if (!('allBut' in base)) return base;
    base.allBut.forEach((id, index) => {
      if (all.includes(id)) return;
      const message = `there is no line '${id}' (allowed: ${all.join(', ')})`;
      faults.push(fault('unknown-line', [...path, 'allBut', index], message));
    });
    const rest = all.filter((id) => !base.allBut.includes(id));
    if (rest.length === 0)
      faults.push(fault('never-applies', [...path, 'allBut'], 'leaves no line: name fewer'));
    return rest;
  };
  const { bonus, malus, bonusMalus, discounts, ...others } = terms;
  const capBase = <T extends { readonly base?: WrittenBase | undefined }>(
    cap: T,
    section: string,
  ): Omit<T, 'base'> & { readonly base?: readonly string[] } => {
    const { base, ...rest } = cap;
    return base === undefined ? rest : { ...rest, base: named(base, [section, 'base']) };
  };
  return {
    ...others,
    bonusMalus: bonusMalus.map((clause, index) =>
      clause.kind === 'earnBack'
        ? clause
        : { ...clause, base: named(clause.base, ['bonusMalus', index, 'base']) },
    ),
    ...(discounts !== undefined && {
      discounts: discounts.map((discount, index) => ({
        ...discount,
        base: discount.base === null ? null : named(discount.base, ['discounts', index, 'base']),
      })),
    }),
    malus: capBase(malus, 'malus'),
    ...(bonus !== undefined && { bonus: capBase(bonus, 'bonus') }),
  };
}
