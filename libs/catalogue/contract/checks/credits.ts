import type { Contract } from '#domain/contract/contract.js';
import type { JudgedClause } from '#domain/contract/bonus-malus.js';
import { fault, type Fault } from '../../fault.js';
import { canBe } from './dead-clauses.js';
import type { WrittenTerms } from './written-terms.js';

/** Credits that never arise, or that nothing says where to count from. */
export function creditFaults(terms: WrittenTerms, { firstDay }: Contract['term']): Fault[] {
  return [...deductFaults(terms), ...carryFaults(terms, firstDay)];
}

function deductFaults({ bonusMalus }: WrittenTerms): Fault[] {
  return bonusMalus.flatMap((clause, index) => {
    if (clause.kind === 'earnBack' || clause.deduct === undefined || canBe('malus', clause)) return [];
    const message = `has no effect: '${clause.id}' never gives a malus`;
    return [fault('never-applies', ['bonusMalus', index, 'deduct'], message)];
  });
}

function carryFaults(terms: WrittenTerms, firstDay: string | null): Fault[] {
  const { credits } = terms;
  if (credits === undefined) return [];
  if (credits.belowZero === 'creditNote') {
    if (credits.atEnd === undefined) return [];
    const message = 'has no effect: nothing is carried on, every month below zero is a credit note';
    return [fault('never-applies', ['credits', 'atEnd'], message)];
  }
  const faults: Fault[] = [];
  if (firstDay === null) {
    const message = 'credits are carried from the first day of the contract on: write term.firstDay';
    faults.push(fault('credit-without-term', ['credits', 'belowZero'], message));
  }
  if (!canFall(terms)) {
    const message =
      'has no effect: no malus, discount, cost handed on or negative amount can bring a month below zero';
    faults.push(fault('never-applies', ['credits'], message));
  }
  return faults;
}

/** Whether anything may take a month below zero. */
function canFall({ lines, bonusMalus, discounts = [], commitments = [] }: WrittenTerms): boolean {
  const isMalus = (clause: WrittenTerms['bonusMalus'][number]): clause is JudgedClause =>
    clause.kind !== 'earnBack' && canBe('malus', clause);
  return (
    bonusMalus.some(isMalus) ||
    discounts.length > 0 ||
    commitments.some((each) => each.kind === 'amount' && each.maximum !== null) ||
    lines.some((line) => line.model === 'passThrough' || ('amount' in line && line.amount.startsWith('-')))
  );
}
