import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { encodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { cli, cliJson, type CliResult } from '../cli.js';
import { base, type Event } from './centre.js';

/** The same centre as its people have it: a catalogue on disk, a data directory, and the command line. */
export class Commanded {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tallyline-adjusted-'));
  #files = 0;

  constructor(contracts: readonly string[]) {
    mkdirSync(this.#catalogue);
    this.#write(contracts, base);
  }

  /** Writes the contracts again, and with `change` the rest of the catalogue; and puts that in force. */
  async amend(
    contracts: readonly string[],
    change: (base: string) => string = (text) => text,
  ): Promise<void> {
    this.#write(contracts, change(base));
    await cliJson('catalogue', 'apply', this.#catalogue, '--author', 'the centre', '--data', this.data);
  }

  #write(contracts: readonly string[], rest: string): void {
    writeFileSync(join(this.#catalogue, 'contracts.yaml'), `contracts:\n${contracts.join('\n')}`);
    writeFileSync(join(this.#catalogue, 'centre.yaml'), rest);
  }

  /** Replays deliveries; throws if any was refused or could not be used. */
  async deliver(...deliveries: readonly (readonly RecordedDelivery[])[]): Promise<void> {
    const file = join(this.#directory, `deliveries-${(this.#files += 1)}.ndjson`);
    writeFileSync(
      file,
      deliveries
        .flat()
        .map((each) => `${encodeRecorded(each)}\n`)
        .join(''),
    );
    const counts = await cliJson<{ refused: number; unusable: number }>('replay', file, ...this.#where);
    if (counts.refused + counts.unusable > 0) throw new Error(`not all was taken: ${JSON.stringify(counts)}`);
  }

  /** Any command on the centre's data and catalogue. */
  async run(...args: readonly string[]): Promise<CliResult> {
    return cli(...args, ...this.#where);
  }

  /** The exact text of the event that a close prints, and what it says beside. */
  async close(contract: string, period: string, ...flags: readonly string[]): Promise<InvoiceEvent> {
    const { code, stdout, stderr } = await this.run('close', contract, period, '--json', ...flags);
    if (code !== 0) throw new Error(`close ended with ${code}:\n${stderr}`);
    const event = decodeInvoiceReady(stdout);
    if (event === null) throw new Error(`this does not fit the schema of events: ${stdout}`);
    return { text: stdout, said: stderr, id: event.id, data: event.data };
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #catalogue(): string {
    return join(this.#directory, 'catalogue');
  }

  /** The data directory. */
  get data(): string {
    return join(this.#directory, 'data');
  }

  get #where(): readonly string[] {
    return ['--catalogue', this.#catalogue, '--data', this.data];
  }
}

export interface InvoiceEvent {
  readonly text: string;
  readonly said: string;
  readonly id: string;
  readonly data: Event;
}
