import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { dayWords } from '#domain/period/relative-days.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { day, daysOf, maxDays } from '#pipeline/day-query.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { groupings, type KpiAnswer, kpiAnswer, kpiAnswerSchema } from './kpi-answer.js';
import type { KpiReader } from '#pipeline/tally/kpi-reader.js';

export const kpiReaderToken = Symbol('reader of KPIs');
export const kpiClockToken = Symbol('clock of KPIs');

/** UTC epoch ms. */
export type Clock = () => number;

/** The reader as of the catalogue in force; asked with each request. */
export type KpisNow = () => Promise<KpiReader>;

const id = z.string().min(1).max(100);
const maxDaysByQuarterHour = 31;

const kpiQuery = z.strictObject({
  from: day
    .describe(
      `First local day of the programme: YYYY-MM-DD, or one of ${dayWords.join(', ')} in the zone of the programme.`,
    )
    .meta({ example: '2026-03-01' }),
  to: day
    .optional()
    .describe(
      `Last local day, included; at most ${maxDays} days. Default: the last day of what \`from\` names, so that ` +
        '`from=last-month` is all of that month.',
    )
    .meta({ example: '2026-03-31' }),
  by: z
    .enum(groupings)
    .optional()
    .describe(`One row each beside the total; quarter-hours of at most ${maxDaysByQuarterHour} days.`),
});
type KpiParameters = z.infer<typeof kpiQuery>;

@ApiTags('figures')
@Controller('v1')
export class KpisController {
  constructor(
    @Inject(kpiReaderToken) private readonly readerNow: KpisNow,
    @Inject(kpiClockToken) private readonly clock: Clock,
  ) {}

  @Get('programmes/:id/kpis')
  @ApiOperation({
    summary: 'KPIs of a programme',
    description:
      'Live, for a span of its local days: sums, the ratios made of them, and what each figure means. The programme ' +
      '`unmapped` holds what belongs to no programme; it is never billed.',
  })
  @ApiResponse({ status: 200, description: 'The KPIs.', standardSchema: kpiAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme', 'tally-recounting', 'store-unavailable')
  async kpis(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) programme: string,
    @Query({ schema: kpiQuery, pipes: [validationPipe('query')] }) query: KpiParameters,
  ): Promise<KpiAnswer> {
    const reader = await this.readerNow();
    const timeZone = reader.timeZone(programme);
    if (timeZone === null) throw unknownProgramme();
    const { by = null } = query;
    const now = this.clock();
    const allowed = by === 'quarter-hour' ? maxDaysByQuarterHour : maxDays;
    const { first: from, last: to } = daysOf(query, now, timeZone, allowed);
    const report = await reader.read(programme, { from, to, by, asOf: now });
    if (report === null) throw unknownProgramme();
    return kpiAnswer(report, by);
  }
}

function unknownProgramme(): ProblemError {
  const advice = 'Name a programme of the catalogue, or `unmapped`.';
  return new ProblemError('unknown-programme', advice, { field: 'path.id' });
}
