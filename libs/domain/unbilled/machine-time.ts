import { measureContact } from '#domain/metering/contact-meter.js';
import type { Definition, MeasuredItem } from '#domain/metering/metered-item.js';
import { Sums } from '#domain/metering/sums.js';
import type { ContactContent, Leg } from '#domain/posting/posting.js';
import { scopeContact } from '#domain/scope/scoped-contact.js';
import { assignLeg, type WorkScope } from '#domain/scope/work-scope.js';
import { instantOf } from './contact-time.js';
import type { ContractLines } from './contract-lines.js';
import type { Cell } from './pieces.js';
import type { ProgrammeLines } from './programme-lines.js';

/** Whether a line that asks for the work of machines uses a part of a machine's leg. */
export function usesMachine(
  leg: Leg,
  cell: Cell,
  episode: ContactContent,
  programmes: ProgrammeLines,
  scope: WorkScope,
): boolean {
  const programme = assignLeg(leg, scope)?.programme ?? null;
  if (programme === null || scope.agent(leg.agent, leg.startedAt)?.kind !== 'machine') return false;
  return programmes.of(programme).some((own) =>
    own.lines.some((line) => {
      const interval = line.intervals.at(instantOf(own, cell));
      const definition = interval === null ? undefined : line.definitions[interval.inForce.index];
      return definition !== undefined && isUsed(own, line, definition, leg, cell, episode, scope);
    }),
  );
}

function isUsed(
  own: ContractLines,
  line: MeasuredItem,
  { measure, kpi, plan, workedBy }: Definition,
  leg: Leg,
  { state }: Cell,
  episode: ContactContent,
  scope: WorkScope,
): boolean {
  // as of people: a contact is looked at by a line of resolutions, whatever became of it
  if (measure.kind === 'resolved') return kpi?.type === 'settled' && kpi.by !== 'person';
  if (workedBy === 'people') return false;
  const isTime = measure.kind === 'time';
  if (isTime && (plan?.counts as Readonly<Record<string, boolean>> | undefined)?.[state] !== true)
    return false;
  const content = isTime ? { ...episode, segments: [], legs: [leg] } : episode;
  const part = scopeContact(own.contract, content, scope, 'machines');
  if (part?.legs.some((each) => each.leg === leg) !== true) return false;
  const sums = new Sums();
  measureContact(own.contract, line, part, workedBy, sums);
  return sums.quantities().length > 0;
}
