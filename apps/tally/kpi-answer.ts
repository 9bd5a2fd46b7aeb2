import { z } from 'zod';
import { agentKinds } from '#domain/contract/agent-kind.js';
import { agentStates, hoursNames } from '#domain/scope/agent-hours.js';
import { breakingOutcomes } from '#domain/fact/breaking-outcomes.js';
import { kpiDenominators, liveKpiTypes } from '#domain/live/kpi-figure.js';
import type { LiveKpis } from '#domain/live/report.js';
import type { KpiGrouping, KpiReport } from '#pipeline/tally/read-kpis.js';

/** The totals of the span, and with `by` one row per group, named by a member of that name. */
export function kpiAnswer(report: KpiReport, by: KpiGrouping | null): KpiAnswer {
  const { total, groups, asOf, ...days } = report;
  // Without resolutions an answer follows from the journal alone, whenever it is asked for.
  const span = total.resolutions.length === 0 ? days : { ...days, asOf };
  if (by === null) return { ...span, ...total };
  return { ...span, by, ...total, rows: groups.map(({ name, kpis }) => ({ [by]: name, ...kpis })) };
}

const count = z.int().min(0);
const milliseconds = z.int().min(0).describe('Milliseconds.');
const ratio = z.number().nullable().describe('null: no data, the denominator is 0.');
const averageMs = z.number().nullable().describe('Milliseconds; null: no data.');
const withinThresholds = z
  .record(z.string(), count)
  .meta({ description: 'Wait in ms (inclusive) to number of contacts.', example: { 20_000: 16_209 } });

const serviceLevelSchema = z
  .object({
    'SL-A': ratio,
    'SL-B': ratio,
    'SL-C': ratio,
    'SL-D': ratio,
    'SL-E': ratio,
  })
  .meta({
    id: 'ServiceLevel',
    description:
      'By variant, as in contracts: SL-A of the answered, SL-B of the offered, SL-C without short abandons, SL-D with ' +
      'abandons within the threshold as met, SL-E without them.',
  });

const ratiosSchema = z
  .object({
    ahtMs: averageMs,
    attMs: averageMs,
    asaMs: averageMs,
    abandonmentRate: ratio.describe(
      'All abandoned / offered: the figure `abandonment` with `shortAbandonMs` null.',
    ),
    answerRate: ratio.describe('Answered / offered: the figure `answerRate` with `shortAbandonMs` null.'),
    transferRate: ratio.describe('Contacts transferred / handled.'),
    holdRate: ratio.describe('Contacts put on hold / handled.'),
    occupancy: ratio.describe(
      '(handle + ring) / (the same + available); null where nothing reports availability.',
    ),
    serviceLevel: z.record(z.string(), serviceLevelSchema).meta({
      description: 'By threshold in ms.',
      example: {
        20_000: {
          'SL-A': 0.597,
          'SL-B': 0.49,
          'SL-C': 0.525,
          'SL-D': 0.587,
          'SL-E': 0.543,
        },
      },
    }),
  })
  .meta({ id: 'Ratios', description: 'For display; nothing that is billed is computed from them.' });

const fcrSchema = z
  .object({
    contacts: count,
    repeated: count,
    resolved: count,
    rate: ratio.describe('Per contact: resolved / contacts.'),
    issues: count.describe('A first contact and all that follow within the window of it.'),
    issuesSolved: count.describe('Issues that took one contact.'),
    issueRate: ratio.describe('Per issue: issuesSolved / issues.'),
  })
  .meta({
    id: 'Fcr',
    description:
      'Handled contacts of known customers, how many were repeated within it, and the issues they make.',
  });

const figureSchema = z
  .object({
    definition: z.enum(liveKpiTypes).describe('Type of the KPI, as in contracts.'),
    version: z.int().min(1).describe('Of the definition: as the contract says, else that of the live view.'),
    parameters: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.null(), z.array(z.union([z.string(), z.number()])).readonly()]),
      )
      .describe('What the type leaves open: thresholds in ms, variant, question.'),
    per: z.enum(kpiDenominators).describe('What the denominator counts.'),
    unit: z.enum(['seconds', 'ratio', 'points', 'score', 'perHour']),
    numerator: z.int(),
    denominator: z.int(),
    value: z.number().nullable().describe('In the unit; null: no data.'),
  })
  .meta({
    id: 'KpiFigure',
    description: 'One KPI with its definition. For display; nothing that is billed is computed from it.',
    example: {
      definition: 'serviceLevel',
      version: 1,
      parameters: { variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 5_000 },
      per: 'offeredWithoutShortAbandons',
      unit: 'ratio',
      numerator: 525,
      denominator: 1_000,
      value: 0.525,
    },
  });

