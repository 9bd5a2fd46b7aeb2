import type { CatalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import { contactsOf } from '#domain/kpi/chain-links.js';
import { changeChain, emptyChain, type RepeatChain, type RepeatChange } from '#domain/kpi/repeat-chain.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import type { AddToTally } from '#domain/live/measure.js';
import { tallyRepeat } from '#domain/live/repeat-tally.js';
import { tallyContent } from '#domain/live/tally.js';
import { type ContractIndex, contractIndex, issueWindowsOf } from '#domain/metering/contract-index.js';
import { resolvingProgrammes } from '#domain/metering/resolving.js';
import type { Posting } from '#domain/posting/posting.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import { contractKey } from '#wire/stages.js';

/** What a catalogue says of counting: the contracts a posting counts for, in all of their months. */
export interface CountingRules {
  readonly view: CatalogueView;
  /**
   * As the view, but agents are summed by the platforms' ids: codes are looked up when figures are read.
   * null: live sums are left out.
   */
  readonly live: LiveScope | null;
  readonly contracts: ContractIndex<CatalogueView['contracts'][number]>;
  /** Programmes of which chain of resolutions are kept. */
  readonly resolving: ReadonlySet<string>;
  /** Windows of anchored issues of a programme: its own and those of its contracts. */
  windowsOf(programme: string): readonly number[];
}

/** A part of all that is counted. */
export interface CountedPart {
  readonly live: boolean;
  readonly contract: (contract: Contract) => boolean;
}

const everything: CountedPart = { live: true, contract: () => true };

export function countingRules(view: CatalogueView, part = everything): CountingRules {
  const contracts = view.contracts.filter(({ meter }) => part.contract(meter.contract));
  const windows = new Map<string, readonly number[]>();
  return {
    view,
    resolving: resolvingProgrammes(view.contracts.map(({ meter }) => meter.contract)),
    live: part.live ? { ...view, agentCode: (agent) => agent } : null,
    contracts: contractIndex(
      contracts.map((item) => ({ item, meter: item.meter, from: -Infinity, to: Infinity })),
    ),
    windowsOf(programme) {
      let known = windows.get(programme);
      if (known === undefined) {
        const own = part.live ? view.rules(programme).fcrWindowsMs : [];
        const agreed = issueWindowsOf(
          contracts.map(({ meter }) => meter),
          programme,
        );
        windows.set(programme, (known = [...new Set([...own, ...agreed])]));
      }
      return known;
    },
  };
}

export function countPosting(
  { content, sign }: Posting,
  { live, contracts }: CountingRules,
  add: AddToTally,
): void {
  if (live !== null) tallyContent(content, sign, live, add);
  for (const { id, meter } of contracts.of(content)) {
    for (const { period, key, value } of meter.measure(content)) {
      add(contractKey(id, period), key, sign * value);
    }
  }
}

export function countRepeat(change: RepeatChange, { live, contracts }: CountingRules, add: AddToTally): void {
  const { contact, sign } = change;
  if (live !== null) tallyRepeat(change, live.rules(contact.programme), add);
  for (const { id, meter } of contracts.ofRepeat(contact)) {
    for (const { period, key, value } of meter.measureRepeat(contact, change)) {
      add(contractKey(id, period), key, sign * value);
    }
  }
}

/**
 * Adds all that a chain counts, as if its contacts came one after the other, or takes it back. Others have
 * their turn now and then.
 */
export async function countChain(
  chain: RepeatChain,
  rules: CountingRules,
  sums: Sums,
  sign: 1 | -1,
): Promise<void> {
  const add = sign === 1 ? sums.add : sums.subtract;
  const turns = new EventLoopTurns(additionsUntilTurn);
  let grown = emptyChain;
  for (const contact of contactsOf(chain.links)) {
    const { added } = sums;
    const changed = changeChain(grown, contact, 1, rules.windowsOf(contact.programme));
    grown = changed.chain;
    for (const change of changed.changes) countRepeat(change, rules, add);
    await turns.after(sums.added - added);
  }
}

/** What is added to sums before others have their turn: some milliseconds. */
export const additionsUntilTurn = 5_000;

/** The increments of one commit, summed before they go to the store. */
export class Sums {
  /** How often something was added. */
  added = 0;
  readonly #byKey = new Map<string, Map<string, number>>();

  readonly add: AddToTally = (key, field, delta) => {
    this.added += 1;
    let fields = this.#byKey.get(key);
    if (fields === undefined) this.#byKey.set(key, (fields = new Map<string, number>()));
    fields.set(field, (fields.get(field) ?? 0) + delta);
  };

  readonly subtract: AddToTally = (key, field, delta) => this.add(key, field, -delta);

  /** Sums of 0 are left out. */
  increments(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    for (const [key, fields] of this.#byKey) {
      for (const [field, delta] of fields) if (delta === 0) fields.delete(field);
      if (fields.size === 0) this.#byKey.delete(key);
    }
    return this.#byKey;
  }
}
