import type { HandledContact } from '#domain/kpi/chain-links.js';
import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import type { Log } from '#log/log.js';
import { effectiveCloses } from '#wire/closes.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type { RecordedClose } from './close-log.js';
import { limitOf } from './cut.js';
import { countedSums } from './read-contributions.js';
import { readQuantities } from './read-quantities.js';
import type { VerifyDeps } from './verify-close.js';

export type ContactReaders = Pick<VerifyDeps, 'closeLog' | 'lookupOf'> & { readonly log: Log };

/** A line of an invoice, or a bonus or malus by its KPI, in which a contact stands. */
export interface ContactLine {
  readonly event: InvoiceReadyEvent;
  /** Of the invoice, such as `acts.1`. */
  readonly identifier: string;
  /** Line or clause of the contract. */
  readonly clause: string;
  readonly name: string;
  readonly row: string;
  /** What the contact adds to it, in the unit that is counted in; of a KPI: to its numerator, */
  readonly value: number;
  /** and to its denominator; of a line 0. */
  readonly denominator: number;
}

/** All effective closes of a contract, or of a period of it; without a contract all. Oldest first. */
export async function closesOf(
  { closeLog }: Pick<ContactReaders, 'closeLog'>,
  contract: string | null,
  period: string | null,
): Promise<RecordedClose[]> {
  const closes = (await closeLog.closes()).filter(
    (close) =>
      (contract === null || close.contract === contract) && (period === null || close.period === period),
  );
  const periods = Map.groupBy(closes, (close) => JSON.stringify([close.contract, close.period]));
  return [...periods.values()].flatMap(([first]) =>
    first === undefined ? [] : effectiveCloses(closes, first.contract, first.period),
  );
}

/**
 * In which lines of the invoices of these closes a contact stands, each with what it adds: the inverse of
 * `readContributions`. As each close counted it: a correction after it shows in the next revision. Reads the
 * journal once for each thirty closes.
 */
export async function readContactLines(
  contact: string,
  closes: readonly RecordedClose[],
  { log, closeLog, lookupOf }: ContactReaders,
): Promise<ContactLine[]> {
  const lines: ContactLine[] = [];
  for (let from = 0; from < closes.length; from += closesAtOnce) {
    const some = closes.slice(from, from + closesAtOnce);
    const added = await readAdded(contact, some, { log, lookupOf });
    for (const [index, close] of some.entries()) {
      const sums = added[index] ?? new Map<string, number>();
      if ([...sums.values()].every((value) => value === 0)) continue;
      lines.push(...linesOf(await closeLog.readEventOf(close), sums));
    }
  }
  return lines;
}

/** More cuts do not fit into one reading of the journal. */
const closesAtOnce = 30;

/** Of each close: by the name of the sum, what the contact adds. */
async function readAdded(
  contact: string,
  closes: readonly RecordedClose[],
  { log, lookupOf }: Pick<ContactReaders, 'log' | 'lookupOf'>,
): Promise<Map<string, number>[]> {
  const added = closes.map(() => new Map<string, number>());
  const meters = new Map<string, ContractMeter>();
  const requests = await Promise.all(
    closes.map(async ({ contract: id, period, cut }, index) => {
      const view = await lookupOf(cut.catalogue);
      const contract = view.contract(id);
      if (contract === null) throw new Error(`catalogue ${cut.catalogue} has no contract ${id}`);
      const terms = JSON.stringify([cut.catalogue, id]);
      const meter = meters.get(terms) ?? contractMeter(contract, view);
      meters.set(terms, meter);
      const onAddition = (key: string, value: number, work: PostingContent | HandledContact): void => {
        if (!isOf(contact, work)) return;
        added[index]?.set(key, (added[index].get(key) ?? 0) + value);
      };
      return { period, meter, view, limit: limitOf(cut), onAddition };
    }),
  );
  await readQuantities(log, requests);
  return added;
}

/** A posting of the contact, or the contact among those of its customer. */
function isOf(contact: string, work: PostingContent | HandledContact): boolean {
  if ('kind' in work && work.kind !== 'contact') return false;
  return work.contact === contact;
}

function linesOf(event: InvoiceReadyEvent, added: ReadonlyMap<string, number>): ContactLine[] {
  const { lines, allowancesAndCharges, explanation } = event.data;
  const entries = [
    ...lines.map(({ identifier, contractLine, itemName, explainedBy }) => {
      return { identifier, clause: contractLine, name: itemName, row: explainedBy };
    }),
    ...allowancesAndCharges.map(({ identifier, clause, reason, explainedBy }) => {
      return { identifier, clause, name: reason, row: explainedBy };
    }),
  ];
  return entries.flatMap((entry) => {
    let [value, denominator, stands] = [0, 0, false];
    for (const key of countedSums(explanation as TraceRow[], [entry]).keys()) {
      const part = added.get(key) ?? 0;
      const decoded = decodeQuantityKey(key);
      if (decoded.kind === 'kpi' && decoded.part === 'd') denominator += part;
      else value += part;
      stands ||= part !== 0;
    }
    return stands ? [{ event, ...entry, value, denominator }] : [];
  });
}
