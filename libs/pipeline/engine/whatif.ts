import { askWhatIf } from '#pipeline/close/ask-whatif.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { durationMs } from '#catalogue/duration.js';
import { compileLookup } from '#catalogue/lookup.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { WhatIf } from '#domain/whatif/whatif.js';
import type { Log } from '#log/log.js';

export interface Draft {
  readonly draft: Contract;
  readonly present: Contract | null;
  readonly from: Period;
  readonly to: Period;
}

/** A draft on the journal as it stands, under the catalogue's mapping of queues and agents. Reads only. */
export async function draftOnJournal(log: Log, catalogue: Catalogue, asked: Draft): Promise<WhatIf> {
  const lookup = compileLookup(catalogue);
  const work = lookup.programme(asked.draft.programme);
  if (work === null) throw new Error(`the catalogue has no programme ${asked.draft.programme}`);
  const { thresholdMs, shortAbandonMs } = work.serviceLevel;
  const fcrWindowsMs = work.fcr.windows.map((window) => durationMs(window) ?? 0);
  return askWhatIf(
    { ...asked, benchmark: { thresholdMs, shortAbandonMs, fcrWindowsMs } },
    { log, view: lookup.view, scope: lookup.scope },
  );
}
