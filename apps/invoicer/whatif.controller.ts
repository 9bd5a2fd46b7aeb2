import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { whatIfJson } from '#contract-text/whatif/json.js';
import type { WhatIfService } from '#pipeline/close/whatif-question.js';
import { BodyBudget } from '#pipeline/intake/body.js';
import { overloaded } from '#pipeline/intake/rejections.js';
import { bodyWithin } from '#pipeline/intake/request-body.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { id, period } from './periods-api.js';
import { whatIfAnswerSchema } from './whatif-answer.js';

export const whatIfToken = Symbol('prices of past periods under a draft');

const query = z.strictObject({
  from: period.describe('First period, in the rhythm and zone of the draft.'),
  to: period.optional().describe('Last period, included; default: that of `from`.'),
  against: id
    .optional()
    .describe(
      'Contract to compare with; default: the one with the id of the draft, else the only one of its programme.',
    ),
});

const limitBytes = 256 * 1024;

@ApiTags('figures')
@Controller('v1')
export class WhatIfController {
  readonly #budget = new BodyBudget(8 * limitBytes, 8 * limitBytes);

  constructor(@Inject(whatIfToken) private readonly whatIf: WhatIfService) {}

  @Post('whatif')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What past periods would have cost under a draft contract',
    description:
      'Prices the work of these periods under the draft and compares with what was invoiced, or would be; says what each clause adds and ' +
      'where the two cost the same. Writes nothing. Reads the journal, so one is answered at a time.',
  })
  @ApiBody({
    description:
      'The draft in YAML, as a contract of the catalogue, at most 256 KiB; with `content-type: application/yaml`, or none.',
    schema: { type: 'string' },
    required: true,
  })
  @ApiResponse({ status: 200, description: 'Both, side by side.', standardSchema: whatIfAnswerSchema })
  @ApiProblems('invalid-request', 'empty-body', 'body-too-large', 'overloaded', 'log-unavailable')
  async ask(
    @Query({ schema: query, pipes: [validationPipe('query')] }) asked: z.infer<typeof query>,
    @Req() { raw }: FastifyRequest,
  ): Promise<object> {
    const answer = await this.whatIf({ ...asked, draft: await this.#draftIn(raw) });
    switch (answer.status) {
      case 'answered':
        return whatIfJson(answer.report);
      case 'faulty':
        throw new ProblemError('invalid-request', `${answer.detail}.`, { field: answer.field });
      case 'busy':
        throw overloaded('Another draft is being priced: send it again in a while.', 5_000);
    }
  }

  async #draftIn(request: FastifyRequest['raw']): Promise<string> {
    const held = this.#budget.open('drafts');
    try {
      const tooLarge = 'A draft has at most 256 KiB.';
      const text = (await bodyWithin(limitBytes, tooLarge, 'identity', request, held)).toString('utf8');
      if (text.trim() !== '') return text;
      throw new ProblemError('empty-body', 'Send the draft as the body.', { field: 'body' });
    } finally {
      held.release();
    }
  }
}
