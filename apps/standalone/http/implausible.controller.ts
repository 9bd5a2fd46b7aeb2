import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '#runtime/nest/actor-of.js';
import { plausibleLimits } from '#domain/scope/plausibility.js';
import type { Confirmation, ConfirmResult, ImplausibleService } from '#pipeline/close/implausible-work.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { catalogueClockToken, overtakenBy } from './catalogue.controller.js';

export const implausibleServiceToken = Symbol('implausible work');

const length = {
  work: z
    .string()
    .describe('Its name: a contact, an activity, or a stretch of an agent, `<timeline>/<begin>`.'),
  limit: z.enum(plausibleLimits).describe('The limit of the connection that it exceeds.'),
  ms: z.int().describe('How long it is; by `day` the sum of the agent’s work on that day.'),
};

const heldSchema = z.object({
  work: z
    .array(
      z.object({
        ...length,
        limitMs: z
          .int()
          .nullable()
          .describe('What the connection allows; null: it allows a number of pieces at once.'),
        connection: z.string(),
        programme: z.string().nullable().describe('null: it belongs to none.'),
        agent: z.string().nullable().describe('null: time in a queue.'),
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime(),
      }),
    )
    .describe('Held, by begin.'),
  confirmed: z
    .array(
      z.object({
        ...length,
        ms: z.int().describe('It counts as long as it takes no longer.'),
        author: z.string(),
        reason: z.string(),
        at: z.iso.datetime(),
      }),
    )
    .describe('What an operator has confirmed.'),
});

const doneSchema = z.object({
  entry: z.int().describe('Number of the entry of `catalogue.versions` that says so.'),
  catalogue: z.string().describe('Version in force from then on.'),
  work: z.array(z.object(length)),
});

const name = z.string().min(1).max(1_000);
const actQuery = z.strictObject({
  work: z
    .union([name, z.array(name).min(1).max(1_000)])
    .describe('Name of the work, as `GET /v1/implausible` has it; may be given several times.'),
  author: z.string().trim().min(1).max(200).describe('Who decides it.'),
  reason: z.string().trim().min(1).max(2_000).describe('Why.'),
});
type ActQuery = z.infer<typeof actQuery>;

@ApiTags('catalogue')
@Controller('v1/implausible')
export class ImplausibleController {
  constructor(
    @Inject(implausibleServiceToken) private readonly service: ImplausibleService,
    @Inject(catalogueClockToken) private readonly clock: () => number,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Work that is longer than plausible',
    description:
      'What exceeds the limits of its connection is in no figure and on no invoice until an operator confirms it. Read ' +
      'from the journal as it is now.',
  })
  @ApiResponse({ status: 200, description: 'Held, and confirmed.', standardSchema: heldSchema })
  @ApiProblems('log-unavailable')
  async held(): Promise<z.input<typeof heldSchema>> {
    const [held, confirmed] = await Promise.all([this.service.held(), this.service.confirmed()]);
    return {
      work: held.map(({ startedAt, endedAt, ...each }) => ({
        ...each,
        startedAt: new Date(startedAt).toISOString(),
        endedAt: new Date(endedAt).toISOString(),
      })),
      confirmed: confirmed.map(({ at, ...each }) => ({ ...each, at: new Date(at).toISOString() })),
    };
  }

  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm implausible work',
    description:
      'It counts from then on, as long as it takes no longer than now; closed periods get an adjustment. An act with ' +
      'author and reason, in the audit trail.',
  })
  @ApiResponse({ status: 200, description: 'It counts.', standardSchema: doneSchema })
  @ApiProblems('invalid-request', 'work-not-held', 'catalogue-overtaken', 'log-unavailable')
  async confirm(
    @Query({ schema: actQuery, pipes: [validationPipe('query')] }) query: ActQuery,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof doneSchema>> {
    return done(await this.service.confirm(worksOf(query), this.#act(query, request)));
  }

  @Post('withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'Withdraw a confirmation', description: 'The work is held again.' })
  @ApiResponse({ status: 200, description: 'It is held.', standardSchema: doneSchema })
  @ApiProblems('invalid-request', 'work-not-held', 'catalogue-overtaken', 'log-unavailable')
  async withdraw(
    @Query({ schema: actQuery, pipes: [validationPipe('query')] }) query: ActQuery,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof doneSchema>> {
    return done(await this.service.withdraw(worksOf(query), this.#act(query, request)));
  }

  #act({ author, reason }: ActQuery, request: FastifyRequest): Confirmation {
    return { author, reason, at: this.clock(), actor: actorOf(request) };
  }
}

function worksOf({ work }: ActQuery): string[] {
  return [...new Set([work].flat())];
}

function done(result: ConfirmResult): z.input<typeof doneSchema> {
  switch (result.status) {
    case 'done': {
      const { number, version } = result.entry;
      return { entry: number, catalogue: version, work: [...result.works] };
    }
    case 'notFound':
      throw new ProblemError(
        'work-not-held',
        `Nothing was written: ${result.works.join(', ')}. GET /v1/implausible names what is held and what is confirmed.`,
        { field: 'query.work' },
      );
    case 'overtaken':
      throw overtakenBy(result.inForce);
  }
}
