import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { closeTermsOf } from '#domain/contract/close-terms.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { CatchUpResult } from '#pipeline/pipeline-lag.js';
import { unavailableCode } from '#runtime/unavailable.js';
import { scheduleActor } from '#wire/period-acts.js';
import type { CloseLog } from './close-log.js';
import type { CloseResult } from './close-period.js';
import { behindCause, failureCause, noWork, type WaitCause, waitCause } from './close-wait.js';
import { dueStandings, type PeriodStanding, periodStandings } from './period-standing.js';

export interface CloseScheduleDeps {
  readonly closeLog: CloseLog;
  /** The catalogue in force. */
  readonly lookup: () => Promise<CatalogueIndex>;
  /** By contract: when it came into force here for the first time (UTC epoch ms). */
  readonly inForceSince: () => Promise<ReadonlyMap<string, number>>;
  /** Waits a while for what was accepted before. */
  readonly catchUp: () => Promise<CatchUpResult>;
  /** `acceptOmissions`: see `closePeriod`. */
  readonly close: (
    contract: Contract,
    period: Period,
    acceptOmissions: string | null,
  ) => Promise<CloseResult>;
  /** UTC epoch ms. */
  readonly now: () => number;
  readonly onClosed?: (standing: PeriodStanding) => void;
  /** Called where the cause is another than before. */
  readonly onWaits?: (standing: PeriodStanding, cause: WaitCause) => void;
}

/** How it went with a period that waits. */
interface Attempt {
  readonly code: string;
  readonly detail: string;
  readonly tries: number;
  /** Of the catalogue; under another one it is tried again at once. */
  readonly catalogue: string;
  /** UTC epoch ms. */
  readonly nextAt: number;
}

/**
 * Closes what is due each time it is asked to look, oldest first. Keeps nothing that matters: what is due
 * follows from closes, holds, catalogues and the clock, so that it makes up for any time in which no process
 * ran, and any number of them may look at once; of two closes the first in the log is the one. A period that
 * cannot be closed, or is held, waits for itself alone: later periods of the contract and other contracts are
 * closed.
 */
export class CloseSchedule {
  readonly #deps: CloseScheduleDeps;
  readonly #attempts = new Map<string, Attempt>();
  #unwritten: ReadonlySet<string> = new Set();
  #overdue: readonly PeriodStanding[] = [];

  constructor(deps: CloseScheduleDeps) {
    this.#deps = deps;
  }

  /** How many periods are due and not closed, by what they wait for; as of the last look. */
  get overdue(): ReadonlyMap<string, number> {
    const causes = this.#overdue.map((each) => this.#attempts.get(nameOf(each))?.code ?? 'next-look');
    const known = Map.groupBy(causes, (code) => code);
    known.delete(noWork);
    return new Map([...known].map(([code, all]) => [code, all.length]));
  }

  async look(): Promise<void> {
    const { lookup: lookUp, now, catchUp } = this.#deps;
    await this.#finishEvents();
    const lookup = await lookUp();
    this.#overdue = await this.#due(lookup);
    const at = now();
    const isTried = (each: PeriodStanding): boolean => {
      const attempt = this.#attempts.get(nameOf(each));
      if (attempt === undefined || attempt.nextAt <= at) return true;
      return attempt.catalogue !== lookup.catalogue.version;
    };
    const tried = this.#overdue.filter(isTried);
    if (tried.length === 0) return;
    const behind = behindCause(await catchUp());
    for (const standing of tried) {
      const cause = behind ?? (await this.#close(standing));
      if (cause === null) this.#attempts.delete(nameOf(standing));
      else await this.#wait(standing, cause, lookup.catalogue.version);
    }
    this.#overdue = await this.#due(lookup);
  }

  async #due({ catalogue }: CatalogueIndex): Promise<PeriodStanding[]> {
    const { closeLog, inForceSince, now } = this.#deps;
    const closes = await closeLog.closes();
    const since = await inForceSince();
    const input = { closes, standings: closeLog.standings, now: now() };
    const all = catalogue.contracts.flatMap((contract) =>
      periodStandings(contract, { ...input, inForceSince: since.get(contract.id) ?? null }),
    );
    return dueStandings(all);
  }

  /** null: it is closed, or need not be. */
  async #close(standing: PeriodStanding): Promise<WaitCause | null> {
    const { contract, period } = standing;
    const accepted = closeTermsOf(contract).omissions === 'accept' ? acceptedByContract : null;
    try {
      const result = await this.#deps.close(contract, period, accepted);
      if (result.status === 'closed' && result.isNew) this.#deps.onClosed?.(standing);
      return waitCause(result);
    } catch (error) {
      if (unavailableCode(error) !== null) throw error;
      return failureCause(error);
    }
  }

  /** Written down at once where it needs a person; else where it has not passed by the next time. */
  async #wait(standing: PeriodStanding, cause: WaitCause, catalogue: string): Promise<void> {
    const { closeLog, now, onWaits } = this.#deps;
    const { contract, period } = standing;
    const { code, detail, isPassing } = cause;
    const before = this.#attempts.get(nameOf(standing));
    const tries = before?.code === code ? before.tries + 1 : 1;
    const pauseMs = isPassing ? 0 : Math.min(2 ** (tries - 1) * 60_000, longestPauseMs);
    const at = now();
    this.#attempts.set(nameOf(standing), { code, detail, tries, catalogue, nextAt: at + pauseMs });
    const known = closeLog.standings.wait(contract.id, period);
    if ((known?.code === code && known.detail === detail) || (isPassing && tries === 1)) return;
    const act = { contract: contract.id, period, actor: scheduleActor, at, code, detail };
    await closeLog.appendAct({ act: 'waits', ...act });
    onWaits?.(standing, cause);
  }

  /** Events that a crash has left out: those that were not there at the last look either. */
  async #finishEvents(): Promise<void> {
    const { closeLog } = this.#deps;
    const unwritten = await closeLog.unwritten();
    await closeLog.writeEvents(unwritten.filter(({ invoice }) => this.#unwritten.has(invoice)));
    this.#unwritten = new Set(unwritten.map(({ invoice }) => invoice));
  }
}

const acceptedByContract = 'agreed in the contract: close.omissions is accept';
const longestPauseMs = 3_600_000;

function nameOf({ contract, period }: PeriodStanding): string {
  return `${contract.id}|${period}`;
}
