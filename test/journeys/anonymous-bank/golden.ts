import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { golden, type QueueGolden } from './bank.js';

/** What a pipeline answers about the month, as JSON over HTTP or of the command line. */
export interface BankAnswers {
  readonly byQueue: unknown;
  readonly byAgent: unknown;
  /** Exact text of each contract's invoice-ready event. */
  readonly invoices: Readonly<Record<(typeof bankContracts)[number], string>>;
}

export const bankContracts = ['bank-talk-hour', 'bank-calls', 'bank-increments', 'bank-bands'] as const;
export const bankSpan = { programme: 'bank', from: '1999-02-01', to: '1999-02-28', period: '1999-02' };

/** Every golden figure as it was found, in the words and seconds of the golden file. */
export function foundFigures({ byQueue, byAgent, invoices }: BankAnswers): object {
  const queues = byQueue as Rows<'queue'>;
  const agents = byAgent as Rows<'agent'>;
  const { fcr } = queues;
  return {
    total: inSeconds(queues),
    queues: Object.fromEntries(queues.rows.map((row) => [row.queue, inSeconds(row)])),
    agents: Object.fromEntries(
      agents.rows.map((row) => [row.agent, { answered: row.answered, talkS: row.talkMs / 1000 }]),
    ),
    fcr: { '1d': withoutRate(fcr['P1D']), '7d': withoutRate(fcr['P7D']) },
    increments: quantitiesOf(invoices['bank-increments']),
    bands: quantitiesOf(invoices['bank-bands']),
    talkHour: {
      quantities: quantitiesOf(invoices['bank-talk-hour']),
      net: netOf(invoices['bank-talk-hour']),
    },
    calls: { quantities: quantitiesOf(invoices['bank-calls']), net: netOf(invoices['bank-calls']) },
  };
}

/** The same as any correct pipeline must find it. */
export function goldenFigures(): object {
  const { total, queues, agents, fcr, billableTalkS, talkByLocalBandS } = golden();
  return {
    total,
    queues,
    agents,
    fcr,
    increments: Object.values(billableTalkS),
    bands: Object.values(talkByLocalBandS),
    // 4 790 100 s = 1 330.58333… h at 29.50 = 39 252.208333…
    talkHour: { quantities: [4_790_100], net: '39252.21' },
    // 10 000 at 2.35, 5 000 at 2.10, 12 162 at 1.95
    calls: { quantities: [10_000, 5_000, 12_162], net: '57715.90' },
  };
}

interface Kpis {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly waitAnsweredMs: number;
  readonly waitAbandonedMs: number;
  readonly talkMs: number;
  readonly answeredWithin: Readonly<Record<string, number>>;
  readonly abandonedWithin: Readonly<Record<string, number>>;
  readonly fcr: Readonly<Record<string, Fcr>>;
}
interface Fcr {
  readonly contacts: number;
  readonly repeated: number;
  readonly resolved: number;
}
type Rows<K extends string> = Kpis & { readonly rows: readonly (Kpis & Record<K, string>)[] };

function inSeconds(kpis: Kpis): QueueGolden {
  const within = (counts: Kpis['answeredWithin'], seconds: number): number =>
    counts[String(seconds * 1000)] ?? -1;
  return {
    offered: kpis.offered,
    answered: kpis.answered,
    abandoned: kpis.abandoned,
    waitAnsweredS: kpis.waitAnsweredMs / 1000,
    waitAbandonedS: kpis.waitAbandonedMs / 1000,
    talkS: kpis.talkMs / 1000,
    answeredWithin20S: within(kpis.answeredWithin, 20),
    answeredWithin30S: within(kpis.answeredWithin, 30),
    abandonedWithin5S: within(kpis.abandonedWithin, 5),
    abandonedWithin20S: within(kpis.abandonedWithin, 20),
    abandonedWithin30S: within(kpis.abandonedWithin, 30),
  };
}

function withoutRate(fcr: Fcr | undefined): Fcr | null {
  if (fcr === undefined) return null;
  const { contacts, repeated, resolved } = fcr;
  return { contacts, repeated, resolved };
}

/** Of a contract's lines, in seconds or pieces, in order. */
function quantitiesOf(event: string): number[] {
  return eventOf(event).data.lines.map((line) => Number(line.measured.quantity));
}

function netOf(event: string): string {
  return eventOf(event).data.totals.totalWithoutVat.amount;
}

function eventOf(text: string): InvoiceReadyEvent {
  return JSON.parse(text) as InvoiceReadyEvent;
}
