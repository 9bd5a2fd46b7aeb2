import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { zonedTime } from '#domain/period/period.js';
import type { ReadNow } from '#pipeline/now/now-reader.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';

export const nowServiceToken = Symbol('what is going on');

/** What is going on in a programme, and its zone; null: the catalogue has no such programme. */
export type NowService = (programme: string) => Promise<{ report: ReadNow; timeZone: string } | null>;

const id = z.string().min(1).max(100);
const instant = z.string().describe('ISO 8601, by the clock of the programme.');
const wait = {
  waiting: z.int().describe('Contacts that wait.'),
  waitingSince: instant.nullable().describe('Begin of the longest wait; null: none waits.'),
  longestWaitMs: z.int().nullable(),
};

export const nowAnswerSchema = z
  .object({
    programme: z.string(),
    at: instant,
    timeZone: z.string(),
    position: z.string().describe('Offsets of the facts, by partition: all below was taken into account.'),
    ...wait,
    talking: z.int().describe('Agents who have taken a contact of the programme.'),
    queues: z.array(z.object({ queue: z.string(), ...wait })),
    agents: z.array(
      z.object({
        agent: z.string().describe('Code of the catalogue, else `unmapped:` and the id of the platform.'),
        state: z
          .string()
          .nullable()
          .describe('CONTACT, RING, or what the catalogue says of the code; null: the code is unmapped.'),
        code: z.string().nullable().describe('Of the platform; null: a contact says the state.'),
        reason: z.string().nullable(),
        since: instant,
        contacts: z.int().describe('That the agent has, of whatever programme.'),
      }),
    ),
  })
  .meta({ id: 'Now', description: 'What is going on in a programme.' });
type NowAnswer = z.infer<typeof nowAnswerSchema>;

@ApiTags('figures')
@Controller('v1')
export class NowController {
  constructor(@Inject(nowServiceToken) private readonly now: NowService) {}

  @Get('programmes/:id/now')
  @ApiOperation({
    summary: 'What is going on in a programme',
    description:
      'Contacts that wait, by queue and since when; agents by state and since when; how many have a contact. From what ' +
      'platforms reported of the last day and has not ended; platforms that report finished work only have nothing here.',
  })
  @ApiResponse({ status: 200, description: 'As far as is known.', standardSchema: nowAnswerSchema })
  @ApiProblems('invalid-request', 'unknown-programme', 'log-unavailable')
  async read(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) programme: string,
  ): Promise<NowAnswer> {
    const found = await this.now(programme);
    if (found === null)
      throw new ProblemError('unknown-programme', 'Name a programme of the catalogue.', { field: 'path.id' });
    return nowAnswer(found.report, found.timeZone);
  }
}

function nowAnswer(report: ReadNow, timeZone: string): NowAnswer {
  const { at, queues, agents, programme, position, talking } = report;
  const local = (ms: number): string => zonedTime(ms, timeZone);
  const waitOf = ({ waiting, waitingSince: since }: Pick<ReadNow, 'waiting' | 'waitingSince'>) => ({
    waiting,
    waitingSince: since === null ? null : local(since),
    longestWaitMs: since === null ? null : Math.max(0, at - since),
  });
  return {
    programme,
    at: local(at),
    timeZone,
    position,
    ...waitOf(report),
    talking,
    queues: queues.map((each) => ({ queue: each.queue, ...waitOf(each) })),
    agents: agents.map(({ since, ...agent }) => ({ ...agent, since: local(since) })),
  };
}
