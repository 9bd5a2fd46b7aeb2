import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { ConfigFaults, type SettingFaultCode } from './config-faults.js';

/**
 * The tenant's key of customer pseudonyms, at least 32 bytes. The embedded engine makes one on its first
 * start; a variable that differs from it is refused, because under another key every returning customer would
 * be a new one. Throws `ConfigFaults`. The key itself is never shown.
 */
export function customerKey(config: Pick<Config, 'customerKey' | 'dataDirectory' | 'engine'>): Buffer {
  const given = config.customerKey === null ? null : decodeKey(config.customerKey, '');
  switch (config.engine.kind) {
    case 'distributed':
      if (given === null) throw keyFault('not-set', 'must be set on Kafka');
      return given;
    case 'embedded':
      return embeddedKey(given, config.dataDirectory);
  }
}

/** The key that is set or kept, without making one; null: there is none. Throws `ConfigFaults`. */
export function existingCustomerKey(
  config: Pick<Config, 'customerKey' | 'dataDirectory' | 'engine'>,
): Buffer | null {
  const isKept = config.engine.kind === 'embedded' && existsSync(keyFile(config.dataDirectory));
  return isKept || config.customerKey !== null ? customerKey(config) : null;
}

/**
 * The key that is to replace the one in force, for a rotation: the variable where it is set; else, on the
 * embedded engine, the one in its file if that is another one (the key before is lost), else a new random
 * one. The embedded engine keeps it in its file from now on, and the one before beside it. Throws
 * `ConfigFaults`.
 */
export function replacementKey(
  config: Pick<Config, 'customerKey' | 'dataDirectory' | 'engine'>,
  isAnother: (key: Uint8Array) => boolean,
): Buffer {
  const given = config.customerKey === null ? null : decodeKey(config.customerKey, '');
  if (config.engine.kind === 'distributed') return customerKey(config);
  const file = keyFile(config.dataDirectory);
  const kept = existsSync(file) ? decodeKey(readFileSync(file, 'utf8'), `${file}: `) : null;
  if (given === null && kept !== null && isAnother(kept)) return kept;
  if (given !== null && kept?.equals(given) === true) return given;
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  if (kept !== null) renameSync(file, unusedName(`${file}.before`));
  return decodeKey(create(file, given ?? randomBytes(32)), `${file}: `);
}

/** With a number behind it where there is such a file: no old key is overwritten. */
function unusedName(file: string, number = 1): string {
  const name = `${file}-${number}`;
  return existsSync(name) ? unusedName(file, number + 1) : name;
}

function keyFile(dataDirectory: string): string {
  return join(dataDirectory, 'customer.key');
}

function embeddedKey(given: Buffer | null, dataDirectory: string): Buffer {
  const file = keyFile(dataDirectory);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : create(file, given ?? randomBytes(32));
  const key = decodeKey(kept, `${file}: `);
  if (given !== null && !given.equals(key)) {
    throw keyFault(
      'key-differs',
      `differs from the key in ${file}, which made the stored pseudonyms; ` +
        'unset it, or start with an empty data directory',
    );
  }
  return key;
}

/** Hex or base64 (either alphabet) of at least 32 bytes. `where`: what a message of a fault begins with. */
function decodeKey(text: string, where: string): Buffer {
  const written = text.trim();
  const hex = /^(?:[0-9a-f]{2})+$/i.test(written);
  const base64 = /^[\w+/-]+={0,2}$/.test(written);
  const key = hex ? Buffer.from(written, 'hex') : base64 ? Buffer.from(written, 'base64') : Buffer.alloc(0);
  if (key.length >= 32) return key;
  throw keyFault(
    'unusable-key',
    `${where}must be at least 32 bytes in hex (64 digits) or base64; make one with \`openssl rand -hex 32\``,
  );
}

function keyFault(code: SettingFaultCode, message: string): ConfigFaults {
  return new ConfigFaults([{ code, variable: 'TALLYLINE_CUSTOMER_KEY', message }]);
}

/**
 * Synced before it is used: pseudonyms under a key that a power failure loses could never be matched again.
 */
function create(file: string, key: Buffer): string {
  const text = `${key.toString('hex')}\n`;
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return text;
}
