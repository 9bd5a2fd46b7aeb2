import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { groupings, type KpiAnswer, kpiAnswer, kpiAnswerSchema } from './kpi-answer.js';
import type { KpiReader } from '#pipeline/tally/kpi-reader.js';

export const kpiReaderToken = Symbol('reader of KPIs');

const id = z.string().min(1).max(100);
const day = z.iso.date('must be a day, written YYYY-MM-DD');
const mostDays = 366;
const mostDaysByQuarterHour = 31;

const kpiQuery = z
  .strictObject({
    from: day.describe('First local day of the programme.').meta({ example: '2026-03-01' }),
    to: day.describe(`Last local day, included; at most ${mostDays} days.`).meta({ example: '2026-03-31' }),
    by: z
      .enum(groupings)
      .optional()
      .describe(`One row each beside the total; quarter-hours of at most ${mostDaysByQuarterHour} days.`),
  })
  .check((context) => {
    const { from, to, by } = context.value;
    const most = by === 'quarter-hour' ? mostDaysByQuarterHour : mostDays;
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    const message =
      days < 1 ? 'must not be before from' : days > most ? `must be at most ${most} days from from` : null;
    if (message !== null) context.issues.push({ code: 'custom', input: to, path: ['to'], message });
  });

@ApiTags('figures')
@Controller('v1')
export class KpisController {
  constructor(@Inject(kpiReaderToken) private readonly read: KpiReader) {}

  @Get('programmes/:id/kpis')
  @ApiOperation({
    summary: 'KPIs of a programme',
    description:
      'Live, for a span of its local days: sums and the ratios made of them. The programme `unmapped` holds what ' +
      'belongs to no programme; it is never billed.',
  })
  @ApiResponse({ status: 200, description: 'The KPIs.', standardSchema: kpiAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme')
  async kpis(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) programme: string,
    @Query({ schema: kpiQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof kpiQuery>,
  ): Promise<KpiAnswer> {
    const { from, to, by = null } = query;
    const report = await this.read(programme, { from, to, by });
    if (report !== null) return kpiAnswer(report, by);
    throw new ProblemError('unknown-programme', 'Name a programme of the catalogue, or `unmapped`.', {
      field: 'path.id',
    });
  }
}
