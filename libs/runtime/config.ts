import type { HttpCertificateFiles } from './servers/http-certificate.js';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  ConfigFaults,
  type SettingFault,
  type SettingFaultCode,
  settingFaultCodes,
} from './config-faults.js';
import type { OidcSettings } from './access/oidc.js';
import type { RateSettings } from './rate-limit.js';
import { type KafkaAccess, kafkaAccessOf, type RedisAccess, redisAccessOf } from './servers/server-access.js';
import { serverSettings } from './servers/server-settings.js';
import { FileFaults } from './servers/tls-files.js';

/** Settings of a process, read once at its start; nothing else reads the environment. */
export interface Config {
  /** Directory of the embedded log and store. */
  readonly dataDirectory: string;
  readonly catalogueDirectory: string;
  /** Puts changed files of the catalogue in force at the start; null: they wait for an act of their own. */
  readonly catalogueAuthor: string | null;
  /** Whether the directory was set; false: the default. */
  readonly isCatalogueNamed: boolean;
  readonly http: HttpConfig;
  readonly access: AccessConfig;
  readonly logLevel: LogLevel;
  readonly engine: Engine;
  /**
   * Prefix of topics, groups and keys, for installations that share brokers and Redis. Null: none.
   */
  readonly namespace: string | null;
  /** Partitions of the topics that scale. */
  readonly partitions: number;
  /** File with the key that proofs are signed with; null: they are not signed. */
  readonly proofKeyFile: string | null;
  /** As written; `customerKey` decodes it. Null: not set. */
  readonly customerKey: string | null;
  readonly intake: IntakeConfig;
  /** At shutdown: time between "not ready" and the first closed listener, for a load balancer to notice. */
  readonly drainMs: number;
  /** Log time after which the meter archives a contact: keeps only where its facts are in the log. */
  readonly archiveAfterMs: number;
  readonly audit: AuditConfig;
  /**
   * Variables with our prefix that are no settings: probably misspelt. Worth a warning, no reason to refuse
   * the start.
   */
  readonly unknownVariables: readonly string[];
}

export type Engine =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'distributed';
      readonly brokers: readonly string[];
      readonly redis: readonly string[];
      /** Replicas of each partition of the topics that we create. */
      readonly replication: number;
      readonly kafkaAccess: KafkaAccess;
      readonly redisAccess: RedisAccess;
    };

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** null: it listens without TLS. */
  readonly certificate: HttpCertificateFiles | null;
  /** How often a holder of a key, or an address, may ask. */
  readonly requests: RateSettings;
  /** Addresses and networks whose `x-forwarded-for` says who asks. */
  readonly trustedProxies: readonly string[];
}

export interface AccessConfig {
  /** File of API keys. */
  readonly keysFile: string;
  /** Whether the file was set; false: the default, which need not exist. */
  readonly isKeysFileNamed: boolean;
  /** Names in lower case by which the process is called beside those of this machine. */
  readonly allowedHosts: readonly string[];
  /** null: no tokens are taken. */
  readonly oidc: OidcSettings | null;
}

export interface AuditConfig {
  /** Of one processor, 0 to 1, for comparing the sums of the tally with the journal; 0: they are not. */
  readonly share: number;
  /** null: a new temporary one for each run. */
  readonly directory: string | null;
}

export interface IntakeConfig {
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
  readonly batchLimitLines: number;
  /** Deliveries a second and connection that are accepted over time, and at once. */
  readonly ratePerSecond: number;
  readonly rateBurst: number;
}

export type LogLevel = z.infer<typeof logLevel>;

