import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '#runtime/nest/actor-of.js';
import { type RefusalCode, refusalCodes } from '#domain/fact/refusal-codes.js';
import type { IntakeContext } from '#pipeline/intake/intake-context.js';
import { requireRate } from '#pipeline/intake/rejections.js';
import type { RefusalService } from '#pipeline/redrive.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import type { RateLimit, RateSettings } from '#runtime/rate-limit.js';
import type { RefusedRecord } from '#wire/refused.js';
import { intakeContextToken } from './answer.js';
import { refusalsAnswer, type RefusalsAnswer, refusalsAnswerSchema } from './refusals-answer.js';

export const refusalServiceToken = Symbol('open refusals');
export const refusalsRateToken = Symbol('rate of questions about all refusals');

/** Each question reads the topic of refusals. */
export const refusalsRate: RateSettings = { ratePerSecond: 2, rateBurst: 10 };

const reason = z.enum(Object.keys(refusalCodes) as [RefusalCode, ...RefusalCode[]]);
const filters = {
  reason: reason.optional().describe('Only with this reason.'),
  connection: z.string().min(1).max(200).optional().describe('Only of this connection.'),
};
const listQuery = z.strictObject({
  ...filters,
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Of these, the newest.'),
});
const id = z.string().regex(/^[A-Za-z0-9_-]{16}$/, 'must be the id of a refusal, as it is listed');
const redriveQuery = z.strictObject({
  ...filters,
  id: z
    .preprocess((ids) => (typeof ids === 'string' ? [ids] : ids), z.array(id).max(100))
    .optional()
    .describe('Ids of refusals; may be given up to 100 times.'),
  all: z.enum(['true', 'false']).default('false').describe('Everything that is refused.'),
  because: z.string().trim().min(1).max(2_000).optional().describe('Why, for the audit trail.'),
});

const redrivenSchema = z.object({
  redriven: z.int().min(0).describe('Refusals whose deliveries are on their way through the pipeline again.'),
  notSent: z
    .int()
    .min(0)
    .describe('Refusals that stay: their delivery is no longer in the log, or they are none of a delivery.'),
});

type Filter = Pick<z.infer<typeof redriveQuery>, 'reason' | 'connection' | 'id'>;

@ApiTags('deliveries')
@Controller('v1/refusals')
export class RefusalsController {
  constructor(
    @Inject(refusalServiceToken) private readonly refusals: RefusalService,
    @Inject(refusalsRateToken) private readonly rate: RateLimit,
    @Inject(intakeContextToken) private readonly intake: Pick<IntakeContext, 'clock'>,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What is refused',
    description:
      'Records, and rows of deliveries, that could not be used, with the reason and what to do; never their content. ' +
      'After a fix they are sent through the pipeline again (`POST /v1/refusals/redrive`), and are no longer here.',
  })
  @ApiResponse({ status: 200, description: 'The open refusals.', standardSchema: refusalsAnswerSchema })
  @ApiProblems('invalid-request', 'too-many-requests', 'log-unavailable')
  async list(
    @Query({ schema: listQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof listQuery>,
  ): Promise<RefusalsAnswer> {
    requireRate(this.rate, 'refused', 1, 'Ask less often.');
    return refusalsAnswer(matching(await this.refusals.open(), query), query.limit);
  }

  @Post('redrive')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send refused deliveries through the pipeline again',
    description:
      'After a fix of the catalogue or of the program. A delivery is sent whole: rows that counted before count once. ' +
      'What is refused again stays in the list. Name ids, a reason, a connection, or `all=true`.',
  })
  @ApiResponse({ status: 202, description: 'They are on their way.', standardSchema: redrivenSchema })
  @ApiProblems('invalid-request', 'too-many-requests', 'log-unavailable')
  async redrive(
    @Query({ schema: redriveQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof redriveQuery>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof redrivenSchema>> {
    requireRate(this.rate, 'refused', 1, 'Ask less often.');
    const { reason: code, connection, id: ids, all, because = null } = query;
    if (code === undefined && connection === undefined && ids === undefined && all === 'false') {
      throw new ProblemError(
        'invalid-request',
        'name what to send again: id, reason, connection or all=true',
      );
    }
    const chosen = matching(await this.refusals.open(), query);
    const unknown = (ids ?? []).filter((each) => !chosen.some((refusal) => refusal.id === each));
    if (unknown.length > 0) {
      throw new ProblemError('invalid-request', `id: there is no such open refusal: ${unknown.join(', ')}`);
    }
    return this.refusals.redrive(chosen, {
      actor: actorOf(request),
      at: this.intake.clock(),
      reason: because,
    });
  }
}

function matching(
  refusals: readonly RefusedRecord[],
  { reason: code, connection, id: ids }: Filter,
): RefusedRecord[] {
  return refusals.filter(
    (each) =>
      (code === undefined || each.reason === code) &&
      (connection === undefined || each.connection === connection) &&
      (ids === undefined || ids.includes(each.id)),
  );
}
