import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authentication, Connection } from '#catalogue/catalogue.js';
import type { Log, LogRecord, NewRecord } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { createLogger } from '#runtime/logging.js';
import { Registry } from '#runtime/metrics.js';
import { noKeys } from '#runtime/access/access.fixture.js';
import { createHttpApp } from '#runtime/nest/http-app.js';
import { decodeRaw, type RawDelivery } from '#wire/raw.js';
import { topics, topicSettings } from '#wire/topics.js';
import { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import { type QueueLimits, queueLimits } from '#pipeline/intake/intake-queue.js';
import { refusalService } from '#pipeline/redrive.js';
import { RefusalIndex } from '#pipeline/refusal-index.js';
import { type IntakeDeps, IntakeModule } from './intake.module.js';

export interface HarnessOptions {
  readonly limits?: Partial<IntakeDeps['limits']>;
  readonly queue?: Partial<QueueLimits>;
  /** Between intake and the log: delays, counts, fails. */
  readonly wrap?: (log: Log) => Pick<Log, 'append'>;
  /** What the index of refusals reads from; default: the log. */
  readonly refusalsLog?: Pick<Log, 'bounds' | 'read'>;
  /** UTC epoch ms. */
  readonly clock?: () => number;
}

export interface Harness {
  readonly url: string;
  readonly registry: Registry;
  /** Lines of its log. */
  readonly logLines: string[];
  readonly deliveryWriter: DeliveryWriter;
  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer> | null,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Everything that lies in `telephony.raw`, partition by partition. */
  stored(): Promise<RawDelivery[]>;
  /** As the process does it: HTTP first, then what was taken. The log stays open for a look. */
  shutDown(): Promise<void>;
  close(): Promise<void>;
}

export const hmacSecret = `whsec_${Buffer.from('a key of thirty-two bytes, no less').toString('base64')}`;
const secrets = new Map([
  ['TOKEN', 'the-token'],
  ['PASSWORD', 'the-password'],
  ['SIGNING', hmacSecret],
]);

const schemes: Record<string, Authentication> = {
  open: { scheme: 'none' },
  other: { scheme: 'none' },
  token: { scheme: 'header', header: 'X-Token', secret: 'TOKEN' },
  basic: { scheme: 'basic', user: 'axialys', secret: 'PASSWORD' },
  signed: { scheme: 'hmac', secrets: ['SIGNING'], toleranceMs: 300_000 },
};
const connections = new Map<string, Connection>(
  Object.entries(schemes).map(([id, authentication]) => [
    id,
    { id, platform: 'genesys', timeZone: 'UTC', country: null, authentication, states: [] },
  ]),
);

/** Intake as it runs: a real server on a free port, and the embedded log in a directory of its own. */
export async function startIntake(options: HarnessOptions = {}): Promise<Harness> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-intake-'));
  const log = openSqliteLog({ directory });
  await log.createTopics(topicSettings(2));
  const clock = options.clock ?? Date.now;
  const logLines: string[] = [];
  const logger = createLogger({
    app: 'intake',
    level: 'debug',
    form: 'json',
    stream: { write: (line) => void logLines.push(line) },
  });
  const registry = new Registry();
  const deliveryWriter = new DeliveryWriter(options.wrap?.(log) ?? log, clock, {
    ...queueLimits,
    ...options.queue,
  });
  const limits = {
    bodyLimitBytes: 1_000,
    batchLimitBytes: 100_000,
    batchLimitLines: 5_000,
    ratePerSecond: 1_000,
    rateBurst: 10_000,
  };
  const module = IntakeModule.register({
    deliveryWriter,
    refusals: new RefusalIndex(options.refusalsLog ?? log),
    openRefusals: refusalService(log),
    connection: (id) => connections.get(id) ?? null,
    secrets: () => secrets,
    clock,
    limits: { ...limits, ...options.limits },
    registry,
    logger,
  });
  const app = await createHttpApp(module, logger, { access: noKeys });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  let down: Promise<void> | null = null;
  const shutDown = () => (down ??= app.close().then(() => deliveryWriter.drain()));
  return {
    url,
    registry,
    logLines,
    deliveryWriter,
    post: (path, body, headers = {}) => fetch(url + path, { method: 'POST', body, headers }),
    stored: async () => (await storedRecords(log)).map(decoded),
    shutDown,
    close: async () => {
      await shutDown();
      await log.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function storedRecords(log: Log): Promise<LogRecord[]> {
  const bounds = await log.bounds(topics.raw.name);
  const records = await Promise.all(
    bounds.map(({ partition, begin }) => log.read(topics.raw.name, partition, begin, 100_000)),
  );
  return records.flat();
}

function decoded(record: LogRecord): RawDelivery {
  const delivery = decodeRaw(record.value);
  if (delivery === null) throw new Error(`offset ${record.offset} is no delivery`);
  return delivery;
}

/** A log that keeps its acks back until `release`, and counts the appends. */
export function heldLog(): {
  wrap: (log: Log) => Pick<Log, 'append'>;
  release: () => void;
  appends: number[];
} {
  const gate = Promise.withResolvers<void>();
  const appends: number[] = [];
  return {
    appends,
    release: gate.resolve,
    wrap: (log) => ({
      append: async (topic: string, records: readonly NewRecord[]) => {
        appends.push(records.length);
        await gate.promise;
        return log.append(topic, records);
      },
    }),
  };
}
