import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import {
  type CloseMode,
  type CloseResult,
  closePeriod,
  type CloseDeps,
} from '#pipeline/close/close-period.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import type { Log } from '#log/log.js';
import { type MeteredFacts, meteredFacts } from '#pipeline/close/cut.js';
import { thisSoftware } from '#pipeline/close/software.js';
import type { Periods } from '#pipeline/close/periods.js';
import type { KpiReader } from '#pipeline/tally/kpi-reader.js';
import { parkedWork } from '#pipeline/close/parked-work.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { catalogueAtStart } from '#pipeline/catalogue-log.js';
import { Engine } from '#pipeline/engine/engine.js';
import { formatFault } from '#catalogue/fault.js';
import { readCatalogue } from '#catalogue/load.js';
import type { Contract } from '#domain/contract/contract.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/**
 * A centre of one brand as a catalogue says it, on the embedded engine: deliveries go in where HTTP puts
 * them, and the invoice-ready event of a closed period comes out. It closes by its own clock, so that
 * no month is in the future.
 */
export interface Centre {
  /** What its invoicer works with. */
  readonly invoicer: CloseDeps;
  /** How far the meter has come by the store, beside another log. */
  readonly meteredBeside: (log: Log) => Promise<MeteredFacts>;
  readonly periods: Periods;
  readonly kpis: KpiReader;
  /** Resolves when all of it is in the tally; throws if anything was refused or warned of. */
  deliver(...deliveries: readonly (readonly RecordedDelivery[])[]): Promise<void>;
  close(contract: string, period: string): Promise<Event>;
  /** The event of the newest revision, made now if anything has changed since the one before. */
  adjust(contract: string, period: string): Promise<Event>;
  /** The exact text of the event. */
  closeText(contract: string, period: string): Promise<string>;
  contract(id: string): Contract;
  stop(): Promise<void>;
}

/** One centre for all tests of a `describe`, with its work delivered beforehand. */
export function centreOf(
  contracts: readonly string[],
  work: (centre: Centre) => Promise<void>,
): () => Centre {
  let centre: Centre | null = null;
  beforeAll(async () => {
    centre = await openCentre(contracts);
    await work(centre);
  }, 120_000);
  afterAll(() => centre?.stop());
  return () => {
    if (centre === null) throw new Error('the centre has not been opened');
    return centre;
  };
}

/** All closes happen then; every case lies before it. */
const closesAt = Date.UTC(2027, 11, 31);

