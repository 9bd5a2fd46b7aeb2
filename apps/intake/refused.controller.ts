import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { RefusalIndex } from '#pipeline/refusal-index.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { type RefusedAnswer, refusedAnswer, refusedAnswerSchema } from './refused-answer.js';

export const refusalIndexToken = Symbol('index of refusals');

const refusedQuery = z.strictObject({
  delivery: z.string().min(1).max(100).describe('Id of a delivery, as the answer 202 gave it.'),
});

@ApiTags('deliveries')
@Controller('v1/refused')
export class RefusedController {
  constructor(@Inject(refusalIndexToken) private readonly refusals: RefusalIndex) {}

  @Get()
  @ApiOperation({
    summary: 'What of a delivery is refused',
    description:
      'A delivery is durable once it is answered with 202, and is read afterwards. What cannot be used is refused with ' +
      'its reason and kept; after a fix an operator sends it through the pipeline again, and it is no longer here. Asks ' +
      'for no credentials: the id is a hash of the bytes, so who knows it has them.',
  })
  @ApiResponse({ status: 200, description: 'The open refusals.', standardSchema: refusedAnswerSchema })
  @ApiProblems('invalid-request')
  async refused(
    @Query({ schema: refusedQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof refusedQuery>,
  ): Promise<RefusedAnswer> {
    return refusedAnswer(query.delivery, await this.refusals.ofDelivery(query.delivery));
  }
}
