import type { Catalogue } from '#catalogue/catalogue.js';
import { readContractDraft } from '#catalogue/contract/draft.js';
import { formatFault } from '#catalogue/fault.js';
import type { WhatIfReport } from '#domain/whatif/whatif-report.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { foreignPeriodText } from '#domain/period/foreign-period.js';
import { incomparable } from '#domain/whatif/comparable.js';
import type { Log } from '#log/log.js';
import { answerWhatIf } from './answer-whatif.js';

/** What a draft is compared with; `contract` null: its programme has none. `known`: ids to choose from. */
export type ComparedWith =
  | { readonly status: 'found'; readonly contract: Contract | null }
  | { readonly status: 'unknown' | 'several'; readonly known: readonly string[] };

/** The contract that is named, else the one with the id of the draft, else the only one of its programme. */
export function comparedWith(
  draft: Contract,
  against: string | undefined,
  { contracts }: Pick<Catalogue, 'contracts'>,
): ComparedWith {
  const named = contracts.find(({ id }) => id === (against ?? draft.id));
  if (named !== undefined) return { status: 'found', contract: named };
  if (against !== undefined) return { status: 'unknown', known: contracts.map(({ id }) => id) };
  const own = contracts.filter(({ programme }) => programme === draft.programme);
  if (own.length > 1) return { status: 'several', known: own.map(({ id }) => id) };
  return { status: 'found', contract: own[0] ?? null };
}

/** As it is asked over HTTP. */
export interface WhatIfRequest {
  /** YAML. */
  readonly draft: string;
  readonly from: string;
  /** Default: `from`. */
  readonly to?: string | undefined;
  readonly against?: string | undefined;
}

export type WhatIfAnswer =
  | { readonly status: 'answered'; readonly report: WhatIfReport }
  /** `field`: of the request. */
  | { readonly status: 'faulty'; readonly field: string; readonly detail: string }
  /** Another one is being answered. */
  | { readonly status: 'busy' };

/** More would make figures of all programmes wait: each reads the journal. */
const maxPeriods = 36;

export type WhatIfService = (request: WhatIfRequest) => Promise<WhatIfAnswer>;

/** Answers one at a time. `catalogue`: the one in force. */
export function whatIfService(log: Log, catalogue: () => Promise<Catalogue>): WhatIfService {
  let isBusy = false;
  return async (request) => {
    if (isBusy) return { status: 'busy' };
    isBusy = true;
    try {
      return await answerRequest(request, log, await catalogue());
    } finally {
      isBusy = false;
    }
  };
}

async function answerRequest(request: WhatIfRequest, log: Log, catalogue: Catalogue): Promise<WhatIfAnswer> {
  const read = readContractDraft('draft', request.draft, catalogue);
  if (!('contract' in read)) return faulty('body', read.faults.map(formatFault).join('; '));
  const draft = read.contract;
  const { from, to = from, against } = request;
  const { has, distance } = periodsOf(draft);
  for (const [field, period] of [
    ['query.from', from],
    ['query.to', to],
  ] as const) {
    if (!has(period)) return faulty(field, foreignPeriodText(period, draft));
  }
  if (to < from) return faulty('query.to', `${to} is before ${from}: swap them`);
  if (distance(from, to) >= maxPeriods) return faulty('query.to', `ask for at most ${maxPeriods} periods`);
  const present = comparedWith(draft, against, catalogue);
  if (present.status !== 'found') {
    const known = present.known.join(', ');
    const several = `${draft.programme} has several contracts: name one of them: ${known}`;
    const unknown = `there is no contract ${against ?? draft.id}; the catalogue has: ${known}`;
    return faulty('query.against', present.status === 'several' ? several : unknown);
  }
  const why = present.contract === null ? null : incomparable(draft, present.contract, from, to);
  if (why !== null) return faulty('body', why);
  const question = { draft, present: present.contract, from, to };
  return {
    status: 'answered',
    report: { ...question, answer: await answerWhatIf(log, catalogue, question) },
  };
}

function faulty(field: string, detail: string): WhatIfAnswer {
  return { status: 'faulty', field, detail };
}
