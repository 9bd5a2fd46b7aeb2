import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { languages } from '#contract-text/phrasebook.js';
import { targetText } from '#contract-text/target-text.js';
import type { ExpectedTarget } from '#pipeline/close/outlook.js';
import { type OutlookAnswer, outlookAnswer } from '#pipeline/close/outlook-answer.js';
import type { PeriodService } from '#pipeline/close/period-service.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { asOf, stillBehind, toCome } from './accruals.controller.js';
import { outlookSchema } from './outlook-schema.js';
import { figuresProblems, id, periodsApiToken, unknownContract } from './periods-api.js';

const forecastQuery = z.strictObject({
  at: asOf,
  lang: z.enum(languages).default('en').describe('Language of the sentences.'),
});

@ApiTags('figures')
@Controller('v1/contracts/:id/forecast')
export class ForecastController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get()
  @ApiOperation({
    summary: 'What the period of a contract that lasts is expected to end with',
    description:
      'Lines, bonus and malus and the total at the end of the period if work goes on as before, by a named method; and how ' +
      'much more reaches the next tier, limit, commitment or step of bonus of each line and clause, and what it is ' +
      'worth. A forecast: no invoice is made of it, and later events change it.',
  })
  @ApiResponse({ status: 200, description: 'The forecast.', standardSchema: outlookSchema })
  @ApiProblems(...figuresProblems, 'unknown-contract')
  async forecast(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Query({ schema: forecastQuery, pipes: [validationPipe('query')] })
    { at, lang }: z.infer<typeof forecastQuery>,
  ): Promise<OutlookAnswer> {
    const answer = await this.periods.outlook(contract, at ?? null);
    if (!('status' in answer)) {
      const textOf = (target: ExpectedTarget, currency: string): string =>
        targetText({ ...target, worth: target.worth.toFixed(answer.soFar.scale) }, currency, lang);
      return outlookAnswer(answer, textOf);
    }
    switch (answer.status) {
      case 'unknownContract':
        throw unknownContract();
      case 'futureDay':
        throw toCome();
      case 'behind':
        throw stillBehind(answer);
      case 'noTerms':
        throw new ProblemError('invalid-request', 'The contract has no terms then: name a day of its work.', {
          field: 'query.at',
        });
    }
  }
}