/** Environment, or settings that override it: a variable that is absent or empty is not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the settings or throws `ConfigFaults` with every fault. `overrides` (e.g. of a command line) win. */
export function readConfig(overrides: Variables = {}, environment: Variables = process.env): Config {
  const set = nonEmpty({ ...environment, ...nonEmpty(overrides) });
  const parsed = variables.safeParse(set);
  if (!parsed.success) throw new ConfigFaults(parsed.error.issues.map((issue) => faultOf(issue, set)));
  const values = parsed.data;
  const engine = engineOf(values);
  return {
    dataDirectory: resolve(values.TALLYLINE_DATA),
    catalogueDirectory: resolve(values.TALLYLINE_CATALOGUE),
    catalogueAuthor: values.TALLYLINE_CATALOGUE_AUTHOR ?? null,
    isCatalogueNamed: set['TALLYLINE_CATALOGUE'] !== undefined,
    http: {
      host: values.TALLYLINE_HOST,
      port: values.TALLYLINE_PORT,
      certificate: certificateOf(values),
      requests: {
        ratePerSecond: values.TALLYLINE_REQUESTS_PER_SECOND,
        rateBurst: values.TALLYLINE_REQUESTS_PER_SECOND * 10,
      },
      trustedProxies: values.TALLYLINE_TRUSTED_PROXIES,
    },
    access: {
      keysFile: resolve(values.TALLYLINE_KEYS ?? join(values.TALLYLINE_DATA, 'keys.json')),
      isKeysFileNamed: values.TALLYLINE_KEYS !== undefined,
      allowedHosts: values.TALLYLINE_ALLOWED_HOSTS,
      oidc: oidcOf(values),
    },
    logLevel: values.TALLYLINE_LOG_LEVEL,
    engine,
    namespace: values.TALLYLINE_NAMESPACE ?? null,
    partitions: values.TALLYLINE_PARTITIONS ?? (engine.kind === 'embedded' ? 4 : 12),
    proofKeyFile: values.TALLYLINE_PROOF_KEY === undefined ? null : resolve(values.TALLYLINE_PROOF_KEY),
    customerKey: values.TALLYLINE_CUSTOMER_KEY ?? null,
    intake: {
      bodyLimitBytes: values.TALLYLINE_BODY_LIMIT_BYTES,
      batchLimitBytes: values.TALLYLINE_BATCH_LIMIT_BYTES,
      batchLimitLines: values.TALLYLINE_BATCH_LIMIT_LINES,
      ratePerSecond: values.TALLYLINE_RATE_PER_SECOND,
      rateBurst: values.TALLYLINE_RATE_BURST ?? values.TALLYLINE_RATE_PER_SECOND * 10,
    },
    drainMs: values.TALLYLINE_DRAIN_MS,
    archiveAfterMs: values.TALLYLINE_ARCHIVE_AFTER_HOURS * 3_600_000,
    audit: {
      share: values.TALLYLINE_AUDIT_PERCENT / 100,
      directory: auditDirectoryOf(values, engine),
    },
    unknownVariables: Object.keys(set).filter(
      (name) => name.startsWith('TALLYLINE_') && !name.startsWith(secretPrefix) && !(name in shape),
    ),
  };
}

/**
 * Secrets are named in the catalogue and held by the environment. Throws `ConfigFaults` naming all that are
 * missing.
 */
export function secretsFrom(
  names: Iterable<string>,
  environment: Variables = process.env,
): ReadonlyMap<string, string> {
  const required = [...new Set(names)];
  const missing = required.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new ConfigFaults(
      missing.map((variable) => ({
        code: 'not-set',
        variable,
        message: 'not set; the catalogue names it as the secret of a connection',
      })),
    );
  }
  return new Map(required.map((name) => [name, environment[name] ?? '']));
}

function auditDirectoryOf(values: z.output<typeof variables>, { kind }: Engine): string | null {
  const named = values.TALLYLINE_AUDIT_DIRECTORY;
  if (named !== undefined) return resolve(named);
  return kind === 'embedded' ? resolve(values.TALLYLINE_DATA, 'audit') : null;
}

/** Both files, or neither. */
function certificateOf({
  TALLYLINE_HTTP_CERT: cert,
  TALLYLINE_HTTP_CERT_KEY: key,
}: z.output<typeof variables>): HttpCertificateFiles | null {
  if (cert === undefined && key === undefined) return null;
  if (cert !== undefined && key !== undefined) return { cert: resolve(cert), key: resolve(key) };
  const variable = cert === undefined ? 'TALLYLINE_HTTP_CERT' : 'TALLYLINE_HTTP_CERT_KEY';
  const message = 'TALLYLINE_HTTP_CERT and TALLYLINE_HTTP_CERT_KEY go together: set both';
  throw new ConfigFaults([{ code: 'incomplete-pair', variable, message }]);
}

