import type { HandledContact } from '#domain/kpi/chain-links.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import { localDay, type Period } from '#domain/period/period.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import { rowsBehind, type TraceRow } from '#domain/pricing/trace.js';
import type { Log } from '#log/log.js';
import { type Contribution, ContributionTable } from './contribution-table.js';
import { limitOf } from './cut.js';
import { readQuantities } from './read-quantities.js';
import type { VerifyDeps } from './verify-close.js';

/** What an entry of a closed invoice counts: names of sums, with what the close has for them. */
export type CountedSums = ReadonlyMap<string, number>;

/**
 * The sums that entries of an invoice rest on, from its own explanation: of lines what they count, of a bonus
 * or malus the KPI that it is judged by. Empty: nothing is counted, as of a fixed amount.
 */
export function countedSums(
  rows: readonly TraceRow[],
  entries: readonly { readonly row: string; readonly clause: string }[],
): CountedSums {
  const sums = new Map<string, number>();
  for (const { row, clause } of entries) {
    const known = sumsBehind(rows, row);
    const own = known.filter(([name]) => isOfLine(name, clause));
    for (const [name, value] of own.length > 0 ? own : known.filter(([name]) => name.startsWith('kpi/')))
      sums.set(name, value);
  }
  return sums;
}

function sumsBehind(rows: readonly TraceRow[], row: string): (readonly [string, number])[] {
  return rowsBehind(rows, row)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([name, value]) => {
      const isSum = typeof value === 'string' && /^(line|kpi)\//.test(name);
      return isSum ? [[name, Number(value)] as const] : [];
    });
}

function isOfLine(name: string, line: string): boolean {
  const key = decodeQuantityKey(name);
  return key.kind === 'line' && key.id === line;
}

/**
 * All pieces of work that a closed invoice counts in these sums, each with what it adds: the journal below
 * the cut of the close, measured by the terms and the mapping of its catalogue. The caller closes the table.
 */
export async function readContributions(
  { contract: id, period, revision }: { contract: string; period: Period; revision: number },
  sums: CountedSums,
  { log, closeLog, lookupOf }: Pick<VerifyDeps, 'closeLog' | 'lookupOf'> & { readonly log: Log },
): Promise<ContributionTable> {
  const close = (await closeLog.effective(id, period))[revision - 1];
  if (close === undefined) throw new Error(`there is no revision ${revision} of ${id} ${period}`);
  const view = await lookupOf(close.cut.catalogue);
  const contract = view.contract(id);
  if (contract === null) throw new Error(`catalogue ${close.cut.catalogue} has no contract ${id}`);
  const table = new ContributionTable((instant) => localDay(instant, contract.timeZone));
  const onAddition = (
    key: string,
    value: number,
    work: PostingContent | HandledContact,
    sign: 1 | -1,
  ): void => {
    if (!sums.has(key)) return;
    const decoded = decodeQuantityKey(key);
    const isDenominator = decoded.kind === 'kpi' && decoded.part === 'd';
    table.add(
      { ...described(work, view), value: isDenominator ? 0 : value, denominator: isDenominator ? value : 0 },
      sign === 1,
    );
  };
  try {
    const meter = contractMeter(contract, view);
    await readQuantities(log, [{ period, meter, view, limit: limitOf(close.cut), onAddition }]);
  } catch (error) {
    table.close();
    throw error;
  }
  return table;
}

type Described = Omit<Contribution, 'value' | 'denominator'>;

/** Queues and agents as the catalogue names them, else as the platform does. */
function described(work: PostingContent | HandledContact, view: LiveScope): Described {
  const { kind, id, startedAt, queue, agents } = origin(work);
  const named =
    queue === null || !('kind' in work) ? queue : (view.assignmentOf(queue, startedAt)?.queue ?? queue);
  return {
    kind,
    id,
    startedAt,
    queue: named,
    agents: [...new Set(agents.map((agent) => view.agentCode(agent) ?? agent))],
  };
}

function origin(work: PostingContent | HandledContact): Described {
  if (!('kind' in work)) {
    const { contact: id, enteredAt: startedAt, queue, legs } = work;
    return { kind: 'contact', id, startedAt, queue, agents: legs.map(({ agent }) => agent) };
  }
  switch (work.kind) {
    case 'contact':
      return originOfContact(work);
    case 'outcome': {
      const startedAt = Math.min(...work.events.map(({ at }) => at));
      const agents = work.agent === null ? [] : [work.agent];
      return { kind: 'outcome', id: work.outcome, startedAt, queue: work.queue, agents };
    }
    case 'activity': {
      const { activity: id, startedAt, queue, agent } = work;
      return { kind: 'activity', id, startedAt, queue, agents: [agent] };
    }
    case 'timeline': {
      const startedAt = Math.min(...work.stretches.map((stretch) => stretch.startedAt));
      return { kind: 'timeline', id: work.timeline, startedAt, queue: null, agents: [work.agent] };
    }
    case 'schedule': {
      const { schedule: id, startedAt, agent } = work;
      return { kind: 'schedule', id, startedAt, queue: null, agents: [agent] };
    }
    case 'totals':
      throw new Error(`totals of agents (${work.totals}) are never counted`);
  }
}

function originOfContact({ contact: id, segments, legs, missed, sideWork = [] }: ContactContent): Described {
  const starts = [
    ...segments.map(({ enteredAt }) => enteredAt),
    ...[...legs, ...sideWork].map(({ startedAt }) => startedAt),
    ...missed.map(({ at }) => at),
  ];
  const queue = [...segments, ...legs, ...sideWork].find((each) => each.queue !== null)?.queue ?? null;
  const agents = [...legs, ...sideWork].map(({ agent }) => agent);
  return { kind: 'contact', id, startedAt: Math.min(...starts), queue, agents };
}
