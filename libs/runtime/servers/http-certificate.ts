import { statSync } from 'node:fs';
import { ConfigFaults } from '../config-faults.js';
import { FileFaults, readTls } from './tls-files.js';

export interface HttpCertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateAndKey {
  /** PEM: the certificate, and behind it those that lead to an authority. */
  readonly cert: string;
  /** PEM, a secret. */
  readonly key: string;
}

const names = { ca: null, cert: 'TALLYLINE_HTTP_CERT', key: 'TALLYLINE_HTTP_CERT_KEY' } as const;

/** What a process shows to those who ask it over HTTPS. A renewed certificate counts without a restart. */
export class HttpCertificate {
  readonly #files: HttpCertificateFiles;
  #stamp: string;
  /** As it was read last. */
  current: CertificateAndKey;

  /** Throws `ConfigFaults` where the files cannot be used. */
  constructor(files: HttpCertificateFiles) {
    this.#files = files;
    this.#stamp = stampOf(files);
    this.current = read(files);
  }

  /**
   * Where the files are others than before: reads them. Throws `ConfigFaults` where they cannot be used, once;
   * what was read before stays.
   */
  renewed(): CertificateAndKey | null {
    const stamp = stampOf(this.#files);
    if (stamp === this.#stamp) return null;
    this.#stamp = stamp;
    this.current = read(this.#files);
    return this.current;
  }
}

function read({ cert: certFile, key: keyFile }: HttpCertificateFiles): CertificateAndKey {
  const faults = new FileFaults();
  const values = { TALLYLINE_HTTP_CERT: certFile, TALLYLINE_HTTP_CERT_KEY: keyFile };
  const { cert, key } = readTls(names, values, faults);
  if (faults.faults.length > 0 || cert === null || key === null) throw new ConfigFaults(faults.faults);
  return { cert, key: key.reveal() };
}

function stampOf({ cert, key }: HttpCertificateFiles): string {
  return [cert, key]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? 'none' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`))
    .join();
}
