import type { Connection } from '#catalogue/catalogue.js';
import type { Fact } from '#domain/fact/fact.js';
import type { RefusalCode } from '#domain/fact/refusal-codes.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';
import {
  type Batch,
  type Log,
  type LogRecord,
  LogUnavailable,
  type BatchResult,
  type PartitionHandler,
} from '#log/log.js';
import { appendRefused } from '#pipeline/dead-letters.js';
import type { Normalized, Platform, Refusal } from '#platforms/platform.js';
import type { Warning } from '#platforms/warning.js';
import { encodeFact } from '#wire/facts.js';
import { decodeRaw, type RawDelivery } from '#wire/raw.js';
import { type RefusalResolved, type RefusedRecord, refusalId } from '#wire/refused.js';
import { normalizerStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';

export interface NormalizerDeps {
  readonly log: Log;
  readonly connection: (id: string) => Connection | null;
  readonly platform: (name: Connection['platform']) => Platform;
  /** What the catalogue defines beside the known outcomes. */
  readonly outcomes: readonly OutcomeDefinition[];
  /** Keyed hash of a customer's number. */
  readonly pseudonym: (customer: string) => string;
  readonly onWarning: (connection: string, warning: Warning) => void;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** Told of each delivery with facts: their newest instant and its receipt, UTC epoch ms. */
  readonly onDated?: (connection: string, newestAt: number, receivedAt: number) => void;
}

/**
 * Raw deliveries to facts. Its position is the committed offset alone: facts are sets, so translating a
 * delivery twice after a crash changes nothing.
 */
export function normalizer(deps: NormalizerDeps): PartitionHandler {
  return {
    async assigned(partition) {
      const { group, topic } = normalizerStage;
      const committed = (await deps.log.committed(group, topic))[partition];
      if (committed !== undefined && committed !== null) return committed;
      return (await deps.log.bounds(topic))[partition]?.begin ?? 0;
    },
    batch: async (batch) => translateBatch(batch, deps),
    lost() {},
  };
}

async function translateBatch(batch: Batch, deps: NormalizerDeps): Promise<BatchResult> {
  const facts: { key: string; value: string }[] = [];
  const refused: (RefusedRecord | RefusalResolved)[] = [];
  let next = 0;
  for (const record of batch.records) {
    next = record.offset + 1;
    const translated = translate(record, deps);
    for (const fact of translated.facts) {
      facts.push({ key: fact.entity, value: encodeFact(fact, record.timestamp) });
    }
    tellDates(translated, deps);
    for (const refusal of translated.refusals) {
      const entry = refusedEntry(refusal, translated.delivery, batch, record);
      deps.onRefused(entry);
      refused.push(entry);
    }
    refused.push(...resolved(translated, record, batch));
  }
  try {
    if (facts.length > 0) await deps.log.append(topics.facts.name, facts);
    await appendRefused(deps.log, refused);
  } catch (error) {
    if (error instanceof LogUnavailable) return { status: 'retry', cause: error };
    throw error;
  }
  return { status: 'done', next };
}

function tellDates({ delivery, facts }: Translated, { onDated }: NormalizerDeps): void {
  if (onDated === undefined || delivery === null || facts.length === 0) return;
  const newestAt = facts.reduce((newest, { at }) => Math.max(newest, at), 0);
  onDated(delivery.connection, newestAt, delivery.receivedAt);
}

interface Translated {
  readonly delivery: RawDelivery | null;
  readonly facts: readonly Fact[];
  readonly refusals: readonly Refusal[];
}

function translate(record: LogRecord, deps: NormalizerDeps): Translated {
  const delivery = decodeRaw(record.value);
  if (delivery === null) {
    return refuseAll(null, 'unreadable', 'the record is no delivery: expected a tallyline.delivery.v1 event');
  }
  const connection = deps.connection(delivery.connection);
  if (connection === null) {
    const message = `connection ${delivery.connection} is not in the catalogue: add it, then re-drive`;
    return refuseAll(delivery, 'unknown-connection', message);
  }
  if (delivery.bodyEncoding !== 'utf8') {
    return refuseAll(delivery, 'unreadable', 'the body is not UTF-8 text');
  }
  const platform = delivery.kind === 'outcome' ? 'outcomes' : connection.platform;
  const normalized: Normalized = deps.platform(platform).normalize(delivery, {
    connection: connection.id,
    timeZone: connection.timeZone,
    country: connection.country,
    pseudonym: deps.pseudonym,
    outcomes: deps.outcomes,
    isConnection: (id) => deps.connection(id) !== null,
  });
  for (const warning of normalized.warnings) deps.onWarning(connection.id, warning);
  return { delivery, facts: normalized.facts, refusals: normalized.refusals };
}

function refuseAll(delivery: RawDelivery | null, code: RefusalCode, message: string): Translated {
  return { delivery, facts: [], refusals: [{ row: null, code, path: '', message }] };
}

function refusedEntry(
  refusal: Refusal,
  delivery: RawDelivery | null,
  batch: Batch,
  record: LogRecord,
): RefusedRecord {
  return {
    state: 'refused',
    id: refusalId('normalizer', identity(delivery, batch, record), refusal.row),
    stage: 'normalizer',
    from: { topic: batch.topic, partition: batch.partition, offset: record.offset },
    connection: delivery?.connection ?? null,
    delivery: delivery?.id ?? null,
    row: refusal.row,
    reason: refusal.code,
    path: refusal.path,
    message: refusal.message,
  };
}

/** What an operator sent again and is understood now. */
function resolved(translated: Translated, record: LogRecord, batch: Batch): RefusalResolved[] {
  const { delivery, refusals } = translated;
  if (delivery === null || delivery.redrives.length === 0) return [];
  const again = new Set(
    refusals.map((refusal) => refusalId('normalizer', identity(delivery, batch, record), refusal.row)),
  );
  return delivery.redrives.filter((id) => !again.has(id)).map((id) => ({ state: 'resolved', id }));
}

function identity(delivery: RawDelivery | null, batch: Batch, record: LogRecord): string {
  return delivery?.id ?? `${batch.topic}|${batch.partition}|${record.offset}`;
}
