import { z } from 'zod';
import { schedulesAsOf } from '#domain/schedule/schedule.js';
import type { AdherenceReport } from '#pipeline/close/read-adherence.js';

const sums = {
  plannedMs: z
    .int()
    .describe('Planned time, what is planned as OTHER left out: denominator of both adherences.'),
  keptMs: z.int().describe('Numerator of adherence@genesys.'),
  presentMs: z.int().describe('Numerator of adherence@salesforce.'),
  plannedOnQueueMs: z.int().describe('Denominator of conformance@genesys.'),
  onQueueMs: z.int().describe('Numerator of conformance@genesys.'),
};

export const adherenceAnswerSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    programme: z.string(),
    toleranceMs: z.int(),
    asOf: z.enum(schedulesAsOf),
    days: z.array(
      z.object({
        day: z.string(),
        agent: z.string().describe('As the catalogue names the agent.'),
        schedule: z.string(),
        versions: z.int().describe('Publications of the day, whichever counts.'),
        ...sums,
        unmappedMs: z.int().describe('Planned by codes without a meaning: in no other figure.'),
      }),
    ),
    total: z.object(sums),
    unmappedCodes: z.array(z.object({ code: z.string(), ms: z.int() })),
    unmappedAgents: z
      .array(z.object({ agent: z.string(), days: z.int() }))
      .describe('Agents with a schedule who are of no programme, or whom the catalogue does not know.'),
  })
  .meta({ id: 'Adherence', description: 'How agents kept to their schedules, by agent and day.' });

export type AdherenceAnswer = z.infer<typeof adherenceAnswerSchema>;

export function adherenceAnswer({
  days,
  total,
  unmappedCodes,
  unmappedAgents,
  ...question
}: AdherenceReport): AdherenceAnswer {
  return {
    ...question,
    days: [...days],
    total,
    unmappedCodes: [...unmappedCodes],
    unmappedAgents: [...unmappedAgents],
  };
}
