import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StartupError } from '../startup-error.js';
import { type ApiKey, apiKeySchema } from './api-key.js';

const schema = z.strictObject({ keys: z.array(apiKeySchema) });

/** The keys in a file; null: there is no file. Throws `StartupError` where it is not one of keys. */
export function readKeyFile(path: string): ApiKey[] | null {
  if (!existsSync(path)) return null;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new StartupError(`${path} cannot be read as a file of keys: ${String(error)}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data.keys;
  const [issue] = parsed.error.issues;
  throw new StartupError(
    `${path} is no file of keys: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}; make keys with ` +
      '`tallyline keys create`',
  );
}

/** Written whole or not at all, readable by its owner only. */
export function writeKeyFile(path: string, keys: readonly ApiKey[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.next`;
  writeFileSync(next, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, path);
}

const recheckMs = 1_000;

/** The keys of a file as they are now: a key that is made or revoked counts a second later. */
export class KeyRing {
  readonly #path: string;
  readonly #now: () => number;
  readonly #onFault: (message: string) => void;
  #keys: ReadonlyMap<string, ApiKey>;
  #stamp: string;
  #checkedAt: number;

  /** null: the file does not exist. `now`: UTC epoch ms. */
  static open(path: string, now: () => number, onFault: (message: string) => void): KeyRing | null {
    const keys = readKeyFile(path);
    return keys === null ? null : new KeyRing(path, keys, now, onFault);
  }

  private constructor(
    path: string,
    keys: readonly ApiKey[],
    now: () => number,
    onFault: (message: string) => void,
  ) {
    this.#path = path;
    this.#now = now;
    this.#onFault = onFault;
    this.#keys = byId(keys);
    this.#stamp = stampOf(path);
    this.#checkedAt = now();
  }

  get keys(): ReadonlyMap<string, ApiKey> {
    if (this.#now() - this.#checkedAt >= recheckMs) this.#reload();
    return this.#keys;
  }

  /** A file that is gone holds no keys; one that cannot be read leaves those that were read before. */
  #reload(): void {
    this.#checkedAt = this.#now();
    const stamp = stampOf(this.#path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#keys = byId(readKeyFile(this.#path) ?? []);
    } catch (error) {
      this.#onFault(Error.isError(error) ? error.message : String(error));
    }
  }
}

function byId(keys: readonly ApiKey[]): ReadonlyMap<string, ApiKey> {
  return new Map(keys.map((key) => [key.id, key]));
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
