import { readFileSync, statSync } from 'node:fs';
import { readTopicValues } from '#log/small-topic.js';
import type { Log } from '#log/log.js';
import { decodeInvoiceReady, type InvoiceReadyEvent, requireInvoiceReady } from '#wire/invoice-ready.js';
import { parseJson } from '#wire/parse-json.js';
import { topics } from '#wire/topics.js';
import type { Entry, Explicable } from '#contract-text/explanation/explanation.js';
import { CommandError } from './command-error.js';

export interface FoundInvoice {
  /** Exact text of the event. */
  readonly text: string;
  readonly ready: InvoiceReadyEvent;
  /** The adjustments of the same period that came after it. */
  readonly later: readonly InvoiceReadyEvent[];
}

/**
 * `invoice`: CONTRACT/PERIOD with a revision, or the id of an event. Throws `not-found` with the revisions
 * there are.
 */
export async function findInvoice(log: Log, invoice: string, revision: number): Promise<FoundInvoice> {
  const texts = await readTopicValues(log, topics.invoiceReady.name);
  const events = texts.flatMap((text) => {
    const ready = decodeInvoiceReady(text);
    return ready === null ? [] : [{ text, ready }];
  });
  for (const text of texts) if (isOfEarlierBuild(text, invoice, revision)) requireInvoiceReady(text, invoice);
  const found = events.find(({ ready }) => isRequested(ready, invoice, revision));
  if (found === undefined) {
    const revisions = new Set(
      events.flatMap(({ ready: { data } }) =>
        `${data.contract}/${data.period}` === invoice ? [data.revision] : [],
      ),
    );
    const advice =
      revisions.size === 0
        ? 'close the period first'
        : `it has no revision ${revision}, but ${[...revisions].sort((a, b) => a - b).join(', ')}`;
    throw new CommandError('not-found', `there is no invoice ${invoice}; ${advice}`);
  }
  const { contract, period, revision: own } = found.ready.data;
  const later = new Map(
    events.flatMap(({ ready }) => {
      const { data } = ready;
      const isLater = data.contract === contract && data.period === period && data.revision > own;
      return isLater ? [[data.revision, ready] as const] : [];
    }),
  );
  return { ...found, later: [...later.values()] };
}

/** What was asked for, or came after it, in a form that is not read. */
function isOfEarlierBuild(text: string, invoice: string, revision: number): boolean {
  if (decodeInvoiceReady(text) !== null) return false;
  const event = parseJson(text) as Partial<InvoiceReadyEvent> | null | undefined;
  const data: Partial<InvoiceReadyEvent['data']> = event?.data ?? {};
  if (event?.id === invoice) return true;
  return `${data.contract}/${data.period}` === invoice && (data.revision ?? 0) >= revision;
}

/**
 * The event that a file holds, as it was received; null: there is no such file. Throws `wrong-arguments`
 * where the file is no event.
 */
export function eventInFile(file: string): FoundInvoice | null {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const text = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  const ready = decodeInvoiceReady(text);
  if (ready !== null) return { text, ready, later: [] };
  throw new CommandError(
    'wrong-arguments',
    `<invoice>: ${file} holds no invoice-ready event, or more than one`,
  );
}

function isRequested({ id, data }: InvoiceReadyEvent, invoice: string, revision: number): boolean {
  if (id === invoice) return true;
  return `${data.contract}/${data.period}` === invoice && data.revision === revision;
}

/**
 * All entries, or those of a line or clause; of a commitment there may be none. Throws `not-found` with those
 * there are.
 */
export function entriesOf({ entries, commitments }: Explicable, line: string | undefined): readonly Entry[] {
  const found = entries.filter(
    ({ identifier, clause }) => line === undefined || identifier === line || clause === line,
  );
  const isCommitment = commitments.some(({ clause }) => clause === line);
  if (line !== undefined && found.length === 0 && !isCommitment) {
    const names = [
      ...entries.map(({ identifier }) => identifier),
      ...commitments.map(({ clause }) => clause),
    ];
    const known = [...new Set(names)].join(', ');
    throw new CommandError('not-found', `the invoice has no line ${line}; it has: ${known}`);
  }
  return found;
}
