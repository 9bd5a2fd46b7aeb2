import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SettingFault, SettingFaultCode } from '../config-faults.js';
import { Secret } from './secret.js';

/** What a TLS client or server needs, read from PEM files. Null: not set. */
export interface TlsMaterial {
  /** Null: the authorities that Node trusts. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: Secret | null;
}

/** The variables that name the files. */
export interface TlsVariables<Name extends string> {
  readonly ca: Name | null;
  readonly cert: Name;
  readonly key: Name;
}

export type Values<Name extends string> = Readonly<Partial<Record<Name, string | undefined>>>;

/** Collects what is wrong with settings that name files. */
export class FileFaults {
  readonly faults: SettingFault[] = [];

  report(code: SettingFaultCode, variable: string, message: string): void {
    this.faults.push({ code, variable, message });
  }

  /** Text of the file; null, and a fault, where it cannot be read. */
  read(variable: string, file: string): string | null {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const code = Error.isError(error) && 'code' in error ? String(error.code) : String(error);
      this.report('unreadable-file', variable, `${file} cannot be read (${code})`);
      return null;
    }
  }

  /** What a file holds beside the end of its last line. */
  readSecret(variable: string, file: string): Secret | null {
    const text = this.read(variable, file)?.replace(/\r?\n$/, '');
    if (text === undefined) return null;
    if (text === '') this.report('not-set', variable, `${file} is empty`);
    return new Secret(text);
  }
}

/** Reads the files and checks that they can be used: a fault now, not at the first connection. */
export function readTls<Name extends string>(
  names: TlsVariables<Name>,
  values: Values<Name>,
  faults: FileFaults,
): TlsMaterial {
  const caFile = names.ca === null ? undefined : values[names.ca];
  const certFile = values[names.cert];
  const keyFile = values[names.key];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const lacking = certFile === undefined ? names.cert : names.key;
    faults.report('incomplete-pair', lacking, `${names.cert} and ${names.key} go together: set both`);
  }
  const ca = caFile === undefined || names.ca === null ? null : faults.read(names.ca, caFile);
  const cert = certFile === undefined ? null : faults.read(names.cert, certFile);
  const key = keyFile === undefined ? null : faults.read(names.key, keyFile);
  if (ca !== null && names.ca !== null && certificatesIn(ca) === null) {
    faults.report('unusable-certificate', names.ca, `${caFile} holds no certificate in PEM`);
  }
  if (cert !== null) checkOwn(names, { certFile, cert, keyFile, key }, faults);
  return { ca, cert, key: key === null ? null : new Secret(key) };
}

function checkOwn<Name extends string>(
  names: TlsVariables<Name>,
  own: Readonly<{
    certFile?: string | undefined;
    cert: string;
    keyFile?: string | undefined;
    key: string | null;
  }>,
  faults: FileFaults,
): void {
  const [first] = certificatesIn(own.cert) ?? [];
  if (first === undefined) {
    faults.report('unusable-certificate', names.cert, `${own.certFile} holds no certificate in PEM`);
    return;
  }
  if (first.validToDate.getTime() < Date.now()) {
    const at = first.validToDate.toISOString();
    faults.report(
      'unusable-certificate',
      names.cert,
      `the certificate in ${own.certFile} expired at ${at}: renew it`,
    );
  }
  if (own.key === null) return;
  if (/ENCRYPTED/.test(own.key)) {
    const text = `the key in ${own.keyFile} is encrypted: write it without a password, readable by this process only`;
    faults.report('unusable-certificate', names.key, text);
    return;
  }
  try {
    createSecureContext({ cert: own.cert, key: own.key });
  } catch {
    const text = `${own.keyFile} holds no private key in PEM that belongs to the certificate of ${names.cert}`;
    faults.report('unusable-certificate', names.key, text);
  }
}

/** Null: there are none, or one cannot be read. */
function certificatesIn(pem: string): X509Certificate[] | null {
  const found = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs);
  if (found === null) return null;
  try {
    return found.map((each) => new X509Certificate(each));
  } catch {
    return null;
  }
}
