import type { Change, Claim, PartitionRef } from '#store/store.js';
import { appendAct } from '#pipeline/operator-acts.js';
import type { Authored } from '#wire/operator-acts.js';
import { auditSums, pairsOf, Recount, type SumsAudit, type SumsAuditDeps, tallyRef } from './audit-sums.js';
import { tallyCatalogueKey } from '#pipeline/tally-catalogue.js';
import { type Drift, repairedKey } from './drift.js';
import { readStates, statePairsOf } from './tallied-states.js';

/** More is no drift but a lost store: it is made again as a whole. */
const maxRepaired = 10_000;
/** A tally under load claims its partition back within a batch or two. */
const maxTries = 100;
/** What a wrong chain or watermark has made wrong behind the first audit is set right by the next pass. */
const maxPasses = 5;

export type SumsRepair =
  | { readonly status: 'nothing'; readonly audit: SumsAudit }
  /** More drifts than a repair is for. */
  | { readonly status: 'too-many'; readonly audit: SumsAudit }
  /**
   * Something differs still: the tally claimed its partition back each time before the repair was written.
   */
  | { readonly status: 'unfinished'; readonly audit: SumsAudit }
  | {
      readonly status: 'repaired';
      /** Before the repair. */
      readonly audit: SumsAudit;
      /** Of the journal: from there on nothing differs. */
      readonly offset: number;
      /** What was set, from `tally` to `journal`, as they were at the offset of the commit. */
      readonly drifts: readonly Drift[];
    };

/**
 * Sets the drifting sums and states of a partition of the tally to what the journal says, while the tally may
 * work on: it claims the partition, so that a commit of the tally that is under way is stale and counts once
 * more behind the repair; counts up to the very offset of the claim; and commits at that offset, or, where
 * the tally has claimed it back meanwhile, tries again. Who decided it is in the log before anything is
 * changed.
 */
export async function repairSums(
  partition: number,
  deps: SumsAuditDeps,
  decided: Authored,
): Promise<SumsRepair> {
  const auditNow = async () => auditSums(partition, { ...deps, maxDrifts: maxRepaired });
  const audit = await auditNow();
  const { differing } = audit;
  if (differing === 0) return { status: 'nothing', audit };
  if (differing > maxRepaired) return { status: 'too-many', audit };
  const { keyspace } = tallyRef(partition);
  const recorded = audit.drifts.slice(0, maxRecorded);
  const act = { act: 'sums-repaired', ...decided, keyspace, partition, differing, drifts: recorded } as const;
  await appendAct(deps.log, act);
  const drifts: Drift[] = [];
  let left = audit;
  for (let pass = 0; pass < maxPasses; pass++) {
    const repaired = await repairOnce(partition, left.drifts, deps, decided);
    drifts.push(...(repaired ?? []));
    left = await auditNow();
    if (left.differing === 0) return { status: 'repaired', audit, offset: left.offset, drifts };
  }
  return { status: 'unfinished', audit: left };
}

/** Answers what was set; null: the tally was quicker each time. */
async function repairOnce(
  partition: number,
  found: readonly Drift[],
  deps: SumsAuditDeps,
  decided: Authored,
): Promise<readonly Drift[] | null> {
  const ref = tallyRef(partition);
  const begun = await deps.store.sums(ref, [tallyCatalogueKey]);
  const count = await Recount.begin(ref, begun.values, deps);
  const keys = keysOf(found);
  for (let tries = 0; tries < maxTries; tries++) {
    const claim = await deps.store.claim(ref);
    const { values } = await deps.store.sums(ref, [tallyCatalogueKey]);
    count.requireSame(values);
    await count.to(claim.next);
    const { change, drifts } = await correction(keys, ref, claim, deps, decided);
    if (drifts.length === 0) return drifts;
    const answer = await deps.store.commit(ref, change);
    if (answer === 'done') return drifts;
  }
  return null;
}

/** In the act; the log of the process and the answer have all. */
const maxRecorded = 100;

interface DriftingKeys {
  readonly sums: readonly string[];
  readonly states: readonly string[];
}

function keysOf(drifts: readonly Drift[]): DriftingKeys {
  const of = (isSum: boolean) => [
    ...new Set(drifts.filter(({ field }) => (field !== null) === isSum).map(({ key }) => key)),
  ];
  return { sums: of(true), states: of(false) };
}

/** What sets the keys right at the offset of the claim, up to which the scratch store has counted. */
async function correction(
  keys: DriftingKeys,
  ref: PartitionRef,
  { epoch, next }: Claim,
  { store, scratch }: SumsAuditDeps,
  decided: Authored,
): Promise<{ readonly change: Change; readonly drifts: readonly Drift[] }> {
  const [own, live] = [await scratch.sums(ref, keys.sums), await store.sums(ref, keys.sums)];
  const sums = [...pairsOf(keys.sums, own.values, live.values)].filter(isDrift);
  const ownStates = await readStates(keys.states, async (some) => scratch.load(ref, some));
  const liveStates = await readStates(keys.states, async (some) => store.load(ref, some));
  const states = statePairsOf(keys.states, ownStates, liveStates).filter(isDrift);
  const [before = null] = await store.load(ref, [repairedKey]);
  const drifts = [...sums, ...states];
  const increments = new Map<string, Map<string, number>>();
  for (const { key, field, journal, tally } of sums) {
    const fields = increments.get(key) ?? new Map<string, number>();
    increments.set(key, fields.set(field ?? '', Number(journal ?? 0) - Number(tally ?? 0)));
  }
  const puts = new Map(states.flatMap(({ key }) => [...(ownStates.get(key)?.stored ?? [])]));
  const lying = states.flatMap(({ key }) => [...(liveStates.get(key)?.stored.keys() ?? [])]);
  const repaired = JSON.stringify({ ...decided, offset: next, epoch, sums: drifts.length });
  return {
    drifts,
    change: {
      epoch,
      expectedNext: next,
      next,
      guard: { key: repairedKey, value: before },
      puts: [...puts, [repairedKey, repaired]],
      deletes: lying.filter((key) => !puts.has(key)),
      increments,
    },
  };
}

function isDrift({ journal, tally }: Drift): boolean {
  return journal !== tally;
}
