import { Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validated } from '#runtime/nest/validated.js';
import { ProblemError } from '#runtime/problem.js';
import { invoiceReadySchema } from '#wire/invoice-ready.js';
import type { Difference } from './close.js';
import { type PeriodAnswer, periodAnswer, periodAnswerSchema } from './period-answer.js';
import type { PeriodDesk } from './period-desk.js';

export const periodDeskToken = Symbol('periods of contracts');

const id = z.string().min(1).max(100);
const period = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month, written YYYY-MM')
  .describe('Month, in the zone of the contract.')
  .meta({ example: '2026-03' });

@ApiTags('figures')
@Controller('v1/contracts/:id/periods/:period')
export class PeriodsController {
  constructor(@Inject(periodDeskToken) private readonly desk: PeriodDesk) {}

  @Get()
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
    const live = await this.desk.live(contract, month);
    if (live !== null) return periodAnswer(live);
    throw unknownContract();
  }

  @Post('close')
  @ApiOperation({
    summary: 'Close a period',
    description:
      'Cuts the journal, books and prices it, and emits the invoice-ready event, which is the answer, byte for byte. ' +
      'Nothing closes by itself. A closed period is never closed again: asked twice, the same event is the answer.',
  })
  @ApiResponse({ status: 201, description: 'Closed now.', standardSchema: invoiceReadySchema })
  @ApiResponse({ status: 200, description: 'Closed before.', standardSchema: invoiceReadySchema })
  @ApiProblems(
    'invalid-request',
    'unknown-contract',
    'period-not-over',
    'book-tally-disagree',
    'pipeline-behind',
  )
  async close(
    @Param('id', { schema: id, pipes: [validated('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validated('path.period')] }) month: string,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const answer = await this.desk.close(contract, month);
    switch (answer.status) {
      case 'closed':
        return reply
          .code(answer.isNew ? 201 : 200)
          .type('application/json; charset=utf-8')
          .send(answer.event);
      case 'unknownContract':
        throw unknownContract();
      case 'notOver': {
        const end = new Date(answer.endsAt).toISOString();
        throw new ProblemError('period-not-over', `Close it after ${end}.`, { field: 'path.period' });
      }
      case 'disagree':
        throw new ProblemError('book-tally-disagree', disagreement(answer.differences));
      case 'behind': {
        const { stage, left } = answer;
        const detail = `The ${stage.name} has ${left} record(s) of ${stage.topic} to go; nothing was closed. `;
        const advice = answer.begun ? 'Ask again later.' : 'Nobody works under this catalogue yet: start it.';
        throw new ProblemError('pipeline-behind', detail + advice, { headers: { 'retry-after': '10' } });
      }
    }
  }
}

function unknownContract(): ProblemError {
  return new ProblemError('unknown-contract', 'Name a contract of the catalogue.', { field: 'path.id' });
}

const mostShown = 5;

function disagreement(differences: readonly Difference[]): string {
  const shown = differences
    .slice(0, mostShown)
    .map(({ key, book, tally }) => `${key}: book ${book}, tally ${tally}`)
    .join('; ');
  const more = differences.length > mostShown ? `; and ${differences.length - mostShown} more` : '';
  return `Nothing was closed. Drop the tally of this catalogue to have it made anew. ${shown}${more}`;
}
