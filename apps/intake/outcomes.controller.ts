import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Logger } from '#runtime/logging.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import {
  accepted,
  acceptedBatch,
  acceptedBatchSchema,
  acceptedSchema,
  answer,
  batchProblems,
  credentials,
  intakeLoggerToken,
  once,
  intakeContextToken,
  typedProblems,
} from './answer.js';
import type { IntakeContext } from '#pipeline/intake/intake-context.js';
import { cloudEvents } from '#pipeline/intake/request-headers.js';

const example = {
  specversion: '1.0',
  id: '8f14e45f',
  source: '/crm/sales',
  type: 'sale.made',
  subject: 'order-2026-000417',
  time: '2026-03-02T10:05:04+01:00',
  data: {
    programme: 'velora-sales',
    agent: 'horizon-genesys:4711',
    customer: '+33612345678',
    amount: '49.90',
  },
};
const lines = `${JSON.stringify(example)}\n${JSON.stringify({ ...example, id: '8f14e460' })}\n`;

@ApiTags('outcomes')
@ApiParam({
  name: 'connection',
  description: 'Id of a connection of the catalogue, of any platform.',
  example: 'horizon-crm',
})
@ApiSecurity({})
@ApiSecurity('basic')
@Controller('v1/outcomes/:connection')
export class OutcomesController {
  constructor(
    @Inject(intakeContextToken) private readonly context: IntakeContext,
    @Inject(intakeLoggerToken) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Record business outcomes',
    description:
      'CloudEvents 1.0 in JSON, one event or a list of them: a sale, a survey answered, a credit approved, an interval of ' +
      "an agent's day. 202 says that it is durable. Each event is read afterwards, and what cannot be understood is " +
      `refused alone: \`refused\` in the answer says where to look. ${credentials}${once}`,
  })
  @ApiConsumes(...cloudEvents)
  @ApiBody({
    required: true,
    schema: {
      oneOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }],
      example,
    },
    description:
      'The type is the name of the outcome, the subject what it is about. A higher `revision` of one source and id ' +
      'replaces what it said before.',
  })
  @ApiResponse({ status: 202, description: 'Durable.', standardSchema: acceptedSchema })
  @ApiProblems(...typedProblems)
  async recordOutcome(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof acceptedSchema>> {
    const expected = { form: 'single', kind: 'outcome' } as const;
    return accepted(await answer(this.context, this.logger, expected, connection, request, reply));
  }

  @Post('batch')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Record many at once',
    description:
      'NDJSON: each line is an event, or a list of events, as it would be sent alone; blank lines are skipped. All or ' +
      `nothing: where one line cannot be taken, none is stored. ${credentials}${once}`,
  })
  @ApiConsumes('application/x-ndjson')
  @ApiBody({
    required: true,
    schema: { type: 'string', example: lines },
    description: 'One event a line, UTF-8.',
  })
  @ApiResponse({ status: 202, description: 'All durable.', standardSchema: acceptedBatchSchema })
  @ApiProblems(...batchProblems)
  async recordOutcomes(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof acceptedBatchSchema>> {
    const expected = { form: 'batch', kind: 'outcome' } as const;
    return acceptedBatch(await answer(this.context, this.logger, expected, connection, request, reply));
  }
}
