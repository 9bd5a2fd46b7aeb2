import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HoldAnswer, PeriodService } from '#pipeline/close/period-service.js';
import { standingAnswer } from '#pipeline/close/standing-answer.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { actorOf } from '#runtime/nest/actor-of.js';
import { foreignPeriod, id, period, periodsApiToken, unknownContract } from './periods-api.js';
import { standingsAnswerSchema } from './standing-answer.js';

const decisionQuery = z.strictObject({
  reason: z.string().trim().min(1).max(500).describe('Why, in words that are understood in a year.'),
});

const holdSchema = z.object({
  contract: z.string(),
  period: z.string(),
  held: z.boolean(),
  revision: z.int().describe('What was closed before, and stays so; 0: nothing.'),
});
type HoldBody = z.infer<typeof holdSchema>;

@ApiTags('figures')
@Controller('v1')
export class PeriodStandingsController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get('periods')
  @ApiOperation({
    summary: 'Where the periods of all contracts stand',
    description: 'Which last, are over, due, closed or held; when they are closed, and what they wait for.',
  })
  @ApiResponse({ status: 200, description: 'All periods.', standardSchema: standingsAnswerSchema })
  @ApiProblems('log-unavailable')
  async all(): Promise<z.infer<typeof standingsAnswerSchema>> {
    return { periods: ((await this.periods.standings(null)) ?? []).map(standingAnswer) };
  }

  @Get('contracts/:id/periods')
  @ApiOperation({
    summary: 'Where the periods of a contract stand',
    description: 'Which last, are over, due, closed or held; when they are closed, and what they wait for.',
  })
  @ApiResponse({ status: 200, description: 'Its periods.', standardSchema: standingsAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'log-unavailable')
  async ofContract(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
  ): Promise<z.infer<typeof standingsAnswerSchema>> {
    const standings = await this.periods.standings(contract);
    if (standings === null) throw unknownContract();
    return { periods: standings.map(standingAnswer) };
  }

  @Post('contracts/:id/periods/:period/hold')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Hold a period',
    description:
      'From here on it is neither closed nor adjusted, by the schedule or by a person, until it is released. ' +
      'A close under way that comes later is not valid. Other periods go on.',
  })
  @ApiResponse({ status: 200, description: 'It is held.', standardSchema: holdSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'log-unavailable')
  async hold(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Query({ schema: decisionQuery, pipes: [validationPipe('query')] })
    { reason }: z.infer<typeof decisionQuery>,
    @Req() request: FastifyRequest,
  ): Promise<HoldBody> {
    const answer = await this.periods.hold(contract, month, { actor: actorOf(request), reason });
    return holdBody(contract, month, answer);
  }

  @Post('contracts/:id/periods/:period/release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release a held period',
    description: 'It is closed or adjusted again as any other; what is due, within a minute.',
  })
  @ApiResponse({ status: 200, description: 'It is released.', standardSchema: holdSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'period-not-held', 'log-unavailable')
  async release(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Query({ schema: decisionQuery, pipes: [validationPipe('query')] })
    { reason }: z.infer<typeof decisionQuery>,
    @Req() request: FastifyRequest,
  ): Promise<HoldBody> {
    const answer = await this.periods.release(contract, month, { actor: actorOf(request), reason });
    return holdBody(contract, month, answer);
  }
}

function holdBody(contract: string, month: string, answer: HoldAnswer): HoldBody {
  switch (answer.status) {
    case 'unknownContract':
      throw unknownContract();
    case 'foreignPeriod':
      throw foreignPeriod(answer.detail);
    case 'notHeld':
      throw new ProblemError('period-not-held', 'It is not held, so there is nothing to release.');
    case 'held':
    case 'released':
      return { contract, period: month, held: answer.status === 'held', revision: answer.revision };
  }
}
