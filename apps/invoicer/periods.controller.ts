import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import type { CloseOmissions } from '#wire/omissions.js';
import { invoiceReadySchema } from '#wire/invoice-ready.js';
import { outsideTermText } from '#pipeline/close/outside-term-text.js';
import type { Difference } from '#pipeline/close/close-period.js';
import type { ParkedWork } from '#pipeline/close/parked-work.js';
import type { StageBehind } from '#pipeline/close/cut.js';
import { actorOf } from '#runtime/nest/actor-of.js';
import { foreignPeriod, id, period, periodsApiToken, unknownContract } from './periods-api.js';
import { type VerificationAnswer, verificationAnswer, verificationSchema } from './verification-answer.js';
import { requestAnswer } from '#pipeline/close/request-answer.js';
import { closeRequestSchema } from './close-requests.controller.js';
import { type PeriodAnswer, periodAnswer, periodAnswerSchema } from './period-answer.js';
import type { CloseAnswer, PeriodService } from '#pipeline/close/period-service.js';

const revision = z.coerce.number().int().min(1).describe('1 is the close itself, the others adjust it.');

const closeQuery = z.strictObject({
  adjust: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Where the period has been closed: invoice what it costs more or less since.'),
  acceptOmissions: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe('Why the close may leave out work that the catalogue does not know, or that was refused.'),
  reason: z.string().trim().min(1).max(500).optional().describe('Why, for the record of the close.'),
});

