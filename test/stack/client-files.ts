import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from './certificates.js';

/** The files of a client of servers that ask who comes: of the authority they trust, and of another one. */
export class ClientFiles {
  readonly authority = new Authority();
  readonly stranger = new Authority('another authority');
  readonly ca: string;
  readonly otherCa: string;
  readonly clientCert: string;
  readonly clientKey: string;
  readonly #directory: string;

  constructor(name: string) {
    this.#directory = mkdtempSync(join(tmpdir(), `tallyline-${name}-`));
    this.ca = this.write('ca.pem', this.authority.cert);
    this.otherCa = this.write('other-ca.pem', this.stranger.cert);
    const client = this.authority.issue([], { subject: 'tallyline' });
    this.clientCert = this.write('client.pem', client.cert);
    this.clientKey = this.write('client.key', client.key);
  }

  /** Writes a file and gives its path. */
  write(name: string, text: string): string {
    const path = join(this.#directory, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}
