import { setTimeout as delay } from 'node:timers/promises';
import {
  Kafka,
  type KafkaConfig,
  type LogEntry,
  logLevel,
  type Mechanism,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import { backOffMs } from '../back-off.js';
import { oauthBearer } from './oauth-bearer.js';
import { LogUnavailable, LogUnusable, unknownTopic } from '../log.js';
import type { KafkaLogAccess, KafkaSettings } from './options.js';

/**
 * kafkajs' own retries, with every option set: its defaults differ when NODE_ENV is "test". Within a send
 * they span a usual leader change; everything longer is retried here, with new connections.
 */
export const sendRetries = retries(8);
export const fewRetries = retries(2);

function retries(count: number): RetryOptions {
  return { retries: count, initialRetryTime: 100, multiplier: 2, factor: 0.2, maxRetryTime: 1_000 };
}

/**
 * Creates kafkajs clients. Each begins at the next broker, since kafkajs does not give up a first one that
 * hangs.
 */
export class Clients implements ConnectionWatch {
  #created = 0;
  #hasConnected = false;
  readonly #settings: KafkaSettings;

  constructor(settings: KafkaSettings) {
    this.#settings = settings;
  }

  create(): Kafka {
    const { brokers, clientId, requestTimeoutMs, access, onWarning } = this.#settings;
    const first = this.#created++ % brokers.length;
    return new Kafka({
      brokers: [...brokers.slice(first), ...brokers.slice(0, first)],
      clientId,
      connectionTimeout: Math.min(3_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      retry: fewRetries,
      logLevel: logLevel.ERROR,
      // Why a first connection fails is said once, by its error.
      logCreator: () => (entry) => void (this.#hasConnected && onWarning(logText(entry))),
      ...kafkajsAccess(access),
    });
  }

  connected(): void {
    this.#hasConnected = true;
  }

  /**
   * Before the first connection a fault of the settings ends the start; later the same error may be one of a
   * broker that is being changed, and is retried.
   */
  explain(error: unknown): unknown {
    if (this.#hasConnected) return error;
    const { access } = this.#settings;
    const fault = access.faultOf(error);
    if (fault !== null) return new LogUnusable('log-access', `Kafka: ${fault}`);
    const isClosed = /before secure TLS connection|Closed connection/.test(messageOf(error));
    if (!isClosed) return error;
    const question =
      access.tls === null
        ? 'if it asks for TLS, set TALLYLINE_KAFKA_TLS=on'
        : 'if this port speaks no TLS, name another in TALLYLINE_KAFKA';
    return new Error(`the broker closes connections at once: ${question}`, { cause: error });
  }
}

function kafkajsAccess({ tls, sasl }: KafkaLogAccess): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === null
      ? {}
      : {
          ssl: {
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key.reveal() }),
          },
        }),
    ...(sasl === null ? {} : { sasl: kafkajsSasl(sasl) }),
  };
}

function kafkajsSasl(sasl: NonNullable<KafkaLogAccess['sasl']>): SASLOptions | Mechanism {
  if (sasl.mechanism === 'oauthbearer') return oauthBearer(sasl.token);
  const { mechanism, username } = sasl;
  // The types of kafkajs name each mechanism apart.
  return { mechanism: mechanism as 'plain', username, password: sasl.password.reveal() };
}

function logText({ namespace, log }: LogEntry): string {
  const { message, error }: { message: string; error?: unknown } = log;
  return `kafkajs ${namespace}: ${message}${typeof error === 'string' ? `: ${error}` : ''}`;
}

export interface ConnectableClient {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Follows whether clients can be connected. */
export interface ConnectionWatch {
  connected(): void;
  /** The error to throw where a client could not be connected for this reason. */
  explain(error: unknown): unknown;
}

const noWatch: ConnectionWatch = { connected: () => {}, explain: (error) => error };

/**
 * A client that is connected when needed, and replaced by a new one after an error: kafkajs keeps asking a
 * broker that hangs. The old client is disconnected when its last call has ended, since disconnecting it
 * would not end its retries.
 */
export class ReconnectingClient<Client extends ConnectableClient> {
  #current: ClientUse<Client> | null = null;
  #closed = false;
  readonly #create: () => Client;
  readonly #watch: ConnectionWatch;