function oidcOf(values: z.output<typeof variables>): OidcSettings | null {
  if (values.TALLYLINE_OIDC_ISSUER === undefined) return null;
  return {
    issuer: values.TALLYLINE_OIDC_ISSUER,
    audience: values.TALLYLINE_OIDC_AUDIENCE,
    roleClaim: values.TALLYLINE_OIDC_ROLE_CLAIM,
    brandsClaim: values.TALLYLINE_OIDC_BRANDS_CLAIM,
  };
}

/** Name, meaning and default of every variable, for `--help` and the documentation. */
export function documentedVariables(): { name: string; meaning: string; default: string }[] {
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    meaning: schema.description ?? '',
    default: schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.def.defaultValue : '',
  }));
}

const secretPrefix = 'TALLYLINE_SECRET_';
const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** An address, or a network as address/bits. */
function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  return (
    family > 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
  );
}

function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

const addresses = z.string().transform((text) => text.split(',').map((address) => address.trim()));
const brokers = addresses.pipe(
  z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'must be host:port, several separated by commas')).min(1),
);
const redisUrls = addresses.pipe(
  z.array(z.string().regex(/^rediss?:\/\/\S+$/, 'must be redis://host:port, several separated by commas')),
);

const mebibyte = 1024 * 1024;

const shape = {
  TALLYLINE_DATA: z
    .string()
    .default('data')
    .describe('Directory of the embedded log and store. Kept between runs; one process at a time.'),
  TALLYLINE_CATALOGUE: z
    .string()
    .default('catalogue')
    .describe('Directory of the catalogue: connections, programmes, agents, contracts.'),
  TALLYLINE_CATALOGUE_AUTHOR: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Embedded engine only: changed files of the catalogue are put in force at each start, by this author, instead of ' +
        'by `tallyline catalogue apply`. `npm run dev` sets it to dev.',
    ),
  TALLYLINE_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address to listen on. Any other than this machine needs keys (`tallyline keys create`): without them the ' +
        'process does not start.',
    ),
  TALLYLINE_PORT: integer(0, 65_535)
    .prefault('8080')
    .describe('Port to listen on, 8080 by default; 0 takes a free one.'),
  TALLYLINE_HTTP_CERT: z
    .string()
    .optional()
    .describe(
      'File (PEM) of the certificate, and of those that lead to its authority: the process is then asked over HTTPS only. A ' +
        'renewed file counts within a minute.',
    ),
  TALLYLINE_HTTP_CERT_KEY: z
    .string()
    .optional()
    .describe('File (PEM) of the private key of that certificate, not encrypted.'),
  TALLYLINE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform(listOf)
    .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or networks such as 10.0.0.0/8')))
    .describe(
      'Addresses or networks (10.0.0.0/8), separated by commas, of proxies whose x-forwarded-for says who asks. Empty: ' +
        'the address of the connection counts.',
    ),
  TALLYLINE_REQUESTS_PER_SECOND: integer(1, 1_000_000)
    .prefault('100')
    .describe(
      'Requests a second, deliveries aside, that one holder of a key, or one address without a key, may send over time; ' +
        '100 by default, ten times as many at once.',
    ),
  TALLYLINE_KEYS: z
    .string()
    .optional()
    .describe(
      'File of API keys, made by `tallyline keys create`; `keys.json` in the data directory by default. While there ' +
        'is none, only this machine is listened to and everybody on it may do everything.',
    ),
  TALLYLINE_PROOF_KEY: z
    .string()
    .optional()
    .describe(
      'File of the key that proofs are signed with, made by `tallyline proof key`. Empty: they are not signed.',
    ),
  TALLYLINE_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) => listOf(text.toLowerCase()))
    .describe(
      'Names, without port, by which clients call the process, several separated by commas; requests for another host ' +
        'are turned away. Empty: every name where there are keys, this machine alone where there are none.',
    ),
  TALLYLINE_OIDC_ISSUER: z
    .url({
      protocol: /^https?$/,
      error: 'must be an address such as https://id.example.com/realms/tallyline',
    })
    .optional()
    .describe('Identity provider whose bearer tokens are taken beside keys, as it names itself (`iss`).'),
  TALLYLINE_OIDC_AUDIENCE: z
    .string()
    .default('tallyline')
    .describe('What tokens name as their audience (`aud`).'),
  TALLYLINE_OIDC_ROLE_CLAIM: z
    .string()
    .default('tallyline_role')
    .describe('Claim of a token with the role of its holder (docs/access.md).'),
  TALLYLINE_OIDC_BRANDS_CLAIM: z
    .string()
    .default('tallyline_brands')
    .describe('Claim of a token with a list of the brands that its holder is limited to; absent: all.'),
  TALLYLINE_LOG_LEVEL: logLevel.default('info').describe(`One of ${logLevel.options.join(', ')}.`),
  TALLYLINE_CUSTOMER_KEY: z
    .string()
    .optional()
    .describe(
      'Key of the pseudonyms of customers: at least 32 bytes in hex or base64. The embedded engine creates one on ' +
        'the first start and keeps it in customer.key of the data directory; on Kafka all processes need the same.',
    ),
  TALLYLINE_KAFKA: brokers
    .optional()
    .describe('Kafka brokers as host:port,host:port. Together with TALLYLINE_REDIS: the distributed engine.'),
  TALLYLINE_REDIS: redisUrls
    .optional()
    .describe('redis://host:port; several, separated by commas, are the nodes of a cluster.'),
  ...serverSettings,
  TALLYLINE_REPLICATION: integer(1, 9)
    .prefault('3')
    .describe(
      'Replicas of each partition of the Kafka topics that Tallyline creates, 3 by default; 1 for a single broker.',
    ),
  TALLYLINE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and -')
    .optional()
    .describe(
      'Prefix of the names of topics, groups and keys, for installations that share brokers and Redis.',
    ),
  TALLYLINE_PARTITIONS: integer(1, 1_000)
    .optional()
    .describe('Partitions of each topic that scales: by default 4 on the embedded engine, 12 on Kafka.'),
  TALLYLINE_BODY_LIMIT_BYTES: integer(1, 64 * mebibyte)
    .prefault(String(mebibyte))
    .describe('Largest delivery, 1 MiB by default; also the largest line of a batch.'),
  TALLYLINE_BATCH_LIMIT_BYTES: integer(1, 256 * mebibyte)
    .prefault(String(16 * mebibyte))
    .describe('Largest batch of deliveries, 16 MiB by default.'),
  TALLYLINE_BATCH_LIMIT_LINES: integer(1, 10_000_000)
    .prefault('20000')
    .describe('Most lines of a batch, blank ones included; 20000 by default.'),
  TALLYLINE_RATE_PER_SECOND: integer(1, 100_000_000)
    .prefault('20000')
    .describe('Deliveries a second that one connection may send over time, 20000 by default.'),
  TALLYLINE_RATE_BURST: integer(1, 1_000_000_000)
    .optional()
    .describe('Deliveries that one connection may send at once; by default ten times the rate per second.'),
  TALLYLINE_DRAIN_MS: integer(0, 10_000)
    .prefault('0')
    .describe(
      'At shutdown: time (ms) between "not ready" and the first closed listener. 5000 behind a load balancer.',
    ),
  TALLYLINE_ARCHIVE_AFTER_HOURS: integer(0, 8_760)
    .prefault('24')
    .describe(
      'Hours from the first fact of a contact until the meter archives it: its state is then kept in the log, and in the ' +
        'store only where. 24 by default; fewer take less memory, more avoid reading states again when late facts come.',
    ),
  TALLYLINE_AUDIT_PERCENT: integer(0, 100)
    .prefault('5')
    .describe(
      'Share of one processor, in percent, for comparing all sums of the tally with the journal in the background; 5 ' +
        'by default, 0: they are not compared.',
    ),
  TALLYLINE_AUDIT_DIRECTORY: z
    .string()
    .optional()
    .describe(
      'Where that audit keeps its own count of the journal, as large as the tally; each process needs its own. Default: ' +
        'audit in the data directory on the embedded engine, else a new temporary one, so that each start counts again.',
    ),
};

