import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Logger } from '#runtime/logging.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { ProblemError } from '#runtime/problem.js';
import { type Form, receive, type Reception } from './receive.js';

export const receptionToken = Symbol('reception');
export const intakeLoggerToken = Symbol('logger of intake');

const deliveryId = z.string().describe('The same connection and the same bytes always give the same id.');
const acceptedSchema = z.object({ id: deliveryId });
const acceptedBatchSchema = z.object({
  accepted: z.int().describe('Number of deliveries.'),
  ids: z.array(deliveryId).describe('In the order of the lines; blank lines have none.'),
});

const credentials =
  'Authenticate as the catalogue says for the connection: a token header, HTTP Basic, or a signature as in Standard ' +
  'Webhooks (over the body before any gzip). ';
const once = 'Repeat whatever is not answered with 202: what is stored twice has one id and counts once.';

const anyDelivery = [
  'unauthorized',
  'unknown-connection',
  'request-timeout',
  'body-too-large',
  'too-many-requests',
  'overloaded',
  'log-unavailable',
] as const;
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
    @Inject(receptionToken) private readonly reception: Reception,
    @Inject(intakeLoggerToken) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver what a platform sends',
    description:
      `The body is stored byte for byte, of whatever content type, plain or gzip; 202 says that it is durable. ` +
      `What is in it is looked at later: what cannot be understood is refused there, visibly. ${credentials}${once}`,
  })
  @ApiConsumes('application/json', '*/*')
  @ApiBody({
    required: true,
    schema: { example },
    description: 'One delivery: what the platform sends, as it is.',
  })
  @ApiResponse({ status: 202, description: 'Durable.', standardSchema: acceptedSchema })
  @ApiProblems('empty-body', 'invalid-encoding', ...anyDelivery, 'unsupported-encoding')
  async deliver(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof acceptedSchema>> {
    const [id = ''] = await this.answer('single', connection, request);
    return { id };
  }

  @Post('batch')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver many at once',
    description:
      'NDJSON: each line is the body of one delivery, exactly as it would be sent alone; blank lines are skipped. ' +
      `All or nothing: where one line cannot be taken, none is stored. ${credentials}${once}`,
  })
  @ApiConsumes('application/x-ndjson')
  @ApiBody({
    required: true,
    schema: { type: 'string', example: lines },
    description: 'One delivery a line, UTF-8.',
  })
  @ApiResponse({ status: 202, description: 'All durable.', standardSchema: acceptedBatchSchema })
  @ApiProblems(
    'empty-body',
    'invalid-batch',
    'invalid-encoding',
    ...anyDelivery,
    'unsupported-media-type',
    'unsupported-encoding',
  )
  async deliverBatch(
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof acceptedBatchSchema>> {
    const ids = await this.answer('batch', connection, request);
    return { accepted: ids.length, ids: [...ids] };
  }

  /** Counts and tells of each answer what may be told: ids, never bodies. */
  private async answer(
    form: Form,
    connectionId: string,
    request: FastifyRequest,
  ): Promise<readonly string[]> {
    const { metrics } = this.reception;
    const connection = this.reception.connection(connectionId)?.id ?? 'unknown';
    try {
      const ids = await receive(this.reception, form, connectionId, request.raw);
      metrics.deliveries.inc({ connection, answer: '202' }, ids.length);
      this.logger.debug({ connection, deliveries: ids.length, delivery: ids[0] }, 'accepted');
      return ids;
    } catch (error) {
      const status = error instanceof ProblemError ? error.problem.status : 500;
      metrics.deliveries.inc({ connection, answer: String(status) });
      if (error instanceof ProblemError) {
        this.logger[status === 503 ? 'warn' : 'info'](
          { connection, problem: error.problem.type },
          'turned away',
        );
      }
      throw error;
    }
  }
}