  constructor(create: () => Client, watch: ConnectionWatch = noWatch) {
    this.#create = create;
    this.#watch = watch;
  }

  /** Rejects as `attempt` does; the next call then has a new client. */
  async use<Result>(attempt: (client: Client) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new LogUnavailable('the log is closed');
    const use = (this.#current ??= this.#open());
    use.users += 1;
    try {
      return await attempt(await use.client);
    } catch (error) {
      if (this.#current === use) this.#current = null;
      throw error;
    } finally {
      use.users -= 1;
      this.#release(use);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const current = this.#current;
    this.#current = null;
    if (current !== null && current.users === 0) await disconnected(current);
  }

  #open(): ClientUse<Client> {
    const client = this.#create();
    const connected = client.connect().then(
      () => {
        this.#watch.connected();
        return client;
      },
      (error: unknown) => {
        throw this.#watch.explain(error);
      },
    );
    return { client: connected, raw: client, users: 0 };
  }

  #release(use: ClientUse<Client>): void {
    if (use.users === 0 && this.#current !== use) void disconnected(use);
  }
}

interface ClientUse<Client> {
  readonly raw: Client;
  readonly client: Promise<Client>;
  users: number;
}

async function disconnected(use: ClientUse<ConnectableClient>): Promise<void> {
  await use.client.catch(() => undefined);
  await use.raw.disconnect().catch(() => undefined);
}

/** Right after its creation a topic is unknown to some brokers for a short time. */
const NEW_TOPIC_MS = 500;

/**
 * Retries an attempt that fails for lack of a broker until `timeoutMs` have passed, then throws
 * `LogUnavailable`. Every error of kafkajs counts as such (it has plain errors for lost connections), except
 * those that retrying cannot help. A topic that does not exist is unknown after `unknownForMs`.
 */
export async function retryUntilTimeout<Result>(
  what: string,
  topic: string,
  timeoutMs: number,
  attempt: () => Promise<Result>,
  unknownForMs = NEW_TOPIC_MS,
): Promise<Result> {
  const started = performance.now();
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof LogUnavailable || error instanceof LogUnusable) throw error;
      const spentMs = performance.now() - started;
      const type = kafkaErrorType(error) ?? '';
      if (type === 'UNKNOWN_TOPIC_OR_PARTITION' && spentMs > unknownForMs) throw unknownTopic(topic);
      if (type.endsWith('_AUTHORIZATION_FAILED')) throw lacksRight(`${what}: ${messageOf(error)}`);
      if (isPermanent(type)) throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
      const waitMs = Math.min(backOffMs(failures), 1_000);
      if (spentMs + waitMs > timeoutMs) {
        throw new LogUnavailable(`${what}: ${messageOf(error)}`, { cause: error });
      }
      await delay(waitMs);
    }
  }
}

function lacksRight(what: string): LogUnusable {
  const advice = 'the user of TALLYLINE_KAFKA_USERNAME lacks a right; docs/settings.md lists them';
  return new LogUnusable('log-access', `${what}: ${advice}`);
}

/** Wrong settings. */
function isPermanent(type: string): boolean {
  return ['INVALID_CONFIG', 'INVALID_TOPIC_EXCEPTION', 'POLICY_VIOLATION'].includes(type);
}

/** The protocol's name of an error, unwrapped from kafkajs' errors; null where there is none. */
export function kafkaErrorType(error: unknown): string | null {
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    if ('type' in inner && typeof inner.type === 'string') return inner.type;
    if ('errors' in inner && Array.isArray(inner.errors)) return kafkaErrorType(inner.errors[0]);
  }
  return null;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
