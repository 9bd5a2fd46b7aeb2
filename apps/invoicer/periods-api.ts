import { z } from 'zod';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { ProblemError } from '#runtime/problem.js';

/** What the routes about periods share. */
export const periodsApiToken = Symbol('periods of contracts');

export const id = z.string().min(1).max(100);
export const period = z
  .string()
  .regex(
    anyPeriodForm,
    'must be a period, written YYYY-MM, or 2026-W10, 2026-Q1, ... as the contract has them',
  )
  .describe('Period of the contract, in its zone.')
  .meta({ example: '2026-03' });

export function foreignPeriod(detail: string): ProblemError {
  return new ProblemError('invalid-request', `${detail}.`, { field: 'path.period' });
}

export function unknownContract(): ProblemError {
  return new ProblemError('unknown-contract', 'Name a contract of the catalogue.', { field: 'path.id' });
}

/** Of routes that read figures as they stand. */
export const figuresProblems = [
  'invalid-request',
  'pipeline-behind',
  'tally-recounting',
  'log-unavailable',
  'store-unavailable',
] as const;
