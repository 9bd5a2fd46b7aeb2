import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { type Centre, type ContractId, contractProgrammes, programmeZones, shopWindowMs } from '../centre.js';
import { monthOf, pieces, startOfDay } from './calendar.js';
import { hasKnownAgent, isRepeated, type ProgrammeWork, type Share, workOf } from './shares.js';

/**
 * Integers of a contract by month and name of the sum, as `domain/metering/quantity-key.ts` describes names.
 */
export type MonthlyQuantities = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What a contract counts of all work. Of the terms of contracts it knows what those of `centre.ts` use. */
export function quantitiesOf(
  contract: ContractId,
  contents: readonly PostingContent[],
  centre: Centre,
): MonthlyQuantities {
  const programme = contractProgrammes[contract];
  const work = workOf(programme, contents, centre);
  const sums = new ContractSums(programmeZones[programme], versionDays(contract, centre));
  switch (contract) {
    case 'care-hours':
      countHours(work, sums, centre);
      break;
    case 'care-results':
      countResults(work, sums, centre);
      break;
    case 'shop-acts':
      countActs(work, sums, centre);
      break;
  }
  return sums.byMonth();
}

/** Local days from which later versions of a contract hold. */
function versionDays(contract: ContractId, { hourPrices, resolvedPrices }: Centre): string[] {
  const prices = contract === 'care-hours' ? hourPrices : contract === 'care-results' ? resolvedPrices : [];
  return prices.flatMap(({ from }) => from ?? []);
}

/** Lines whose units have an order: their sums say since when their terms hold in the month. */
const tiered = new Set(['calls']);

class ContractSums {
  readonly #zone: string;
  readonly #versionStarts: readonly number[];
  readonly #months = new Map<string, Map<string, number>>();

  constructor(zone: string, versionDays: readonly string[]) {
    this.#zone = zone;
    this.#versionStarts = versionDays.map((day) => startOfDay(day, zone));
  }

  get zone(): string {
    return this.#zone;
  }