async function openCentre(contracts: readonly string[]): Promise<Centre> {
  const loaded = readCatalogue([
    { name: 'centre.yaml', text: base },
    { name: 'contracts.yaml', text: `contracts:\n${contracts.join('\n')}` },
  ]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  const { catalogue } = loaded;
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-case-'));
  const { log, store, close } = openEmbedded(directory);
  const complaints: string[] = [];
  const engine = await Engine.start({
    log,
    store,
    partitions,
    catalogue,
    customerKey: Buffer.alloc(32, 7),
    onWarning: (connection, { code, field, value }) =>
      void complaints.push(`${connection}: ${field}: ${value ?? code}`),
    onRefused: ({ message }) => void complaints.push(`refused: ${message}`),
  });
  const { lookup, catalogues } = engine;
  await catalogueAtStart(catalogues, catalogue, Date.now());

  function contractOf(id: string): Contract {
    const contract = engine.lookup.contract(id);
    if (contract === null) throw new Error(`the centre has no contract ${id}`);
    return contract;
  }

  const invoicer: CloseDeps = {
    log,
    lookup,
    closeLog: new CloseLog(log),
    metered: () => meteredFacts(log, store, partitions),
    tallied: (contract, month) => engine.periods.tallied(contract, month),
    parked: (of, month) => parkedWork(of, month, { log, store, lookup, partitions }),
    lookupOf: () => Promise.resolve(lookup),
    inForce: async (announced) => catalogues.decided(announced, closesAt),
    now: () => closesAt,
    software: thisSoftware(),
  };

  async function closeText(id: string, period: string, asked: CloseMode = 'close'): Promise<string> {
    const closed: CloseResult = await closePeriod(contractOf(id), period, invoicer, asked);
    if (closed.status !== 'closed') throw new Error(`${id} ${period}: ${JSON.stringify(closed)}`);
    return closed.event;
  }

  return {
    invoicer,
    meteredBeside: async (other) => meteredFacts(other, store, partitions),
    periods: engine.periods,
    kpis: engine.kpis,
    contract: contractOf,
    async deliver(...deliveries) {
      for (const some of deliveries) await engine.accept(some);
      await engine.drained();
      if (complaints.length > 0) throw new Error(complaints.slice(0, 5).join('\n'));
    },
    closeText: async (id, period) => closeText(id, period),
    close: async (id, period) => decoded(await closeText(id, period)),
    adjust: async (id, period) => decoded(await closeText(id, period, 'adjust')),
    async stop() {
      await engine.stop();
      await close();
      rmSync(directory, { recursive: true });
    },
  };
}

function decoded(text: string): Event {
  const event = decodeInvoiceReady(text);
  if (event === null) throw new Error(`this event does not fit its own schema: ${text}`);
  return event.data;
}

const partitions = 2;
const agentCount = 200;

/** Three queues, two hundred agents and a bot (201) on the telephone, a mailbox, and the brand's CRM. */
export const base = `
tenant: atelier
connections:
  - { id: voice, platform: axialys, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
  - { id: mail, platform: genesys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }
  - { id: crm, platform: outcomes, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
programmes:
  - id: care
    brand: Aurore
    timeZone: Europe/Paris
    fcr: { windows: [P7D], reason: queue }
    queues:
      - { connection: voice, native: orders }
      - { connection: voice, native: advice }
      - { connection: voice, native: returns }
      - { connection: mail, native: mailbox }
agents:
${Array.from({ length: agentCount }, (_, index) => {
  const native = `'${index + 1}'`;
  return `  - { code: A${index + 1}, ids: [{ connection: voice, native: ${native} }, { connection: mail, native: ${native} }] }`;
}).join('\n')}
  - { code: bot, kind: machine, ids: [{ connection: voice, native: '201' }] }
`;

export type Event = InvoiceReadyEvent['data'];

/** Every amount of the invoice by its id, what is taken away with its sign. */
export function amounts({ lines, allowancesAndCharges }: Event): Record<string, string> {
  return Object.fromEntries([
    ...lines.map(({ identifier, netAmount }) => [identifier, netAmount.amount] as const),
    ...allowancesAndCharges.map(({ identifier, amount, chargeIndicator }) => {
      return [identifier, `${chargeIndicator ? '' : '-'}${amount.amount}`] as const;
    }),
  ]);
}

export function net({ totals }: Event): string {
  return totals.totalWithoutVat.amount;
}

/** Quantity, unit, price and base quantity of each line. */
export function shown({ lines }: Event): string[] {
  return lines.map(({ measured: { quantity, unitCode, price, priceBaseQuantity } }) => {
    return `${quantity} ${unitCode} at ${price} for ${priceBaseQuantity}`;
  });
}

/** A contract of the brand; `terms` are YAML at the left margin. */
export function contract(id: string, terms: string): string {
  const own = terms.trim().split('\n');
  const scope = own.some((line) => line.startsWith('scope:')) ? [] : ['scope: { programme: care }'];
  return [
    `  - id: ${id}`,
    ...[
      "seller: { name: Atelier, siren: '123456789', vatId: FR12123456789, countryCode: FR }",
      "buyer: { name: Aurore, siren: '987654321', vatId: FR98987654321, countryCode: FR }",
      'currency: EUR',
      'timeZone: Europe/Paris',
      ...scope,
      ...own,
    ].map((line) => `    ${line}`),
  ].join('\n');
}
