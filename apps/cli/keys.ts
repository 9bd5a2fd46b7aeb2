import { Command, Option } from 'commander';
import { table } from '#contract-text/table.js';
import { type ApiKey, createApiKey } from '#runtime/access/api-key.js';
import { readKeyFile, writeKeyFile } from '#runtime/access/key-file.js';
import { type Role, roleNames, roles } from '#runtime/access/roles.js';
import { writeKeyAct } from '#pipeline/audit/key-trail.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { configFor, outputWidth, widthOption } from './with-engine.js';

interface KeyOptions {
  readonly file?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly width?: number;
}

/** Who does it and why, of what changes keys. */
interface KeyActOptions extends KeyOptions {
  readonly author?: string;
  readonly reason?: string;
}

interface CreateOptions extends KeyActOptions {
  readonly name: string;
  readonly role: Role;
  readonly brand?: readonly string[];
  readonly days?: number;
}

const dayMs = 86_400_000;
/** Both keys are taken, so that the holder can change over. */
const overlapDays = 1;

/** Keys with which people and programs ask a server; a server notices changes within a second. */
export function keysCommand(now: () => number): Command {
  return new Command('keys')
    .description('API keys of a server: who may read figures, close periods, send deliveries')
    .addCommand(withKeyOptions(withActOptions(createCommand(now))))
    .addCommand(withKeyOptions(listCommand(now)))
    .addCommand(withKeyOptions(withActOptions(rotateCommand(now))))
    .addCommand(withKeyOptions(withActOptions(revokeCommand(now))))
    .addHelpText('after', () => `\nRoles:\n${rolesHelp}`);
}

const rolesHelp = roleNames.map((role) => `  ${role.padEnd(11)} ${roles[role]}`).join('\n');

function withKeyOptions(command: Command): Command {
  return command
    .option('--file <file>', 'file of keys; default: TALLYLINE_KEYS, else keys.json in the data directory')
    .option('--data <directory>', 'data directory; default: TALLYLINE_DATA, else ./data')
    .option('--json', 'print JSON instead of text, errors included')
    .addOption(widthOption());
}

function withActOptions(command: Command): Command {
  return command
    .option('--author <name>', 'who does it; default: the user of this machine')
    .option('--reason <text>', 'why, for the audit trail');
}

function createCommand(now: () => number): Command {
  return new Command('create')
    .description('make a key; it is shown once and kept as a hash')
    .requiredOption('--name <name>', 'whose it is, as the audit trail names it')
    .addOption(new Option('--role <role>', 'what its holder does').choices(roleNames).makeOptionMandatory())
    .option('--brand <brand...>', 'limit it to these brands of the catalogue')
    .option('--days <days>', 'days until it expires; default: never', days)
    .action((options: CreateOptions) => {
      const { name, role, brand: brands = null, days: lasting } = options;
      if (role === 'brand' && brands === null) {
        throw new CommandError('wrong-arguments', '--role brand: name its brands with --brand');
      }
      const at = now();
      const expiresAt = lasting === undefined ? null : at + lasting * dayMs;
      const { secret, key } = createApiKey({ name, role, brands, expiresAt }, at);
      const { path, keys } = keysOf(options);
      writeAct('key-created', path, { key }, options, at);
      writeKeyFile(path, [...keys, key]);
      show(secret, key, options);
    });
}

function rotateCommand(now: () => number): Command {
  return new Command('rotate')
    .description('make a new key with the terms of an old one, which expires a day later')
    .argument('<id>')
    .action((id: string, options: KeyActOptions) => {
      const { path, keys } = keysOf(options);
      const old = named(keys, id);
      const at = now();
      const lasted = old.expiresAt === null ? null : Date.parse(old.expiresAt) - Date.parse(old.createdAt);
      const { secret, key } = createApiKey({ ...old, expiresAt: lasted === null ? null : at + lasted }, at);
      const end = Math.min(
        at + overlapDays * dayMs,
        old.expiresAt === null ? Infinity : Date.parse(old.expiresAt),
      );
      const ending = { ...old, expiresAt: new Date(end).toISOString() };
      writeAct('key-rotated', path, { key, replaces: old }, options, at);
      writeKeyFile(path, [...keys.map((each) => (each === old ? ending : each)), key]);
      show(secret, key, options);
    });
}

function revokeCommand(now: () => number): Command {
  return new Command('revoke')
    .description('remove a key: it is turned away from the next second on')
    .argument('<id>')
    .action((id: string, options: KeyActOptions) => {
      const { path, keys } = keysOf(options);
      const key = named(keys, id);
      writeAct('key-revoked', path, { key }, options, now());
      writeKeyFile(
        path,
        keys.filter((each) => each !== key),
      );
      const text = options.json === true ? JSON.stringify(shown(key)) : `${key.id} (${key.name}) is revoked`;
      process.stdout.write(`${text}\n`);
    });
}

function listCommand(now: () => number): Command {
  return new Command('list')
    .description('list the keys, without their secrets')
    .action((options: KeyOptions) => {
      const { keys } = keysOf(options);
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(keys.map(shown))}\n`);
        return;
      }
      const rows = keys.map((key) => [
        key.id,
        key.name,
        key.role,
        key.brands?.join(', ') ?? 'all',
        key.createdAt,
        key.expiresAt === null
          ? 'never'
          : `${key.expiresAt}${Date.parse(key.expiresAt) <= now() ? ' (expired)' : ''}`,
      ]);
      const head = ['id', 'name', 'role', 'brands', 'created', 'expires'];
      const text =
        keys.length === 0
          ? 'there are no keys'
          : table(head, rows, { left: [0, 1, 2, 3, 4, 5], width: outputWidth(options) });
      process.stdout.write(`${text}\n`);
    });
}

/** Before the act, so that none is without entry. */
function writeAct(
  act: 'key-created' | 'key-rotated' | 'key-revoked',
  path: string,
  { key, replaces }: { readonly key: ApiKey; readonly replaces?: ApiKey },
  { author, reason }: KeyActOptions,
  at: number,
): void {
  const { id, name, role, brands, expiresAt } = key;
  writeKeyAct(path, {
    act,
    actor: cliActor(author),
    at,
    subject: `key ${id} (${name})`,
    reason: reason ?? null,
    details: {
      key: id,
      name,
      role,
      brands: brands?.join(', ') ?? 'all',
      expires: expiresAt ?? 'never',
      ...(replaces !== undefined && { replaces: replaces.id }),
    },
  });
}

function keysOf(options: KeyOptions): { readonly path: string; readonly keys: readonly ApiKey[] } {
  const path = options.file ?? configFor(options).access.keysFile;
  return { path, keys: readKeyFile(path) ?? [] };
}

function named(keys: readonly ApiKey[], id: string): ApiKey {
  const key = keys.find((each) => each.id === id);
  if (key !== undefined) return key;
  throw new CommandError('not-found', `there is no key ${id}: tallyline keys list shows them`);
}

function shown(key: ApiKey): Omit<ApiKey, 'digest'> {
  const { id, name, role, brands, createdAt, expiresAt } = key;
  return { id, name, role, brands, createdAt, expiresAt };
}

function show(secret: string, key: ApiKey, { json }: KeyOptions): void {
  const text =
    json === true
      ? JSON.stringify({ ...shown(key), secret })
      : `${secret}\n\nThis is shown once. Send it as "authorization: Bearer ..." (role ${key.role}, id ${key.id}).`;
  process.stdout.write(`${text}\n`);
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 3_650) return value;
  throw new CommandError('wrong-arguments', `--days: '${text}' must be a whole number from 1 to 3650`);
}