  line(id: string, at: number, value: number, bands: readonly string[] = []): void {
    const since = tiered.has(id) ? `/${startOfDay(`${monthOf(at, this.#zone)}-01`, this.#zone)}` : '';
    this.#add(at, `line/${id}/${this.#version(at)}/-/${bands.join('+') || '-'}/-${since}`, value);
  }

  kpi(id: string, at: number, n: number, d: number): void {
    this.#add(at, `kpi/${id}/${this.#version(at)}/-/n/-`, n);
    this.#add(at, `kpi/${id}/${this.#version(at)}/-/d/-`, d);
  }

  byMonth(): MonthlyQuantities {
    return this.#months;
  }

  #version(at: number): number {
    return 1 + this.#versionStarts.filter((start) => start <= at).length;
  }

  #add(at: number, key: string, value: number): void {
    if (value === 0) return;
    const month = monthOf(at, this.#zone);
    const sums = this.#months.get(month) ?? new Map<string, number>();
    this.#months.set(month, sums.set(key, (sums.get(key) ?? 0) + value));
  }
}

const acwCapMs = 60_000;

/** Talk, hold, after-call work (a minute of it per contact) and preparation; answers and speed of answer. */
function countHours(
  { shares, activities, stretches, outcomes }: ProgrammeWork,
  sums: ContractSums,
  { agents }: Centre,
): void {
  for (const share of shares) {
    let acwLeft = acwCapMs;
    for (const leg of share.legs) {
      if (!agents.has(leg.agent)) continue;
      for (const { from, to, bands } of pieces(leg.startedAt, leg.endedAt, sums.zone)) {
        sums.line('hours', from, to - from, bands);
      }
      if (leg.acwMs === null || leg.acwStartedAt === null) continue;
      for (const { from, to, bands } of pieces(leg.acwStartedAt, leg.acwStartedAt + leg.acwMs, sums.zone)) {
        const counted = Math.min(acwLeft, to - from);
        acwLeft -= counted;
        sums.line('hours', from, counted, bands);
      }
    }
    if (share.result === 'answered') sums.kpi('asa', share.at, share.waitMs, 1);
  }
  for (const { agent, state, startedAt, endedAt } of [...activities, ...stretches]) {
    if (state !== 'PREP' || !agents.has(agent)) continue;
    for (const { from, to, bands } of pieces(startedAt, endedAt, sums.zone)) {
      sums.line('hours', from, to - from, bands);
    }
  }
  for (const outcome of outcomes) {
    const answer = lastAnswer(outcome);
    if (answer === undefined) continue;
    const score = Number(answer.data['score']);
    sums.kpi('csat', answer.at, score >= 4 ? 1 : 0, 1);
  }
}

/** Of several answers of a subject to one question the last counts. */
function lastAnswer({ events }: OutcomeContent): OutcomeEvent | undefined {
  return events.findLast(({ name, data }) => name === 'survey.answered' && data['question'] === 'csat');
}

/** Contacts resolved at first contact, and sales that were not cancelled. */
function countResults({ handled, outcomes }: ProgrammeWork, sums: ContractSums, centre: Centre): void {
  for (const own of handled) {
    const n = isRepeated(own, handled, centre.careWindow.ms) ? 0 : 1;
    sums.kpi('fcr', own.enteredAt, n, 1);
    if (hasKnownAgent(own.share, centre)) sums.line('resolved', own.enteredAt, n);
  }
  for (const { events } of outcomes) {
    // Each lead has one `lead.worked` here; a sale may be reported again.
    for (const { name, at } of events) if (name === 'lead.worked') sums.kpi('conversion', at, 0, 1);
    const soldAt = saleInForce(events);
    if (soldAt === null) continue;
    sums.line('sold', soldAt, 1);
    sums.kpi('conversion', soldAt, 1, 0);
  }
}

/** When the first of its sales was; null: none was, or it was cancelled, whenever that was. */
function saleInForce(events: readonly OutcomeEvent[]): number | null {
  let soldAt: number | null = null;
  for (const { name, at } of events) {
    if (name === 'sale.cancelled') return null;
    if (name === 'sale.made') soldAt = soldAt === null ? at : Math.min(soldAt, at);
  }
  return soldAt;
}

/** Answered contacts, resolved ones (those of unknown customers are taken as resolved), the service level. */
function countActs({ shares, handled }: ProgrammeWork, sums: ContractSums, centre: Centre): void {
  for (const share of shares) {
    if (isAnsweredAct(share, centre)) sums.line('calls', share.at, 1);
    if (share.stays.length > 0) {
      const isShort = share.result === 'abandoned' && share.waitMs <= 5_000;
      const isInTime = share.result === 'answered' && share.waitMs <= 20_000;
      sums.kpi('level', share.at, isInTime ? 1 : 0, isShort ? 0 : 1);
    }
    if (share.content.customer !== null || share.legs.length === 0) continue;
    sums.kpi('fcr', share.at, 1, 1);
    if (hasKnownAgent(share, centre)) sums.line('resolved', share.at, 1);
  }
  for (const own of handled) {
    const n = isRepeated(own, handled, shopWindowMs) ? 0 : 1;
    sums.kpi('fcr', own.enteredAt, n, 1);
    if (hasKnownAgent(own.share, centre)) sums.line('resolved', own.enteredAt, n);
  }
}

/** Answered by the queue, with at least 5 s of talk, and not by unknown agents only. */
function isAnsweredAct(share: Share, centre: Centre): boolean {
  const talkMs = share.legs.reduce((sum, leg) => sum + (leg.talkMs ?? 0), 0);
  const isKnown = share.legs.length === 0 || hasKnownAgent(share, centre);
  return share.result === 'answered' && isKnown && talkMs >= 5_000;
}
