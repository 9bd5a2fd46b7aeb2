import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConfirmAnswer, PeriodService } from '#pipeline/close/period-service.js';
import { type CloseRequestAnswer, requestAnswer } from '#pipeline/close/request-answer.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { invoiceReadySchema } from '#wire/invoice-ready.js';
import { actorOf } from '#runtime/nest/actor-of.js';
import { foreignPeriod, id, period, periodsApiToken, unknownContract } from './periods-api.js';

export const closeRequestSchema = z
  .object({
    contract: z.string(),
    period: z.string(),
    request: z.string().describe('Names it for the one who confirms.'),
    revision: z.int().describe('1 is the close itself, the others adjust it.'),
    by: z.string().describe('Who asks for it.'),
    reason: z.string().nullable(),
    at: z.iso.datetime(),
    digest: z.string().describe('SHA-256 of the event.'),
    event: invoiceReadySchema.describe('As it is emitted if it is confirmed.'),
  })
  .meta({
    id: 'CloseRequest',
    description: 'A close that one person asks for and another one is to confirm.',
  });

const confirmQuery = z.strictObject({
  request: z.string().min(1).max(100).describe('The request that was reviewed.'),
  reason: z.string().trim().min(1).max(500).optional().describe('Why, for the record of the close.'),
});

@ApiTags('figures')
@Controller('v1/contracts/:id/periods/:period/close')
export class CloseRequestsController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get()
  @ApiOperation({
    summary: 'The close that waits for a second person',
    description:
      'Of a contract whose periods two people close (`close.fourEyes`): what one asked for, with its event as it would ' +
      'be emitted.',
  })
  @ApiResponse({ status: 200, description: 'What is asked for.', standardSchema: closeRequestSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'no-close-request', 'log-unavailable')
  async requested(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
  ): Promise<CloseRequestAnswer> {
    const answer = await this.periods.requested(contract, month);
    if (answer === null) throw noRequest();
    switch (answer.status) {
      case 'unknownContract':
        throw unknownContract();
      case 'foreignPeriod':
        throw foreignPeriod(answer.detail);
      case 'requested':
        return requestAnswer(answer);
    }
  }

  @Post('confirm')
  @ApiOperation({
    summary: 'Confirm a close as the second person',
    description:
      'Emits exactly the event that another person asked for, byte for byte, whatever became known since: that is an ' +
      'adjustment. Not by the one who asked. Confirming it again answers the same event.',
  })
  @ApiResponse({ status: 201, description: 'Closed or adjusted now.', standardSchema: invoiceReadySchema })
  @ApiResponse({ status: 200, description: 'It was confirmed before.', standardSchema: invoiceReadySchema })
  @ApiProblems(
    'invalid-request',
    'unknown-contract',
    'no-close-request',
    'same-person',
    'close-request-void',
    'period-held',
    'catalogue-superseded',
    'log-unavailable',
  )
  async confirm(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Query({ schema: confirmQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof confirmQuery>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { request: asked, reason = null } = query;
    const answer = await this.periods.confirm(contract, month, {
      request: asked,
      actor: actorOf(request),
      reason,
    });
    if (answer.status !== 'closed') throw problemOf(answer);
    return reply
      .code(answer.isNew ? 201 : 200)
      .type('application/json; charset=utf-8')
      .send(answer.event);
  }
}

function noRequest(): ProblemError {
  return new ProblemError('no-close-request', 'Nothing is asked for: POST to the same address asks for it.');
}

function problemOf(answer: Exclude<ConfirmAnswer, { status: 'closed' }>): ProblemError {
  switch (answer.status) {
    case 'unknownContract':
      return unknownContract();
    case 'foreignPeriod':
      return foreignPeriod(answer.detail);
    case 'samePerson':
      return new ProblemError('same-person', `${answer.by.name} asked for it. Nothing was closed.`);
    case 'held': {
      const { actor, reason } = answer.by;
      return new ProblemError('period-held', `${actor.name} holds it: ${reason}. Nothing was closed.`);
    }
    case 'superseded':
    case 'overtaken': {
      const detail =
        'Another catalogue was put in force since it was asked for. Nothing was closed: ask again.';
      return new ProblemError('catalogue-superseded', detail);
    }
    case 'requestVoid': {
      if (answer.because === 'unknown') return noRequest();
      const detail =
        answer.because === 'replaced'
          ? 'Another request came after it: review that one. Nothing was closed.'
          : 'What it rests on was closed or adjusted meanwhile. Nothing was closed: ask again.';
      return new ProblemError('close-request-void', detail);
    }
  }
}