const resolutionsSchema = z
  .object({
    version: z.int().min(1).describe('Of the definition, as the contract says.'),
    parameters: z
      .object({
        windowMs: z.int().min(1).describe('How long a resolution has to hold, ms.'),
        by: z.enum(agentKinds).nullable().describe('Whose resolutions; null: of people and of machines.'),
        unless: z.array(z.enum(breakingOutcomes)).readonly().describe('Outcomes that take one back.'),
        resolved: z
          .array(z.string())
          .readonly()
          .nullable()
          .describe(
            'Last dispositions that declare a contact resolved; null: every contact is taken as one.',
          ),
      })
      .describe('The definition, as a contract of the programme has it.'),
    workedOn: count.describe('Contacts of known customers that `by` worked on.'),
    settled: count.describe('Resolutions that held: their window is over.'),
    provisional: count.describe('Resolutions that hold so far: their window is not over.'),
    reversed: count.describe('Resolutions that were taken back within their window.'),
  })
  .meta({
    id: 'Resolutions',
    description:
      'What became of the contacts by one definition of a settled resolution. The rest of `workedOn` was not resolved: ' +
      'handed over, or resolved by the other kind.',
  });

const hoursSchema = z
  .object({
    definition: z.enum(hoursNames),
    version: z.int().min(1).describe('Of the definition; contracts write it as `productive@1`.'),
    states: z.array(z.enum(agentStates)).readonly().describe('The states whose time it is.'),
    ms: milliseconds,
  })
  .meta({ id: 'Hours', description: "Agents' time by a named definition." });

const kpisShape = {
  offered: count,
  answered: count,
  abandoned: count,
  flowOut: count.describe('Left the queue for another destination.'),
  otherOut: count.describe('Left the queue in a way the platform does not report.'),
  handled: count.describe('Contacts (below the programme: legs) that reached an agent.'),
  legs: count.describe('Answered agent sessions.'),
  missed: count.describe('Offers that rang on an agent and were not taken.'),
  machineLegs: count.describe('Legs of machines (voice response units, bots); in no other figure.'),
  outcomes: count.describe('Business events: sales, answers to surveys, ...'),
  transferred: count,
  held: count,
  waitAnsweredMs: milliseconds,
  waitAbandonedMs: milliseconds,
  waitFlowOutMs: milliseconds,
  talkMs: milliseconds,
  holdMs: milliseconds,
  acwMs: milliseconds,
  dialMs: milliseconds,
  previewMs: milliseconds.describe('Time with a callback or a preview outside of its calls, ms.'),
  acwMissedMs: milliseconds.describe('After-call work of offers that were not taken; in no handle time, ms.'),
  machineMs: milliseconds.describe('Time of the legs of machines, ms.'),
  handleMs: milliseconds.describe('talk + hold + after-call work + dialling, ms.'),
  activityMs: z
    .record(z.string(), count)
    .describe("Agents' time outside of contacts, by state, ms; UNMAPPED: codes without a state."),
  hours: z
    .array(hoursSchema)
    .readonly()
    .describe('Hours of agents by each named definition; what happens at once counts in full.'),
  unseenMs: milliseconds.describe("Agents' time after a state whose end was never reported; never billed."),
  implausibleMs: milliseconds.describe(
    "Agents' time in work that is longer than plausible; in no other figure, never billed until confirmed.",
  ),
  implausibleWorks: count.describe('Such pieces of work, also contacts that only waited.'),
  reportedMs: z
    .record(z.string(), count)
    .describe('What platforms have added up themselves, by their code, ms; to compare with.'),
  answeredWithin: withinThresholds,
  abandonedWithin: withinThresholds,
  fcr: z.record(z.string(), fcrSchema).meta({
    description: 'By window, an ISO 8601 duration.',
    example: {
      P7D: {
        contacts: 1_000,
        repeated: 180,
        resolved: 820,
        rate: 0.82,
        issues: 850,
        issuesSolved: 714,
        issueRate: 0.84,
      },
    },
  }),
  resolutions: z
    .array(resolutionsSchema)
    .readonly()
    .describe('What became of resolutions, by each definition that contracts have; as of `asOf`.'),
  ratios: ratiosSchema,
  figures: z
    .array(figureSchema)
    .readonly()
    .describe('Every KPI with its definition, parameters and version.'),
};

/** Fails to compile where it no longer says what `LiveKpis` says. */
const kpisSchema = z.object(kpisShape) satisfies z.ZodType<LiveKpis>;

export const groupings = ['queue', 'agent', 'day', 'quarter-hour'] as const satisfies KpiGrouping[];

const rowSchema = kpisSchema
  .extend({
    queue: z.string().describe('Name of the queue in the programme.'),
    agent: z.string().describe('Code of the agent.'),
    day: z.string().describe('Local day of the programme.'),
    'quarter-hour': z
      .string()
      .describe('Its start, ISO 8601: local time of the programme with its offset.')
      .meta({ example: '2026-10-25T02:00:00+02:00' }),
  })
  .partial({ queue: true, agent: true, day: true, 'quarter-hour': true })
  .meta({ id: 'KpiRow', description: 'One group, named by the member that `by` says.' });

export const kpiAnswerSchema = z.object({
  programme: z.string(),
  from: z.string(),
  to: z.string().describe('The last day, included.'),
  timeZone: z.string().describe('IANA zone in which days are cut.'),
  asOf: z
    .string()
    .optional()
    .describe(
      'When `resolutions` are settled or provisional, where there are some: the start of a quarter-hour, ISO 8601, ' +
        'local time.',
    )
    .meta({ example: '2026-04-02T10:15:00+02:00' }),
  by: z.enum(groupings).optional(),
  ...kpisShape,
  rows: z.array(rowSchema).optional().describe('Only with `by`.'),
});

export type KpiAnswer = z.input<typeof kpiAnswerSchema>;
