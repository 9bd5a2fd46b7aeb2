import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ReadNow } from '#pipeline/now/now-reader.js';
import { LiveStreams } from '#runtime/live-streams.js';
import { guardedRequest, principalOf } from '#runtime/nest/access-hook.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { closingOf } from '#runtime/nest/http-app.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { liveEvents } from './live-events.js';
import { type NowAnswer, nowAnswer, nowAnswerSchema } from './now-answer.js';

export const nowServiceToken = Symbol('what is going on');

/** What is going on in a programme, and its zone; null: the catalogue has no such programme. */
export type NowService = (programme: string) => Promise<{ report: ReadNow; timeZone: string } | null>;

const id = z.string().min(1).max(100);
const heartbeatMs = 15_000;

@ApiTags('figures')
@Controller('v1')
export class NowController {
  readonly #numbers = new Map<string, string>();
  readonly #streams = new LiveStreams();

  constructor(@Inject(nowServiceToken) private readonly now: NowService) {}

  @Get('programmes/:id/now')
  @ApiOperation({
    summary: 'What is going on in a programme',
    description:
      'Contacts that wait, by queue and since when; agents by state and since when; how many have a contact. From what ' +
      'platforms reported of the last day and has not ended; platforms that report finished work only have nothing here. ' +
      'For a brand agents have numbers, which hold as long as this process runs, and no codes.',
  })
  @ApiResponse({ status: 200, description: 'As far as is known.', standardSchema: nowAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme', 'log-unavailable')
  async read(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) programme: string,
    @Req() request: FastifyRequest,
  ): Promise<NowAnswer> {
    return this.#answer(programme, request);
  }

  @Get('programmes/:id/now/events')
  @ApiOperation({
    summary: 'The same, live',
    description:
      'Server-sent events: first what is going on, then each change of it, at most four a second; what changes faster, or ' +
      'than the reader reads, is one event. Ends where the key is no longer taken; of one holder 20 are open at once. The id of an event is its `position`: sent as `Last-Event-ID` it spares the ' +
      'first event where nothing has changed since. A comment each 15 s shows that the connection holds.',
  })
  @ApiResponse({
    status: 200,
    description: 'Events of type `now`, each with an answer of `…/now` as data.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiProblems('invalid-request', 'unknown-programme', 'log-unavailable')
  async events(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) programme: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const first = await this.#answer(programme, request);
    void reply
      .type('text/event-stream')
      .header('cache-control', 'no-cache')
      .header('x-accel-buffering', 'no');
    await reply.send(request.method === 'HEAD' ? '' : this.#stream(programme, first, request, reply));
  }

  #stream(programme: string, first: NowAnswer, request: FastifyRequest, { raw }: FastifyReply): Readable {
    const { asker, isLetIn } = guardedRequest(request);
    const giveBack = this.#streams.take(asker);
    if (giveBack === null)
      throw new ProblemError('too-many-requests', 'Too many live answers are open: end one first.', {
        headers: { 'retry-after': '10' },
      });
    raw.once('close', giveBack);
    const texts = liveEvents(async () => this.#answer(programme, request), {
      first,
      seen: request.headers['last-event-id']?.toString() ?? null,
      ended: closingOf(request),
      heartbeatMs,
      isLetIn,
    });
    // What is not read yet is not made either: a slow reader gets fewer events, not more memory.
    return Readable.from(texts, { objectMode: false, highWaterMark: 1 });
  }

  async #answer(programme: string, request: FastifyRequest): Promise<NowAnswer> {
    const found = await this.now(programme);
    if (found === null)
      throw new ProblemError('unknown-programme', 'Name a programme of the catalogue.', { field: 'path.id' });
    const answer = nowAnswer(found.report, found.timeZone);
    return principalOf(request).role === 'brand' ? this.#pseudonymous(answer) : answer;
  }

  #pseudonymous({ agents, ...answer }: NowAnswer): NowAnswer {
    const numberOf = (agent: string): string => {
      const known = this.#numbers.get(agent) ?? String(this.#numbers.size + 1);
      this.#numbers.set(agent, known);
      return known;
    };
    const shown = agents.map(({ agent, ...state }) => {
      return { ...state, agent: numberOf(agent), code: null, reason: null };
    });
    return { ...answer, agents: shown };
  }
}