const variables = z.object(shape).check((context) => {
  const { TALLYLINE_KAFKA: kafka, TALLYLINE_REDIS: redis } = context.value;
  const report = (code: SettingFaultCode, variable: keyof typeof shape, message: string) =>
    context.issues.push({ code: 'custom', input: undefined, path: [variable], params: { code }, message });
  if ((kafka === undefined) !== (redis === undefined)) {
    report(
      'incomplete-pair',
      kafka === undefined ? 'TALLYLINE_KAFKA' : 'TALLYLINE_REDIS',
      'TALLYLINE_KAFKA and TALLYLINE_REDIS go together: set both, or neither for the embedded engine',
    );
  }
  if (kafka !== undefined && context.value.TALLYLINE_CUSTOMER_KEY === undefined) {
    report('not-set', 'TALLYLINE_CUSTOMER_KEY', 'must be set on Kafka: all processes need one key');
  }
  if (kafka !== undefined && context.value.TALLYLINE_CATALOGUE_AUTHOR !== undefined) {
    report(
      'contradicts-other',
      'TALLYLINE_CATALOGUE_AUTHOR',
      'is for the embedded engine: on Kafka an old process that starts would put its old files in force',
    );
  }
  if (context.value.TALLYLINE_BATCH_LIMIT_BYTES < context.value.TALLYLINE_BODY_LIMIT_BYTES) {
    report(
      'contradicts-other',
      'TALLYLINE_BATCH_LIMIT_BYTES',
      'must not be below TALLYLINE_BODY_LIMIT_BYTES',
    );
  }
});

