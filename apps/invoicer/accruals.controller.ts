import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type AccrualAnswer, accrualAnswer, accruedTotals } from '#pipeline/close/accrual-answer.js';
import type { Accrual } from '#pipeline/close/accruals.js';
import type { AccrualsAnswer, PeriodService } from '#pipeline/close/period-service.js';
import { day } from '#pipeline/day-query.js';
import type { CatchUpResult } from '#pipeline/pipeline-lag.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { accrualSchema, accrualsSchema } from './accrual-answer.js';
import { figuresProblems, id, periodsApiToken, unknownContract } from './periods-api.js';

/** By what was known when. */
export const asOf = day
  .optional()
  .describe(
    'By what was known at the end of this local day of the contract, of facts and closes; of a month its last day. ' +
      'Default: now.',
  );

const accrualQuery = z.strictObject({ at: asOf });
type AccrualQuery = z.infer<typeof accrualQuery>;

const description =
  'Periods that are not closed, as a close at the same cut would price them; what adjustments of closed ones would ' +
  'invoice; adjustments that wait to be carried. Nothing that an invoice charges already. Says what is provisional.';

@ApiTags('figures')
@Controller('v1')
export class AccrualsController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get('accruals')
  @ApiOperation({ summary: 'Earned and not yet invoiced, of all contracts', description })
  @ApiResponse({ status: 200, description: 'By contract, and in all.', standardSchema: accrualsSchema })
  @ApiProblems(...figuresProblems)
  async all(
    @Query({ schema: accrualQuery, pipes: [validationPipe('query')] }) { at }: AccrualQuery,
  ): Promise<z.infer<typeof accrualsSchema>> {
    const accruals = accrualsOf(await this.periods.accruals(null, at ?? null));
    return { contracts: accruals.map(accrualAnswer), totals: accruedTotals(accruals) };
  }

  @Get('contracts/:id/accrual')
  @ApiOperation({ summary: 'Earned and not yet invoiced, of a contract', description })
  @ApiResponse({ status: 200, description: 'Its accrual.', standardSchema: accrualSchema })
  @ApiProblems(...figuresProblems, 'unknown-contract')
  async ofContract(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Query({ schema: accrualQuery, pipes: [validationPipe('query')] }) { at }: AccrualQuery,
  ): Promise<AccrualAnswer> {
    const [accrual] = accrualsOf(await this.periods.accruals(contract, at ?? null));
    if (accrual === undefined) throw unknownContract();
    return accrualAnswer(accrual);
  }
}

function accrualsOf(answer: AccrualsAnswer): readonly Accrual[] {
  if (!('status' in answer)) return answer;
  switch (answer.status) {
    case 'unknownContract':
      throw unknownContract();
    case 'futureDay':
      throw toCome();
    case 'behind':
      throw stillBehind(answer);
  }
}

/** The day that is asked for has not begun. */
export function toCome(): ProblemError {
  return new ProblemError('invalid-request', 'query.at: must be a day that has begun.', {
    field: 'query.at',
  });
}

/** Not all that was known then is counted yet. */
export function stillBehind({ stage, left }: Extract<CatchUpResult, { status: 'behind' }>): ProblemError {
  const detail = `The ${stage.name} has ${left} record(s) of ${stage.topic} to go. Ask again later.`;
  return new ProblemError('pipeline-behind', detail, { headers: { 'retry-after': '10' } });
}
