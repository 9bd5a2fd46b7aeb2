/** A row of a planner's file, read. */
export interface PlannedRow {
  /** Line of the file, from 1. */
  readonly line: number;
  /** As the planner names the agent. */
  readonly agent: string;
  readonly code: string;
  /** Of rows that overlap the one with the lowest rank counts. */
  readonly rank: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Local day of its begin, `2026-03-02`. */
  readonly day: string;
}

/** Why a row cannot be used. */
export interface RowFault {
  readonly line: number;
  /** Column of the file; empty: the row as a whole. */
  readonly column: string;
  /** What it must be; never what was there. */
  readonly what: string;
  /** Whose row it is; null: it does not say. */
  readonly agent: string | null;
}

/** Why a file cannot be used at all. `path`: of the delivery. */
export interface FileFault {
  readonly path: string;
  readonly what: string;
}

export interface ReadFile {
  readonly rows: readonly PlannedRow[];
  readonly faults: readonly RowFault[];
  /** Lines whose local times the clocks showed twice or not at all. */
  readonly odd: readonly { readonly line: number; readonly code: OddTime }[];
}

export type OddTime = 'ambiguous-local-time' | 'skipped-local-time';
