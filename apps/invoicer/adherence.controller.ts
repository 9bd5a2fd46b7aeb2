import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { schedulesAsOf } from '#domain/schedule/schedule.js';
import type { AdherenceQuestion, AdherenceReport } from '#pipeline/close/read-adherence.js';
import { day, daysOf } from '#pipeline/day-query.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { type AdherenceAnswer, adherenceAnswer, adherenceAnswerSchema } from './adherence-answer.js';

export const adherenceApiToken = Symbol('how agents kept to their schedules');

export interface AdherenceService {
  /** The catalogue in force. */
  lookup(): Promise<CatalogueIndex>;
  read(question: AdherenceQuestion): Promise<AdherenceReport>;
  /** UTC epoch ms. */
  now(): number;
}

/** A row for each agent and day: of a quarter of a year at most. */
const maxDays = 92;
const maxTolerance = 86_400;

const adherenceQuery = z.strictObject({
  programme: z.string().min(1).max(100).describe('Of the agents whose schedules are asked for.'),
  from: day.describe('First local day.').meta({ example: '2026-03-01' }),
  to: day
    .optional()
    .describe(
      `Last local day, included; at most ${maxDays} days. Default: the last day of what \`from\` names.`,
    )
    .meta({ example: '2026-03-31' }),
  toleranceSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(maxTolerance)
    .default(0)
    .describe('Shorter deviations count as kept.'),
  asOf: z.enum(schedulesAsOf).default('instant').describe('Which version of a schedule counts.'),
});

@ApiTags('figures')
@Controller('v1/adherence')
export class AdherenceController {
  constructor(@Inject(adherenceApiToken) private readonly service: AdherenceService) {}

  @Get()
  @ApiOperation({
    summary: 'How agents kept to their schedules',
    description:
      'By agent and day, of the agents of a programme: what was planned, what of it was kept, what was worked on queue, ' +
      'by the named definitions. Read from the journal as it is now.',
  })
  @ApiResponse({ status: 200, description: 'By agent and day.', standardSchema: adherenceAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme', 'log-unavailable')
  async adherence(
    @Query({ schema: adherenceQuery, pipes: [validationPipe('query')] })
    query: z.infer<typeof adherenceQuery>,
  ): Promise<AdherenceAnswer> {
    const { programme, toleranceSeconds, asOf } = query;
    const timeZone = (await this.service.lookup()).programme(programme)?.timeZone;
    if (timeZone === undefined) {
      throw new ProblemError('unknown-programme', 'Name a programme of the catalogue.', {
        field: 'query.programme',
      });
    }
    const { first: from, last: to } = daysOf(query, this.service.now(), timeZone, maxDays);
    const toleranceMs = toleranceSeconds * 1000;
    return adherenceAnswer(await this.service.read({ from, to, timeZone, programme, toleranceMs, asOf }));
  }
}