/** Throws `ConfigFaults` where files that the settings name cannot be used. */
function engineOf(values: z.infer<typeof variables>): Engine {
  const faults = new FileFaults();
  const kafkaAccess = kafkaAccessOf(values, faults);
  const redisAccess = redisAccessOf(values, faults);
  if (faults.faults.length > 0) throw new ConfigFaults(faults.faults);
  const { TALLYLINE_KAFKA: brokers, TALLYLINE_REDIS: redis, TALLYLINE_REPLICATION: replication } = values;
  return brokers && redis
    ? { kind: 'distributed', brokers, redis, replication, kafkaAccess, redisAccess }
    : { kind: 'embedded' };
}

/** These may hold a secret (a Redis address its password): their values are never shown. */
const confidential = new Set([
  'TALLYLINE_CUSTOMER_KEY',
  'TALLYLINE_REDIS',
  'TALLYLINE_KAFKA_PASSWORD',
  'TALLYLINE_REDIS_PASSWORD',
  'TALLYLINE_KAFKA_TOKEN_URL',
]);

function faultOf(issue: z.core.$ZodIssue, set: Variables): SettingFault {
  const variable = String(issue.path[0] ?? '');
  const value = confidential.has(variable) ? undefined : set[variable];
  return {
    code: faultCodeOf(issue),
    variable,
    ...(value === undefined ? {} : { value }),
    message: issue.message,
  };
}

function faultCodeOf(issue: z.core.$ZodIssue): SettingFaultCode {
  if (issue.code === 'too_small' || issue.code === 'too_big') return 'out-of-range';
  if (issue.code === 'invalid_value') return 'unknown-word';
  const given: unknown = issue.code === 'custom' ? issue.params?.['code'] : null;
  return codes.find((code) => code === given) ?? 'malformed-value';
}

const codes = Object.keys(settingFaultCodes) as SettingFaultCode[];

function nonEmpty(from: Variables): Variables {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined && value !== ''));
}
