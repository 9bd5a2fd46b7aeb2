import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { dayWords, namedDays } from '#domain/period/relative-days.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { type UnbilledQuestion, type UnbilledReport, zoneOfAll } from '#pipeline/close/read-unbilled.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
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

const dayRule = `must be a day: YYYY-MM-DD, ${dayWords.join(', ')}`;
const day = z
  .string(dayRule)
  .refine((text) => namedDays(text, 0, 'UTC') !== null, dayRule)
  .meta({ pattern: `^(\\d{4}-\\d{2}-\\d{2}|${dayWords.join('|')})$` });
const maxDays = 366;

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
    const from = namedDays(query.from, this.service.now(), timeZone);
    const to = namedDays(query.to ?? query.from, this.service.now(), timeZone);
    if (from === null || to === null) throw new Error('the schema lets days through only');
    const days = (Date.parse(to.last) - Date.parse(from.first)) / 86_400_000 + 1;
    if (days < 1) throw invalidTo('must not be before from');
    if (days > maxDays) throw invalidTo(`must be at most ${maxDays} days from from`);
    return unbilledAnswer(await this.service.read({ from: from.first, to: to.last, timeZone, programme }));
  }
}

function invalidTo(message: string): ProblemError {
  return new ProblemError('invalid-request', `query.to: ${message}`, { field: 'query.to' });
}
