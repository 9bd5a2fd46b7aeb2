import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Fact } from '#domain/fact/fact.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { contractIndex } from '#domain/metering/contract-index.js';
import { resolvingProgrammes } from '#domain/metering/resolving.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { type PostingContent, subjectOf } from '#domain/posting/posting.js';
import type { Log } from '#log/log.js';
import { leftOutDecisions, markName } from '#pipeline/operator-acts.js';
import { allParked, type ParkedEntity, type ParkingCause } from '#pipeline/parking.js';
import { openRefusals } from '#pipeline/redrive.js';
import type { Store } from '#store/store.js';
import type { LeftOutEntity } from '#wire/closes.js';
import type { Authored } from '#wire/operator-acts.js';
import { decodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { meterStage, tallyStage } from '#wire/stages.js';

/** An entity that a stage has parked, of which something belongs to a contract and period, or may. */
export interface ParkedWork {
  readonly stage: 'meter' | 'tally';
  readonly entity: string;
  /** Of the refusal that says why. */
  readonly refusal: string;
  /** Of the stage's topic: where it was parked. */
  readonly partition: number;
  readonly offset: number;
  readonly cause: ParkingCause;
  /** An operator's, to leave it out; null: closes wait for one. */
  readonly decision: Authored | null;
}

export interface ParkedWorkDeps {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: CatalogueIndex;
  /** Of facts and journal. */
  readonly partitions: number;
}

/**
 * What is parked of a contract's period: as long as there is any that no operator has left out, the period is
 * neither closed nor adjusted, for the sums leave it out. Of a posting its content says to whom it belongs;
 * of a fact, that has not become part of one, its connection and time do, so that it counts for every
 * programme with a queue there.
 */
export async function parkedWork(
  contract: Contract,
  period: Period,
  { log, store, lookup, partitions }: ParkedWorkDeps,
): Promise<ParkedWork[]> {
  const parked = {
    meter: await allParked(store, meterStage.keyspace, partitions),
    tally: await allParked(store, tallyStage.keyspace, partitions),
  };
  if (parked.meter.length + parked.tally.length === 0) return [];
  const scope = concernOf(contract, period, lookup);
  const decisions = await leftOutDecisions(log);
  const found = new Map<string, ParkedWork>();
  for (const { id, stage, reason, from } of await openRefusals(log)) {
    if (reason !== 'parked' || stage === 'normalizer') continue;
    const [record] = await log.read(from.topic, from.partition, from.offset, 1);
    if (record?.offset !== from.offset) continue;
    for (const { entity, isConcerned } of stage === 'meter'
      ? factIn(record.value)
      : contentsIn(record.value)) {
      const name = `${stage}|${entity}`;
      const mark = parked[stage].find((each) => isBehind(each, entity, from));
      if (found.has(name) || mark === undefined || !isConcerned(scope)) continue;
      const decision = decisions.get(markName(stage, mark)) ?? null;
      found.set(name, { stage, refusal: id, ...mark, decision });
    }
  }
  return [...found.values()];
}

/** What of it the tally leaves out, from an offset of the journal on. */
export function withoutParked(parked: readonly ParkedWork[]): LeftOutEntity[] {
  return parked
    .filter(({ stage }) => stage === 'tally')
    .map(({ entity, partition, offset }) => ({ entity, partition, offset }));
}

/** Which work the period of a contract is about. */
interface Concern {
  hasContent(content: PostingContent): boolean;
  hasFact(fact: Fact): boolean;
}

interface LeftOut {
  readonly entity: string;
  readonly isConcerned: (concern: Concern) => boolean;
}

function contentsIn(value: string): LeftOut[] {
  return (decodeJournalRecord(value)?.postings ?? []).map(({ content }) => ({
    entity: subjectOf(content),
    isConcerned: (concern) => concern.hasContent(content),
  }));
}

function factIn(value: string): LeftOut[] {
  const event = decodeFact(value);
  if (event === null) return [];
  const { fact } = event;
  return [{ entity: fact.entity, isConcerned: (concern) => concern.hasFact(fact) }];
}

/** Not where the stage was rebuilt since and could go on with it. */
function isBehind(
  mark: ParkedEntity,
  entity: string,
  from: { readonly partition: number; readonly offset: number },
): boolean {
  return mark.entity === entity && mark.partition === from.partition && mark.offset <= from.offset;
}

function concernOf(contract: Contract, period: Period, lookup: CatalogueIndex): Concern {
  const { start, end } = periodsOf(contract).bounds(period);
  const meter = contractMeter(contract, lookup);
  const resolving = resolvingProgrammes([contract]);
  const index = contractIndex([{ item: contract, meter, from: start, to: end }]);
  const queues = lookup.catalogue.programmes.find(({ id }) => id === contract.programme)?.queues ?? [];
  const connections = new Set(queues.map(({ connection }) => connection));
  return {
    hasContent: (content) =>
      index.of(content).length > 0 ||
      handledContacts(content, lookup, resolving).some((contact) => index.ofRepeat(contact).length > 0),
    hasFact: (fact) => {
      const named = 'programme' in fact ? fact.programme : null;
      if (named !== null && named !== contract.programme) return false;
      if (named === null && !connections.has(fact.connection)) return false;
      return fact.type === 'outcome.recorded' || (fact.at >= start - longestMs && fact.at < end + longestMs);
    },
  };
}

/** How long a contact may last. */
const longestMs = 31 * 86_400_000;
