import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError } from './command-error.js';

/** The key that proofs are signed with, as files in PEM; no command shows the private one. */
export function proofKeyCommand(): Command {
  return new Command('key')
    .description('make a key to sign proofs with (Ed25519): FILE stays with you, FILE.pub is for the brand')
    .requiredOption('--out <file>', 'file to write, which must not be there; readable by its owner only')
    .action(({ out }: { readonly out: string }) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      written(out, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
      written(`${out}.pub`, publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
      process.stdout.write(`${out}\n${out}.pub\n`);
    });
}

export function signingKey(file: string): KeyObject {
  return keyIn(file, '--key', createPrivateKey);
}

export function verifyingKey(file: string): KeyObject {
  return keyIn(file, '--public-key', createPublicKey);
}

function keyIn(file: string, option: string, read: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject | null = null;
  try {
    key = read(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CommandError('wrong-arguments', `${option}: there is no file ${file}`);
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new CommandError(
    'wrong-arguments',
    `${option}: ${file} is no Ed25519 key in PEM: make one with tallyline proof key`,
  );
}

function written(file: string, text: string | Buffer, mode: number): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError('wrong-arguments', `--out: ${file} is there already: name another file`);
  }
}
