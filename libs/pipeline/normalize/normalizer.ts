import { setImmediate } from 'node:timers/promises';
import type { Connection } from '#catalogue/catalogue.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Fact } from '#domain/fact/fact.js';
import type { RefusalCode } from '#domain/fact/refusal-codes.js';
import { placementOf } from '#domain/entity/moved-event.js';
import type { Batch, Log, LogRecord, PartitionHandler } from '#log/log.js';
import { recordName } from '#pipeline/dead-letters.js';
import { statelessStage } from '#pipeline/partition-stage.js';
import { judgedAt, type Normalized, type Platform, type Refusal } from '#platforms/platform.js';
import type { Warning } from '#platforms/warning.js';
import { isErased } from '#wire/erased.js';
import { encodeFact } from '#wire/facts.js';
import { decodeRaw, type RawDelivery } from '#wire/raw.js';
import { type RefusalResolved, type RefusedRecord, refusalId } from '#wire/refused.js';
import { normalizerStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';

export interface NormalizerDeps {
  readonly log: Log;
  /** What is in force; asked once for each batch. */
  readonly catalogue: () => Promise<Pick<CatalogueIndex, 'connection' | 'catalogue'>>;
  readonly platform: (name: Connection['platform']) => Platform;
  /** Keyed hash of a customer's number. */
  readonly pseudonym: (customer: string) => string;
  readonly onWarning: (connection: string, warning: Warning) => void;
  readonly onRefused: (refused: RefusedRecord) => void;
  /** Called for each delivery with facts: their newest instant and its receipt, UTC epoch ms. */
  readonly onDated?: (connection: string, newestAt: number, receivedAt: number) => void;
}

/**
 * Raw deliveries to facts. Its position is the committed offset alone: facts are sets, so translating a
 * delivery twice after a crash changes nothing.
 */
export function normalizer(deps: NormalizerDeps): PartitionHandler {
  return statelessStage(normalizerStage, async (batch) => translateBatch(batch, deps), deps);
}

async function translateBatch(
  batch: Batch,
  deps: NormalizerDeps,
): Promise<readonly (RefusedRecord | RefusalResolved)[]> {
  const facts: { key: string; value: string }[] = [];
  const entries: (RefusedRecord | RefusalResolved)[] = [];
  const lookup = await deps.catalogue();
  let sinceYield = 0;
  for (const record of batch.records) {
    if (sinceYield > charactersUntilYield) {
      await appendFacts(deps.log, facts.splice(0));
      await setImmediate();
      sinceYield = 0;
    }
    sinceYield += record.value.length;
    const translation = translate(record, lookup, deps);
    for (const fact of translation.facts.flatMap(withPlacement)) {
      facts.push({ key: fact.entity, value: encodeFact(fact, record.timestamp) });
    }
    reportNewestInstant(translation, deps);
    const refused = refusedRows(translation, batch, record);
    entries.push(...refused, ...resolvedBy(translation, refused));
  }
  await appendFacts(deps.log, facts);
  return entries;
}

function withPlacement(fact: Fact): Fact[] {
  return fact.type === 'outcome.recorded' ? [fact, placementOf(fact)] : [fact];
}

/**
 * A batch of long deliveries goes on in steps: others have their turn, and memory holds what a step gives.
 */
const charactersUntilYield = 256 * 1024;

async function appendFacts(log: Log, facts: readonly { key: string; value: string }[]): Promise<void> {
  if (facts.length > 0) await log.append(topics.facts.name, facts);
}

function reportNewestInstant({ delivery, facts }: Translation, { onDated }: NormalizerDeps): void {
  if (onDated === undefined || delivery === null || facts.length === 0) return;
  const newestAt = facts.reduce((newest, { at }) => Math.max(newest, at), 0);
  onDated(delivery.connection, newestAt, judgedAt(delivery));
}

interface Translation {
  readonly delivery: RawDelivery | null;
  readonly facts: readonly Fact[];
  readonly refusals: readonly Refusal[];
}

function translate(
  record: LogRecord,
  lookup: Pick<CatalogueIndex, 'connection' | 'catalogue'>,
  deps: NormalizerDeps,
): Translation {
  const delivery = decodeRaw(record.value);
  if (delivery === null) {
    // Read once more after it was erased: there is nothing of it left that could be refused.
    if (isErased(record.value)) return { delivery: null, facts: [], refusals: [] };
    return refuseAll(null, 'unreadable', 'the record is no delivery: expected a tallyline.delivery.v1 event');
  }
  const connection = lookup.connection(delivery.connection);
  if (connection === null) {
    const message = `connection ${delivery.connection} is not in the catalogue: add it, then re-drive`;
    return refuseAll(delivery, 'unknown-connection', message);
  }
  if (delivery.bodyEncoding !== 'utf8') {
    return refuseAll(delivery, 'unreadable', 'the body is not UTF-8 text');
  }
  let normalized: Normalized;
  try {
    normalized = normalizedBy(deps, delivery, connection, lookup);
  } catch (error) {
    // Pure code on what a sender wrote: only a defect throws, and it must not stop all that comes after it.
    const name = Error.isError(error) ? error.name : typeof error;
    const message = `the program failed on the delivery (${name}): report it; after a fix, re-drive it`;
    return refuseAll(delivery, 'not-understood', message);
  }
  for (const warning of normalized.warnings) deps.onWarning(connection.id, warning);
  return { delivery, facts: normalized.facts, refusals: normalized.refusals };
}

/** What a delivery of the connection says, by its platform. */
export function normalizedBy(
  { platform, pseudonym }: Pick<NormalizerDeps, 'platform' | 'pseudonym'>,
  delivery: RawDelivery,
  connection: Connection,
  lookup: Pick<CatalogueIndex, 'connection' | 'catalogue'>,
): Normalized {
  return platform(delivery.kind === 'outcome' ? 'outcomes' : connection.platform).normalize(delivery, {
    connection: connection.id,
    timeZone: connection.timeZone,
    country: connection.country,
    pseudonym,
    outcomes: lookup.catalogue.outcomes,
    ...(connection.limits?.aheadMs !== undefined && { aheadMs: connection.limits.aheadMs }),
    ...(connection.mayReport !== undefined && { mayReport: connection.mayReport }),
    isConnection: (id) => lookup.connection(id) !== null,
  });
}

function refuseAll(delivery: RawDelivery | null, code: RefusalCode, message: string): Translation {
  return { delivery, facts: [], refusals: [{ row: null, code, path: '', message }] };
}

function refusedRows({ delivery, refusals }: Translation, batch: Batch, record: LogRecord): RefusedRecord[] {
  const from = { topic: batch.topic, partition: batch.partition, offset: record.offset };
  const identity = delivery?.id ?? recordName(from.topic, from.partition, from.offset);
  return summedUp(refusals).map(({ row, code, path, message, rows }) => ({
    state: 'refused',
    id: refusalId('normalizer', identity, row),
    stage: 'normalizer',
    from,
    connection: delivery?.connection ?? null,
    delivery: delivery?.id ?? null,
    row,
    reason: code,
    path,
    message,
    ...(rows !== undefined && { rows }),
  }));
}

/** A delivery whose rows are nearly all refused is refused for one reason, not for each of them. */
function summedUp(refusals: readonly Refusal[]): readonly (Refusal & { readonly rows?: number })[] {
  if (refusals.length <= maxRefusals) return refusals;
  const rest = refusals.slice(maxRefusals - 1);
  const reasons = Map.groupBy(rest, ({ code }) => code);
  const [code] = [...reasons].reduce((most, each) => (each[1].length > most[1].length ? each : most));
  const counts = [...reasons].map(([reason, { length }]) => `${reason}: ${length}`).join(', ');
  const message = `${rest.length} more rows of the delivery are refused (${counts}), summed up here`;
  return [...refusals.slice(0, maxRefusals - 1), { row: null, code, path: '', message, rows: rest.length }];
}

/** Of one delivery, the sum of the rest included. */
const maxRefusals = 100;

/** The refusals for which a delivery was re-driven and that did not occur again. */
function resolvedBy({ delivery }: Translation, refused: readonly RefusedRecord[]): RefusalResolved[] {
  if (delivery === null || delivery.redrives.length === 0) return [];
  const stillRefused = new Set(refused.map(({ id }) => id));
  return delivery.redrives.filter((id) => !stillRefused.has(id)).map((id) => ({ state: 'resolved', id }));
}
