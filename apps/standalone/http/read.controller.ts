import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validated } from '#runtime/nest/validated.js';
import { ProblemError } from '#runtime/problem.js';
import { groupings, type KpiAnswer, kpiAnswer, kpiAnswerSchema } from './kpi-answer.js';
import { type PeriodAnswer, periodAnswer, periodAnswerSchema } from './period-answer.js';
import type { ReadApi } from './read-api.js';

export const readApiToken = Symbol('read API');

const id = z.string().min(1).max(100);
const day = z.iso.date('must be a day, written YYYY-MM-DD');
const period = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month, written YYYY-MM')
  .describe('Month, in the zone of the contract.')
  .meta({ example: '2026-03' });

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
export class ReadController {
  constructor(@Inject(readApiToken) private readonly api: ReadApi) {}

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
    @Param('id', { schema: id, pipes: [validated('path.id')] }) programme: string,
    @Query({ schema: kpiQuery, pipes: [validated('query')] }) query: z.infer<typeof kpiQuery>,
  ): Promise<KpiAnswer> {
    const { from, to, by = null } = query;
    const report = await this.api.kpis({ programme, from, to, by });
    if (report !== null) return kpiAnswer(report, by);
    throw new ProblemError('unknown-programme', 'Name a programme of the catalogue, or `unmapped`.', {
      field: 'path.id',
    });
  }

  @Get('contracts/:id/periods/:period')
  @ApiOperation({
    summary: 'A period of a contract so far',
    description:
      'Live quantities, and what they amount to under the contract. A look, not an invoice: that is made by the ' +
      'close, from the journal.',
  })
  @ApiResponse({
    status: 200,
    description: 'Quantities and amounts so far.',
    standardSchema: periodAnswerSchema,
  })
  @ApiProblems('invalid-request', 'unknown-contract')
  async period(
    @Param('id', { schema: id, pipes: [validated('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validated('path.period')] }) month: string,
  ): Promise<PeriodAnswer> {
    const live = await this.api.period(contract, month);
    if (live !== null) return periodAnswer(live);
    throw new ProblemError('unknown-contract', 'Name a contract of the catalogue.', { field: 'path.id' });
  }
}
