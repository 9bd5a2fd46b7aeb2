import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import { ConfigFaults, type SettingFaultCode } from './config-faults.js';

/**
 * The key that proofs are signed with, from its file in PEM; null: they are not signed. Throws
 * `ConfigFaults`. The key itself is never shown.
 */
export function proofKey({ proofKeyFile: file }: Pick<Config, 'proofKeyFile'>): KeyObject | null {
  if (file === null) return null;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw fault(
      'unreadable-file',
      file,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'failed'})`,
    );
  }
  let key: KeyObject | null = null;
  try {
    key = createPrivateKey(pem);
  } catch {
    // said below
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw fault('malformed-value', file, 'holds no Ed25519 key in PEM: make one with `tallyline proof key`');
}

function fault(code: SettingFaultCode, value: string, message: string): ConfigFaults {
  return new ConfigFaults([{ code, variable: 'TALLYLINE_PROOF_KEY', value, message }]);
}
