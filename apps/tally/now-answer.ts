import { z } from 'zod';
import { zonedTime } from '#domain/period/period.js';
import type { ReadNow } from '#pipeline/now/now-reader.js';

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
    implausible: z
      .int()
      .describe(
        'Contacts and states that have lasted longer than their connection allows: in no other figure.',
      ),
  })
  .meta({ id: 'Now', description: 'What is going on in a programme.' });
export type NowAnswer = z.infer<typeof nowAnswerSchema>;

export function nowAnswer(report: ReadNow, timeZone: string): NowAnswer {
  const { at, queues, agents, programme, position, talking, implausible } = report;
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
    implausible,
  };
}