@ApiTags('figures')
@Controller('v1/contracts/:id/periods/:period')
export class PeriodsController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get()
  @ApiOperation({
    summary: 'A period of a contract so far',
    description:
      'Live quantities, and what they amount to under the contract; of a closed period also what was invoiced, and ' +
      'what an adjustment would invoice now. Not an invoice: the close makes it, from the journal.',
  })
  @ApiResponse({
    status: 200,
    description: 'Quantities and amounts so far.',
    standardSchema: periodAnswerSchema,
  })
  @ApiProblems(
    'invalid-request',
    'unknown-contract',
    'tally-recounting',
    'log-unavailable',
    'store-unavailable',
  )
  async period(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
  ): Promise<PeriodAnswer> {
    const live = await this.periods.live(contract, month);
    if (live === null) throw unknownContract();
    if ('status' in live) throw foreignPeriod(live.detail);
    return periodAnswer(live);
  }

  @Get('revisions/:revision/verification')
  @ApiOperation({
    summary: 'Make an event again',
    description:
      'Makes the invoice-ready event of a revision again, from the journal below its cut and the catalogue of then, ' +
      'and compares it with the bytes of the close: `same`, or the first difference. Says also what this process has ' +
      'in another version than the one that closed. Writes nothing.',
  })
  @ApiResponse({ status: 200, description: 'What came out.', standardSchema: verificationSchema })
  @ApiProblems('invalid-request', 'unknown-revision', 'log-unavailable', 'store-unavailable')
  async verification(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Param('revision', { schema: revision, pipes: [validationPipe('path.revision')] }) number: number,
  ): Promise<VerificationAnswer> {
    const verified = await this.periods.verify(contract, month, number);
    if (verified.status !== 'unknownRevision') return verificationAnswer(verified);
    const detail = `The period has ${verified.revisions} revision(s).`;
    throw new ProblemError('unknown-revision', detail, { field: 'path.revision' });
  }

  @Post('close')
  @ApiOperation({
    summary: 'Close a period',
    description:
      'Cuts the journal, books and prices it, and emits the invoice-ready event, which is the answer, byte for byte. ' +
      'The schedule does the same when the period is due. The event of a closed period never changes: a repeated close answers it again. ' +
      'With `adjust=true` what the period costs now less all that was invoiced for it is one more event, of the ' +
      'next revision, which names its causes; where nothing differs, the last one is the answer. Later closed periods ' +
      'whose price looks back to it are adjusted as well where they differ: the header `adjusted-periods` names them.',
  })
  @ApiResponse({ status: 201, description: 'Closed or adjusted now.', standardSchema: invoiceReadySchema })
  @ApiResponse({ status: 200, description: 'Nothing was to be written.', standardSchema: invoiceReadySchema })
  @ApiResponse({
    status: 202,
    description:
      'Two people close the periods of this contract: it is asked for, and another one is to confirm it.',
    standardSchema: closeRequestSchema,
  })
  @ApiProblems(
    'invalid-request',
    'unknown-contract',
    'period-not-over',
    'period-outside-term',
    'period-held',
    'work-parked',
    'omissions-not-accepted',
    'book-tally-disagree',
    'catalogue-superseded',
    'edited-after-close',
    'event-unreadable',
    'log-replaced',
    'pipeline-behind',
    'tally-recounting',
    'log-unavailable',
    'store-unavailable',
  )
  async close(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Query({ schema: closeQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof closeQuery>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const mode = query.adjust === 'true' ? 'adjust' : 'close';
    const answer = await this.periods.close(
      contract,
      month,
      mode,
      query.acceptOmissions ?? null,
      actorOf(request),
      query.reason ?? null,
    );
    if (answer.status === 'requested') return reply.code(202).send(requestAnswer(answer));
    if (answer.status !== 'closed') throw problemOf(answer);
    const stopped = answer.moved.find(({ result }) => result.status !== 'closed');
    if (stopped?.result.status === 'requested') return reply.code(202).send(requestAnswer(stopped.result));
    if (stopped !== undefined && stopped.result.status !== 'closed') {
      const before = `${month} is adjusted; ${stopped.period}, whose price looks back to it, is not. `;
      throw problemOf(stopped.result, before);
    }
    const moved = answer.moved.map(({ period: later }) => later);
    if (moved.length > 0) void reply.header(adjustedPeriods, moved.join(', '));
    return reply
      .code(answer.isNew || moved.length > 0 ? 201 : 200)
      .type('application/json; charset=utf-8')
      .send(answer.event);
  }
}

/** Header of an answer: the later periods that were adjusted along. */
const adjustedPeriods = 'adjusted-periods';

/** `before`: what was done all the same. */
function problemOf(
  answer: Exclude<CloseAnswer, { status: 'closed' | 'requested' }>,
  before = '',
): ProblemError {
  switch (answer.status) {
    case 'twoPeople':
      throw new Error('a person closed, and was taken for none');
    case 'unknownContract':
      return unknownContract();
    case 'foreignPeriod':
      return foreignPeriod(answer.detail);
    case 'notOver': {
      const { endsAt: end, closesFrom: from } = answer;
      const detail = `It ends at ${end}; the contract waits for late events: close it from ${from} on.`;
      return new ProblemError('period-not-over', before + detail, { field: 'path.period' });
    }
    case 'outsideTerm':
      return new ProblemError(
        'period-outside-term',
        `${before}Nothing was closed. ${outsideTermText(answer)}`,
        { field: 'path.period' },
      );
    case 'superseded': {
      const inForce = answer.inForce === null ? 'No catalogue' : `Catalogue ${answer.inForce}`;
      const detail = `${inForce} is in force, this process works under ${answer.own}; `;
      return new ProblemError(
        'catalogue-superseded',
        `${before}${detail}nothing was closed. Ask again: it follows what is put in force.`,
      );
    }
    case 'overtaken': {
      const { author, version } = answer.by;
      const detail = `${author} was putting catalogue ${version} in force meanwhile; nothing was invoiced. Ask again.`;
      return new ProblemError('catalogue-superseded', before + detail);
    }
    case 'held': {
      const { actor, reason } = answer.by;
      const detail = `${actor.name} holds it: ${reason}. Nothing was closed: release it first.`;
      return new ProblemError('period-held', before + detail);
    }
    case 'parked':
      return new ProblemError('work-parked', before + parkedText(answer.work));
    case 'edited': {
      const faults = answer.faults.map(({ path, message }) => `${path}: ${message}`);
      return new ProblemError('edited-after-close', `${before}Nothing was closed. ${faults.join('; ')}.`);
    }
    case 'omissions':
      return new ProblemError('omissions-not-accepted', before + omissionsText(answer.omissions));
    case 'otherLog':
      return new ProblemError('log-replaced', `${before}Nothing was closed. ${answer.detail}`);
    case 'recounting':
      return new ProblemError(
        'tally-recounting',
        `${before}Nothing was closed: ${answer.detail}. Ask again later.`,
        { headers: { 'retry-after': '5' } },
      );
    case 'disagree':
      return new ProblemError('book-tally-disagree', before + disagreement(answer.differences));
    case 'meterBehind':
    case 'tallyBehind':
      return pipelineBehind(before + stageBehind(answer));
    case 'behind': {
      const { stage, left } = answer;
      const detail = `The ${stage.name} has ${left} record(s) of ${stage.topic} to go; nothing was closed. `;
      const advice = answer.begun ? 'Ask again later.' : 'No process has begun with it yet: start one.';
      return pipelineBehind(before + detail + advice);
    }
  }
}

function parkedText(work: readonly ParkedWork[]): string {
  const shown = work.slice(0, maxShown).map(({ stage, entity, cause, refusal }) => {
    return `${entity} (by the ${stage}, ${cause}, refusal ${refusal})`;
  });
  const more = work.length > maxShown ? ` and ${work.length - maxShown} more` : '';
  const advice = 'Find the cause and rebuild the stage, or leave it out: tallyline parked leave-out.';
  return `Nothing was closed: parked is ${shown.join(', ')}${more}. ${advice}`;
}

function omissionsText({ work, estimatedValues, refused, parked }: CloseOmissions): string {
  const left = [
    ...work.map(
      ({ kind, id, contacts, durationMs }) => `${kind} ${id}: ${contacts} contacts, ${durationMs} ms`,
    ),
    ...estimatedValues.map(({ kind, totalWithoutVat: { amount, currency } }) => {
      return `${kind} in all: about ${amount} ${currency}`;
    }),
    ...refused.map(({ reason, records }) => `refused (${reason}): ${records}`),
    ...parked.map(({ entity, author, reason }) => `parked, left out by ${author}: ${entity} (${reason})`),
  ];
  const advice = 'Nothing was closed: map and correct, or give acceptOmissions with a reason.';
  return `${advice} Left out: ${left.slice(0, maxShown).join('; ')}${left.length > maxShown ? '; …' : ''}.`;
}

function stageBehind({ status, partition, offset, cutOffset }: StageBehind): string {
  const [stage, topic] =
    status === 'meterBehind' ? ['meter', 'telephony.facts'] : ['tally', 'journal.postings'];
  return (
    `The ${stage} is at ${offset} in partition ${partition} of ${topic}, and an earlier close at ${cutOffset}; ` +
    'nothing was closed. Where its store was lost it is made again from the log: ask again later.'
  );
}

const maxShown = 5;

function pipelineBehind(detail: string): ProblemError {
  return new ProblemError('pipeline-behind', detail, { headers: { 'retry-after': '10' } });
}

function disagreement(differences: readonly Difference[]): string {
  const shown = differences
    .slice(0, maxShown)
    .map(({ key, book, tally }) => `${key}: book ${book}, tally ${tally}`)
    .join('; ');
  const more = differences.length > maxShown ? `; and ${differences.length - maxShown} more` : '';
  return `Nothing was closed. Drop the tally of this catalogue to have it rebuilt. ${shown}${more}`;
}
