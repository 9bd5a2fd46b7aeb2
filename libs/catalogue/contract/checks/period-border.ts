import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { foreignPeriodText } from '#domain/period/foreign-period.js';
import { fault, type Fault, type Path } from '../../fault.js';

/** Whether a period of the contract begins at the instant. */
export function isBorder(instant: number, frame: PeriodFrame): boolean {
  const periods = periodsOf(frame);
  return periods.bounds(periods.at(instant)).start === instant;
}

/** The name of a period that a contract of this rhythm does not have. */
export function foreignPeriodFaults(name: string, frame: PeriodFrame, path: Path): Fault[] {
  if (periodsOf(frame).has(name)) return [];
  return [fault('foreign-period', path, foreignPeriodText(name, frame))];
}
