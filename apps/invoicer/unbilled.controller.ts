import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { type UnbilledQuestion, type UnbilledReport, zoneOfAll } from '#pipeline/close/read-unbilled.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { day, daysOf, maxDays } from '#pipeline/day-query.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { type UnbilledAnswer, unbilledAnswer, unbilledAnswerSchema } from './unbilled-answer.js';

export const unbilledApiToken = Symbol('work that no line uses');

export interface UnbilledService {
  /** The catalogue in force. */
  lookup(): Promise<CatalogueIndex>;
  read(question: UnbilledQuestion): Promise<UnbilledReport>;
  /** UTC epoch ms. */
  now(): number;
}

const unbilledQuery = z.strictObject({
  from: day.describe('First local day.').meta({ example: '2026-03-01' }),
  to: day
    .optional()
    .describe(
      `Last local day, included; at most ${maxDays} days. Default: the last day of what \`from\` names.`,
    )
    .meta({ example: '2026-03-31' }),
  programme: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'This one only, in its zone, and what belongs to none. Default: all, in the zone that they share, else UTC.',
    ),
});

@ApiTags('figures')
@Controller('v1/unbilled')
export class UnbilledController {
  constructor(@Inject(unbilledApiToken) private readonly service: UnbilledService) {}

  @Get()
  @ApiOperation({
    summary: 'Work that no line of a contract uses',
    description:
      'All that was delivered in a span of days: agent time, contacts and outcomes, each counted by a line of a contract ' +
      'or under the one cause for which none uses it, with what it may be worth. Read from the journal as it is now.',
  })
  @ApiResponse({ status: 200, description: 'By cause.', standardSchema: unbilledAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme', 'log-unavailable', 'store-unavailable')
  async unbilled(
    @Query({ schema: unbilledQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof unbilledQuery>,
  ): Promise<UnbilledAnswer> {
    const { programme = null } = query;
    const lookup = await this.service.lookup();
    const timeZone = programme === null ? zoneOfAll(lookup) : lookup.programme(programme)?.timeZone;
    if (timeZone === undefined)
      throw new ProblemError('unknown-programme', 'Name a programme of the catalogue.', {
        field: 'query.programme',
      });
    const { first: from, last: to } = daysOf(query, this.service.now(), timeZone);
    return unbilledAnswer(await this.service.read({ from, to, timeZone, programme }));
  }
}
