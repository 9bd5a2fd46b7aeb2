import type { Contract } from '#domain/contract/contract.js';
import type { HeldTogether } from '#domain/clock/together.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { ContactContent, Leg, Posting, PostingContent } from '#domain/posting/posting.js';
import { type AgentAttributes, assignActivity, assignLeg, assignStay } from '#domain/scope/work-scope.js';
import { heldParts, holdingTogether, plausibleWork } from '#domain/scope/plausible-work.js';
import { beginOf } from '#domain/unbilled/contact-stops.js';
import type { OmittedWork, OmittedWorkKind } from '#wire/omissions.js';
import { UnapprovedWork } from './unapproved-work.js';

type UnknownWork = Exclude<OmittedWorkKind, 'unapprovedWork'>;

interface Sum {
  contacts: number;
  durationMs: number;
}

/**
 * Adds up the work of a period that a contract does not charge: queues that belong to no programme, whichever
 * contract they would be for, and agents unknown to the catalogue in the contract's own programme. Time is
 * that of legs with their after-call work, and of activities, clipped to the period. Beside them ad-hoc work
 * that the contract would charge and no one has approved, and implausible work that it would.
 */
export class OmittedWorkSums {
  readonly #scope: LiveScope;
  #held: HeldTogether = new Map();
  #holding: LiveScope;
  readonly #programme: string;
  readonly #bounds: { readonly start: number; readonly end: number };
  readonly #sums: Readonly<Record<UnknownWork, Map<string, Sum>>> = {
    unmappedQueue: new Map(),
    unknownAgent: new Map(),
    implausible: new Map(),
  };
  readonly #unapproved: UnapprovedWork;
  readonly #period: Period;
  /** Counts as if nothing were implausible. */
  readonly #unlimited: ContractMeter;

  constructor(contract: Contract, period: Period, scope: LiveScope) {
    const { programme } = contract;
    this.#scope = scope;
    this.#holding = scope;
    this.#programme = programme;
    this.#bounds = periodsOf(contract).bounds(period);
    this.#period = period;
    this.#unlimited = contractMeter(contract, withoutOmission('implausible', scope, programme));
    this.#unapproved = new UnapprovedWork(contract, period, scope);
  }

  /** `held`: what is implausible together with other work. */
  count({ content: delivered, sign }: Posting, held: HeldTogether): void {
    if (held !== this.#held) [this.#held, this.#holding] = [held, holdingTogether(this.#scope, held)];
    const content = plausibleWork(delivered, this.#holding);
    if (content !== delivered) this.#countImplausible(delivered, sign);
    if (content === null) return;
    if (content.kind === 'contact') this.#countContact(content, sign);
    if (content.kind === 'activity') this.#countActivity(content, sign);
    if (content.kind === 'outcome') this.#unapproved.count(content, sign);
  }

  /** By kind, then the most time first; what is 0 is left out. */
  work(): OmittedWork[] {
    const unknown = (Object.entries(this.#sums) as [UnknownWork, Map<string, Sum>][]).flatMap(
      ([kind, sums]) =>
        [...sums]
          .map(([id, { contacts, durationMs }]) => ({ kind, id, contacts, durationMs }))
          .filter(({ contacts, durationMs }) => contacts !== 0 || durationMs !== 0)
          .sort((a, b) => b.durationMs - a.durationMs || b.contacts - a.contacts || (a.id < b.id ? -1 : 1)),
    );
    return [...unknown, ...this.#unapproved.work()];
  }

  /** What the contract would count of it in the period; a contact in the period in which it began. */
  #countImplausible(content: PostingContent, sign: 1 | -1): void {
    for (const { work, part } of heldParts(content, this.#holding)) {
      if (!this.#unlimited.measure(part).some(({ period }) => period === this.#period)) continue;
      const isBegun = part.kind === 'contact' && this.#holds(beginOf(part));
      this.#add('implausible', work, isBegun ? sign : 0, sign * this.#timeIn(part));
    }
  }

  #timeIn(part: PostingContent): number {
    switch (part.kind) {
      case 'contact': {
        const { legs, sideWork = [] } = part;
        const handled = legs.map((leg) => this.#timeOf(leg));
        const beside = sideWork.map(({ startedAt, endedAt }) => this.#clipped(startedAt, endedAt));
        return [...handled, ...beside].reduce((sum, ms) => sum + ms, 0);
      }
      case 'activity':
        return this.#clipped(part.startedAt, part.endedAt);
      case 'timeline':
        return part.stretches.reduce((sum, each) => sum + this.#clipped(each.startedAt, each.endedAt), 0);
      case 'outcome':
      case 'totals':
      case 'schedule':
        return 0;
    }
  }

  #countContact({ segments, legs }: ContactContent, sign: 1 | -1): void {
    const queues = new Set<string>();
    for (const segment of segments) {
      if (assignStay(segment, this.#scope) !== null || !this.#holds(segment.enteredAt)) continue;
      queues.add(segment.queue);
    }
    const agents = new Set<string>();
    for (const leg of legs) {
      if (leg.queue === null) continue;
      const assigned = assignLeg(leg, this.#scope);
      if (assigned === null) {
        this.#add('unmappedQueue', leg.queue, 0, sign * this.#timeOf(leg));
        if (this.#holds(leg.startedAt)) queues.add(leg.queue);
      } else if (
        assigned.programme === this.#programme &&
        this.#scope.agent(leg.agent, leg.startedAt) === null
      ) {
        this.#add('unknownAgent', leg.agent, 0, sign * this.#timeOf(leg));
        if (this.#holds(leg.startedAt)) agents.add(leg.agent);
      }
    }
    for (const queue of queues) this.#add('unmappedQueue', queue, sign, 0);
    for (const agent of agents) this.#add('unknownAgent', agent, sign, 0);
  }

  #countActivity(content: Extract<PostingContent, { kind: 'activity' }>, sign: 1 | -1): void {
    const { agent, queue, startedAt, endedAt } = content;
    const assigned = assignActivity(content, this.#scope);
    const durationMs = sign * this.#clipped(startedAt, endedAt);
    if (assigned === null) {
      if (queue !== null) this.#add('unmappedQueue', queue, 0, durationMs);
    } else if (assigned.programme === this.#programme && this.#scope.agent(agent, startedAt) === null) {
      this.#add('unknownAgent', agent, 0, durationMs);
    }
  }

  #add(kind: UnknownWork, id: string, contacts: number, durationMs: number): void {
    const sums = this.#sums[kind];
    const sum = sums.get(id) ?? { contacts: 0, durationMs: 0 };
    sum.contacts += contacts;
    sum.durationMs += durationMs;
    sums.set(id, sum);
  }

  #timeOf({ startedAt, endedAt, dialMs, acwStartedAt, acwMs }: Leg): number {
    const wrapUp = acwStartedAt ?? endedAt;
    return this.#clipped(startedAt - dialMs, endedAt) + this.#clipped(wrapUp, wrapUp + (acwMs ?? 0));
  }

  #clipped(from: number, to: number): number {
    return Math.max(0, Math.min(to, this.#bounds.end) - Math.max(from, this.#bounds.start));
  }

  #holds(at: number): boolean {
    return at >= this.#bounds.start && at < this.#bounds.end;
  }
}

/** The mapping as if one kind of what is left out were known: what a contract would then charge more. */
export function withoutOmission(kind: OmittedWorkKind, scope: LiveScope, programme: string): LiveScope {
  switch (kind) {
    case 'unmappedQueue':
      return {
        ...scope,
        assignmentOf: (queue, at) => scope.assignmentOf(queue, at) ?? { programme, queue },
      };
    case 'unknownAgent':
      return { ...scope, agent: (agent, at) => scope.agent(agent, at) ?? ofNoKind };
    case 'unapprovedWork':
      return { ...scope, takesAsApproved: true };
    case 'implausible': {
      const { plausibility: _, ...all } = scope;
      return all;
    }
  }
}

const ofNoKind: AgentAttributes = { grade: null, site: null, country: null, skills: [], languages: [] };
