import { z } from 'zod';
import {
  agrees,
  check,
  type Entry,
  explainedSteps,
  type Explicable,
} from '#contract-text/explanation/explanation.js';
import type { SumUnits } from '#contract-text/explanation/sum-units.js';
import { valueText } from '#contract-text/explanation/trace-formatter.js';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { zonedTime } from '#domain/period/period.js';
import type { Contribution, ContributionTable } from '#pipeline/close/contribution-table.js';

const decimal = z.string().describe('Decimal number.');

export const explanationSchema = z.object({
  remarks: z
    .array(z.string())
    .describe(
      'What it says beside lines and totals: causes of an adjustment, commitments, what was left out.',
    ),
  check: z
    .object({ agrees: z.boolean(), checked: z.int(), net: decimal })
    .describe('Whether all amounts follow from the steps, computed again from them alone for this answer.'),
  entries: z.array(
    z.object({
      kind: z.enum(['line', 'allowanceOrCharge', 'vat']),
      identifier: z.string(),
      clause: z.string().describe('Line or clause of the contract.'),
      name: z.string(),
      amount: decimal,
      steps: z.array(
        z.object({ row: z.string(), step: z.string(), how: z.string(), result: z.string() }).meta({
          id: 'ExplainedStep',
          description: 'In words of the language asked for; `row` is the id in the event.',
        }),
      ),
    }),
  ),
});

export function explanationAnswer(
  all: Explicable,
  entries: readonly Entry[],
  remarks: readonly string[],
  lang: Lang,
): z.infer<typeof explanationSchema> {
  const result = check(all);
  return {
    remarks: [...remarks],
    check: { agrees: agrees(result), checked: result.checked, net: result.net },
    entries: explainedSteps(all, entries, lang).map(({ kind, identifier, clause, name, amount, steps }) => {
      return { kind, identifier, clause, name, amount, steps: [...steps] };
    }),
  };
}

const amountOfWork = {
  value: z.int().describe('In the unit of the line; of a KPI: what it adds to the numerator.'),
  denominator: z.int().nullable().describe('Of a KPI; null: a line has none.'),
  text: z.string().describe('The same in words of the language asked for.'),
};

export const contactsSchema = z.object({
  line: z.string(),
  timeZone: z.string(),
  unit: z.string(),
  denominatorUnit: z.string().nullable(),
  total: z.object({ count: z.int(), ...amountOfWork }).describe('Of all, as the close counted.'),
  work: z
    .array(
      z
        .object({
          number: z.int().describe('By start, from 1: the same whenever it is asked.'),
          kind: z.enum(['contact', 'outcome', 'activity', 'timeline', 'schedule']),
          id: z.string().nullable().describe('null: a brand may not see it.'),
          startedAt: z.string().describe('ISO 8601, by the clock of the contract.'),
          queue: z.string().nullable(),
          agents: z.array(z.string()).describe('Codes; for a brand numbers instead.'),
          ...amountOfWork,
        })
        .meta({ id: 'Contribution', description: 'A piece of work, and what it adds to the line.' }),
    )
    .describe('By start.'),
  next: z.int().nullable().describe('`after` of the next page; null: there is none.'),
});

export interface ContactsShown {
  readonly line: string;
  readonly timeZone: string;
  readonly units: SumUnits;
  readonly lang: Lang;
  /** Without ids, and with numbers for agents. */
  readonly isPseudonymous: boolean;
}

/** `after`: the number of the last piece of work of the page before. */
export function contactsAnswer(
  table: ContributionTable,
  { after, limit }: { readonly after: number; readonly limit: number },
  { line, timeZone, units, lang, isPseudonymous }: ContactsShown,
): z.infer<typeof contactsSchema> {
  const words = wording(lang);
  const amount = ({ value, denominator }: Pick<Contribution, 'value' | 'denominator'>) => {
    const texts = [valueText(String(value), units.value, words, '')];
    if (units.denominator !== null) texts.push(valueText(String(denominator), units.denominator, words, ''));
    return { value, denominator: units.denominator === null ? null : denominator, text: texts.join(' / ') };
  };
  const agentNumbers = new Map<string, string>();
  const named = (agent: string): string => {
    if (!isPseudonymous) return agent;
    const known = agentNumbers.get(agent) ?? String(agentNumbers.size + 1);
    agentNumbers.set(agent, known);
    return known;
  };
  const work: z.infer<typeof contactsSchema>['work'] = [];
  let number = 0;
  for (const { kind, id, startedAt, queue, agents, ...values } of table.rows()) {
    number += 1;
    const names = agents.map(named);
    if (number <= after) continue;
    const start = zonedTime(startedAt, timeZone);
    const shown = isPseudonymous ? null : id;
    work.push({ number, kind, id: shown, startedAt: start, queue, agents: names, ...amount(values) });
    if (work.length === limit) break;
  }
  const { count, ...sums } = table.total();
  return {
    line,
    timeZone,
    unit: units.value,
    denominatorUnit: units.denominator,
    total: { count, ...amount(sums) },
    work,
    next: number < count && work.length > 0 ? number : null,
  };
}
