import type { Contract } from '#domain/contract/contract.js';
import type { PlatformName } from '#domain/fact/platform-names.js';
import type { PlausibleLimit, PlausibleLimits } from '#domain/scope/plausibility.js';
import type { AgentAttributes } from '#domain/scope/work-scope.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';
import type { StateMeaning } from '#domain/activity/activity.js';

/**
 * What the operator writes down: connections, queues -> programmes, agents, outcomes, contracts. Read from a
 * directory of YAML files, validated as a whole, then immutable. `version` is the hash of its canonical
 * content: the same content has the same version, whatever the files look like.
 */
export interface Catalogue {
  readonly version: string;
  readonly tenant: string;
  readonly connections: readonly Connection[];
  readonly programmes: readonly Programme[];
  readonly agents: readonly Agent[];
  /** Business events beside the known ones, and further fields of those. */
  readonly outcomes: readonly OutcomeDefinition[];
  readonly contracts: readonly Contract[];
  /**
   * Implausible work that an operator has confirmed, by work and limit; absent: none. No file has it: it
   * comes by an act of its own, and stays when files are put in force.
   */
  readonly confirmed?: readonly ConfirmedWork[];
}

/** Work counts although it exceeds a limit, as long as it takes no longer than `ms`. */
export interface ConfirmedWork {
  readonly work: string;
  readonly limit: PlausibleLimit;
  readonly ms: number;
  readonly author: string;
  readonly reason: string;
  /** UTC epoch ms. */
  readonly at: number;
}

export interface Connection {
  readonly id: string;
  /** `outcomes`: a system of the business that sends nothing else. */
  readonly platform: PlatformName;
  /** IANA zone of the platform's local times. */
  readonly timeZone: string;
  /** Calling code (digits) of national numbers; null: only international ones are understood. */
  readonly country: string | null;
  /** By which its national numbers are read; absent: it has none. Part of the catalogue's version. */
  readonly numberingPlans?: string;
  /** What answers there and is no one; absent: nothing. */
  readonly machines?: ConnectionMachines;
  readonly authentication: Authentication;
  /** What this account's codes of agents' states mean, beside what the platform defines. */
  readonly states: readonly StateMapping[];
  /** To what its business events are limited; absent: to nothing. */
  readonly mayReport?: {
    readonly programmes: readonly string[] | null;
    readonly outcomes: readonly string[] | null;
  };
  /** Longer work is held; absent: nothing is (as catalogues of earlier releases have it). */
  readonly limits?: PlausibleLimits;
}

/** Holds in `[from, to)` (ms); null: without limit. No code means two things at once. */
export interface StateMapping {
  readonly code: string;
  /** null: whatever the reason, where the reason has no mapping of its own. */
  readonly reason: string | null;
  readonly state: StateMeaning;
  readonly from: number | null;
  readonly to: number | null;
}

/**
 * Voice response units and bots by the platform's own ids: single ones, or ranges of digits such as
 * `70001-70048`.
 */
export interface ConnectionMachines {
  readonly agents: readonly string[];
  /** Queues that only machines answer. */
  readonly queues: readonly string[];
}

/**
 * How senders prove who they are. Secrets are named, never written: `secret` is the name of an environment
 * variable.
 */
export type Authentication =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'header'; readonly header: string; readonly secret: string }
  | { readonly scheme: 'basic'; readonly user: string; readonly secret: string }
  | { readonly scheme: 'hmac'; readonly secrets: readonly string[]; readonly toleranceMs: number };

/** The work for one brand. */
export interface Programme {
  readonly id: string;
  readonly brand: string;
  /** IANA zone in which its days are cut. */
  readonly timeZone: string;
  /**
   * Waits (ms, inclusive) for which answered and abandoned contacts are counted; the service level's are
   * among them.
   */
  readonly thresholdsMs: readonly number[];
  /**
   * Threshold of the service level shown by default, and the wait (ms, inclusive) up to which an abandon is
   * short.
   */
  readonly serviceLevel: { readonly thresholdMs: number; readonly shortAbandonMs: number };
  /**
   * Windows of first-contact resolution as the shortest ISO 8601 durations (P1D), whole minutes, at most
   * P31D.
   */
  readonly fcr: { readonly windows: readonly string[]; readonly reason: 'queue' | 'disposition' | 'none' };
  /**
   * `split`: agents' time is cut at quarter-hours to the millisecond. `contact`: all of a contact, its
   * agents' time included, belongs to the quarter-hour in which it entered the queue.
   */
  readonly agentTime: 'split' | 'contact';
  readonly queues: readonly ProgrammeQueue[];
  /** Who works for it: whose time beside contacts is its own. */
  readonly agents: readonly ProgrammeAgent[];
}

/** Holds in `[from, to)` (ms); null: without limit. An agent never works for two programmes at once. */
export interface ProgrammeAgent {
  readonly code: string;
  readonly from: number | null;
  readonly to: number | null;
}

export interface ProgrammeQueue {
  readonly connection: string;
  /** The platform's own id of the queue. */
  readonly native: string;
  readonly name: string;
  /**
   * The mapping holds in `[from, to)` (ms); null: without limit. A queue never belongs to two programmes at
   * once.
   */
  readonly from: number | null;
  readonly to: number | null;
}

export interface Agent extends AgentAttributes {
  /** Our own code; never a name. */
  readonly code: string;
  /** The ids under which platforms know the agent. */
  readonly ids: readonly { readonly connection: string; readonly native: string }[];
  /** What holds otherwise from a moment on, by moment; absent: nothing does. */
  readonly changes?: readonly AgentChange[];
}

/** Attributes that change, and from when on: as written, read by the clock of the connection of each id. */
export interface AgentChange extends Partial<AgentAttributes> {
  readonly from: string;
}
