import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { RateLimit, RateSettings } from '#runtime/rate-limit.js';
import { requireRate } from '#pipeline/intake/rejections.js';
import type { RefusalIndex } from '#pipeline/refusal-index.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { maxRefusals, type RefusedAnswer, refusedAnswer, refusedAnswerSchema } from './refused-answer.js';

export const refusalIndexToken = Symbol('index of refusals');
export const refusedRateToken = Symbol('rate of questions about refusals');

/** Of one process, for all who ask together: an answer may read a hundred records of the log. */
export const refusedRate: RateSettings = { ratePerSecond: 50, rateBurst: 100 };

const refusedQuery = z.strictObject({
  delivery: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, 'must be the id of a delivery, as the answer 202 gave it')
    .describe('Id of a delivery, as the answer 202 gave it.')
    .meta({ example: 'ACJwVIDJi1AQ5bXqNLHxmA' }),
});

@ApiTags('deliveries')
@Controller('v1/refused')
export class RefusedController {
  constructor(
    @Inject(refusalIndexToken) private readonly refusals: RefusalIndex,
    @Inject(refusedRateToken) private readonly rate: RateLimit,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What of a delivery is refused',
    description:
      'A delivery is durable once it is answered with 202, and is read afterwards. What cannot be used is refused with ' +
      'its reason and kept; after a fix an operator sends it through the pipeline again, and it is no longer here. The ' +
      'first request after a start reads all refusals and takes longer. Needs no ' +
      'credentials: the id is a hash of the bytes, so who knows it has them.',
  })
  @ApiResponse({ status: 200, description: 'The open refusals.', standardSchema: refusedAnswerSchema })
  @ApiProblems('invalid-request', 'too-many-requests', 'log-unavailable')
  async refused(
    @Query({ schema: refusedQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof refusedQuery>,
  ): Promise<RefusedAnswer> {
    requireRate(this.rate, 'refused', 1, 'Ask less often.');
    return refusedAnswer(query.delivery, await this.refusals.ofDelivery(query.delivery, maxRefusals));
  }
}
