import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '#catalogue/catalogue.js';
import { formatFault } from '#catalogue/fault.js';
import { readCatalogue } from '#catalogue/load.js';
import type { LiveKpis } from '#domain/live/report.js';
import { closePeriod } from '#pipeline/close/close-period.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { meteredFacts } from '#pipeline/close/cut.js';
import { thisSoftware } from '#pipeline/close/software.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { Engine } from '#pipeline/engine/engine.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** What came of some deliveries. */
export interface Played {
  /** `path: code` of each refusal. */
  readonly refused: readonly string[];
  /** `field: code` of each warning. */
  readonly warned: readonly string[];
  /** Of the programme `care` in March 2026. */
  readonly total: LiveKpis;
  readonly queues: Readonly<Record<string, LiveKpis>>;
  readonly agents: Readonly<Record<string, LiveKpis>>;
  /** The same of what no programme has. */
  readonly unmapped: LiveKpis;
  /** Quantity of each line of the contract `hours` in March 2026, by its id. */
  readonly lines: Readonly<Record<string, string>>;
}

const march = { from: '2026-03-01', to: '2026-03-31', asOf: Date.parse('2026-06-01') };
const partitions = 2;

/** Deliveries through the whole pipeline, in the order given. */
export async function play(catalogue: Catalogue, deliveries: readonly RecordedDelivery[]): Promise<Played> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-platform-'));
  const { log, store, close } = openEmbedded(directory);
  const refused: string[] = [];
  const warned: string[] = [];
  const engine = await Engine.start({
    log,
    store,
    partitions,
    catalogue,
    customerKey: Buffer.alloc(32, 7),
    onWarning: (_, { code, field }) => void warned.push(`${field}: ${code}`),
    onRefused: ({ path, reason }) => void refused.push(`${path}: ${reason}`),
  });
  try {
    await engine.accept(deliveries);
    await engine.drained();
    const read = async (programme: string, by: 'queue' | 'agent' | null) => {
      const report = await engine.kpis.read(programme, { ...march, by });
      if (report === null) throw new Error(`there is no programme ${programme}`);
      return report;
    };
    const grouped = async (by: 'queue' | 'agent') =>
      Object.fromEntries((await read('care', by)).groups.map(({ name, kpis }) => [name, kpis]));
    return {
      refused,
      warned,
      total: (await read('care', null)).total,
      queues: await grouped('queue'),
      agents: await grouped('agent'),
      unmapped: (await read('unmapped', null)).total,
      lines: await linesOf(engine),
    };
  } finally {
    await engine.stop();
    await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function linesOf({ log, store, lookup, periods }: Engine): Promise<Record<string, string>> {
  const contract = lookup.contract('hours');
  if (contract === null) throw new Error('the catalogue has no contract hours');
  const closed = await closePeriod(
    contract,
    '2026-03',
    {
      log,
      lookup,
      closeLog: new CloseLog(log),
      metered: () => meteredFacts(log, store, partitions),
      tallied: (each, month) => periods.tallied(each, month),
      parked: async () => [],
      lookupOf: () => Promise.resolve(lookup),
      inForce: async () => ({ version: lookup.catalogue.version, number: 1 }),
      now: () => Date.UTC(2027, 11, 31),
      software: thisSoftware(),
    },
    'close',
    'unknown work is part of the case',
  );
  const event = closed.status === 'closed' ? decodeInvoiceReady(closed.event) : null;
  if (event === null) throw new Error(`it does not close: ${JSON.stringify(closed)}`);
  return Object.fromEntries(
    event.data.lines.map(({ identifier, measured }) => [identifier, measured.quantity]),
  );
}

export function catalogueOf(text: string): Catalogue {
  const loaded = readCatalogue([{ name: 'case.yaml', text }]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.catalogue;
}
