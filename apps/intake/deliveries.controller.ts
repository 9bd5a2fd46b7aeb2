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
  singleProblems,
} from './answer.js';
import type { IntakeContext } from '#pipeline/intake/intake-context.js';

const example = { source: 'axialys.vm', kind: 'call_rows', polledAt: '2026-03-02T10:05:04Z', rows: [] };
const lines = `${JSON.stringify(example)}\n${JSON.stringify(example)}\n`;

@ApiTags('deliveries')
@ApiParam({
  name: 'connection',
  description: 'Id of a connection of the catalogue.',
  example: 'bank-genesys',
})
@ApiSecurity({})
@ApiSecurity('basic')
@Controller('v1/deliveries/:connection')
export class DeliveriesController {
  constructor(
    @Inject(intakeContextToken) private readonly context: IntakeContext,
    @Inject(intakeLoggerToken) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver what a platform sends',
    description:
      `The body is stored byte for byte, of any content type, plain or gzip; 202 says that it is durable. ` +
      `It is read afterwards; what cannot be understood is refused: \`refused\` in the answer says where ` +
      `to look. ${credentials}${once}`,
  })
  @ApiConsumes('application/json', '*/*')
  @ApiBody({
    required: true,
    schema: { example },
    description: 'One delivery: what the platform sends, unchanged.',
  })
  @ApiResponse({ status: 202, description: 'Durable.', standardSchema: acceptedSchema })
  @ApiProblems(...singleProblems)
  async deliver(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof acceptedSchema>> {
    const expected = { form: 'single', kind: 'platform' } as const;
    return accepted(await answer(this.context, this.logger, expected, connection, request, reply));
  }

  @Post('batch')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver many at once',
    description:
      'NDJSON: each line is the body of one delivery, exactly as it would be sent alone; blank lines are skipped. ' +
      'Or, as text/csv, rows that Avaya CMS or Axialys export, with a header of their fields. ' +
      `All or nothing: where one line cannot be taken, none is stored. ${credentials}${once}`,
  })
  @ApiConsumes('application/x-ndjson', 'text/csv')
  @ApiBody({
    required: true,
    schema: { type: 'string', example: lines },
    description: 'One delivery or record a line, UTF-8.',
  })
  @ApiResponse({ status: 202, description: 'All durable.', standardSchema: acceptedBatchSchema })
  @ApiProblems(...batchProblems)
  async deliverBatch(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof acceptedBatchSchema>> {
    const expected = { form: 'batch', kind: 'platform' } as const;
    return acceptedBatch(await answer(this.context, this.logger, expected, connection, request, reply));
  }
}
