import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Health means progress, not a heartbeat. Ready: what this process should do is getting done. Live: a restart
 * would not help. A stage is one group's reading of one topic; the progress of each partition is evaluated
 * here, against the clock that is passed.
 */
export interface Stage {
  readonly group: string;
  readonly topic: string;
  progress(): readonly Progress[];
}

/** Progress of a partition as the log reports it (`PartitionProgress`), as far as health needs it. */
export interface Progress {
  readonly partition: number;
  readonly next: number;
  readonly end: number;
  /** UTC epoch ms of the next unprocessed record; null when caught up or not yet seen. */
  readonly nextTimestamp: number | null;
  /** UTC epoch ms. */
  readonly progressedAt: number;
  readonly pausedBy: Error | null;
  /** For good: `pausedBy` says what is wrong, and waiting does not repair it. */
  readonly stopped: boolean;
}

export type HealthResult =
  { readonly ok: true } | { readonly ok: false; readonly reasons: readonly string[] };

/** Below the 60 s of the README, so that a probe every ten seconds sees it in time. */
const stuckAfterMs = 45_000;
/**
 * A restart may help a consumer that gets nothing any more; it does not help where Kafka or Redis is lost.
 */
const silentAfterMs = 300_000;
/** Mean delay of the event loop since the last check above which the process counts as blocked. */
const loopDelayMs = 2_000;

/**
 * Not ready: a partition is paused because infrastructure is lost, or has work and made no progress for 45 s.
 */
export function stageReadiness(stage: Stage, now: number): HealthResult {
  return resultOf(
    stage.progress().flatMap((progress) => {
      const where = `partition ${progress.partition} of ${stage.topic}`;
      if (progress.pausedBy !== null) {
        return [`${where} ${progress.stopped ? 'has stopped' : 'is paused'}: ${progress.pausedBy.message}`];
      }
      return stuckFor(progress, now) >= stuckAfterMs ? [`${where}: ${stuck(progress, now)}`] : [];
    }),
  );
}

/**
 * Not live: the event loop is blocked, or a partition that is not paused has made no progress for five
 * minutes.
 */
export function liveness(stages: readonly Stage[], meanLoopDelayMs: number, now: number): HealthResult {
  const blocked =
    meanLoopDelayMs >= loopDelayMs ? [`the event loop is ${Math.round(meanLoopDelayMs)} ms late`] : [];
  const silent = stages.flatMap((stage) =>
    stage
      .progress()
      .filter((progress) => progress.pausedBy === null && stuckFor(progress, now) >= silentAfterMs)
      .map((progress) => `partition ${progress.partition} of ${stage.topic}: ${stuck(progress, now)}`),
  );
  return resultOf([...blocked, ...silent]);
}

/**
 * What the queue in front of the log knows about acknowledgements; instants are UTC epoch ms, null: never.
 */
export interface AckState {
  readonly ackedAt: number | null;
  readonly failedAt: number | null;
  /** Age of the oldest record that waits for its ack; 0: none waits. */
  readonly oldestAgeMs: number;
}

/** What health is evaluated from; everything is read again at each probe. */
export interface HealthSources {
  readonly stages: () => readonly Stage[];
  /** Null in a process that appends nothing. */
  readonly acks: AckSource | null;
  /** Mean delay (ms) of the event loop since the last probe. */
  readonly loopDelayMs: () => number;
  readonly shuttingDown: () => boolean;
  /** UTC epoch ms. */
  readonly clock: () => number;
}

export interface AckSource {
  state(): AckState;
  /** Sends the log any request; rejects or takes too long where it cannot be reached. */
  probe(): Promise<unknown>;
}

/** How long an ack may be outstanding, and how long a failure counts before the log is probed. */
const ackOverdueMs = 10_000;

/**
 * Whether the log acknowledges. `probe`: the last append failed a while ago and there was no attempt since;
 * send the log a request before answering, else an intake that rejects all deliveries would never be ready
 * again.
 */
export function ackReadiness(state: AckState, now: number): 'ok' | 'probe' | 'failing' {
  if (state.oldestAgeMs >= ackOverdueMs) return 'failing';
  if (state.failedAt === null || (state.ackedAt !== null && state.ackedAt > state.failedAt)) return 'ok';
  return now - state.failedAt >= ackOverdueMs ? 'probe' : 'failing';
}

/** Mean delay (ms) of the event loop since the last call. */
export function eventLoopDelay(): { meanMs(): number; stop(): void } {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  return {
    meanMs() {
      const mean = delays.count === 0 ? 0 : delays.mean / 1e6;
      delays.reset();
      return mean;
    },
    stop: () => void delays.disable(),
  };
}

/** 0 when caught up. */
function stuckFor(progress: Progress, now: number): number {
  return progress.next >= progress.end ? 0 : now - progress.progressedAt;
}

function stuck(progress: Progress, now: number): string {
  const seconds = Math.round((now - progress.progressedAt) / 1000);
  return `no progress for ${seconds} s with ${progress.end - progress.next} record(s) waiting`;
}

function resultOf(reasons: readonly string[]): HealthResult {
  return reasons.length === 0 ? { ok: true } : { ok: false, reasons };
}
