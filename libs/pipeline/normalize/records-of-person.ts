import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log, LogRecord, RecordPosition } from '#log/log.js';
import { numberInText } from '#platforms/number-in-text.js';
import { encodeFact } from '#wire/facts.js';
import { decodeRaw, type RawDelivery } from '#wire/raw.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { type NormalizerDeps, normalizedBy } from './normalizer.js';

/** What of the log holds a person's number, or says of a delivery with it that it was refused. */
export interface RecordsOfPerson {
  readonly deliveries: readonly (RecordPosition & Pick<RawDelivery, 'id' | 'receivedAt'>)[];
  readonly refused: readonly (RecordPosition & { readonly refusal: RefusedRecord })[];
}

export interface PersonDeps extends Pick<NormalizerDeps, 'platform' | 'pseudonym'> {
  readonly log: Pick<Log, 'bounds' | 'read'>;
  readonly lookup: CatalogueIndex;
}

/**
 * Reads all deliveries that the log still has. One is of the person where its text holds the number in
 * whatever form, or where what it says is of the customer with that pseudonym.
 *
 * @param digits of the number as E.164, without `+`
 */
export async function recordsOfPerson(digits: string, deps: PersonDeps): Promise<RecordsOfPerson> {
  const holdsNumber = numberInText(digits);
  const pseudonym = deps.pseudonym(digits);
  const deliveries: (RecordPosition & Pick<RawDelivery, 'id' | 'receivedAt'>)[] = [];
  for await (const { partition, offset, value } of recordsOf(deps.log, topics.raw.name)) {
    const delivery = decodeRaw(value);
    if (delivery === null) continue;
    if (!textsOf(value, delivery).some(holdsNumber) && !isOfCustomer(delivery, pseudonym, deps)) continue;
    deliveries.push({ partition, offset, id: delivery.id, receivedAt: delivery.receivedAt });
  }
  const ids = new Set(deliveries.map(({ id }) => id));
  const refused: (RecordPosition & { readonly refusal: RefusedRecord })[] = [];
  for await (const { partition, offset, value } of recordsOf(deps.log, topics.refused.name)) {
    const refusal = decodeRefused(value);
    if (refusal?.state !== 'refused' || !ids.has(refusal.delivery ?? '')) continue;
    refused.push({ partition, offset, refusal });
  }
  return { deliveries, refused };
}

/** As it lies in the log; the body alone; without the escapes of JSON; where it is no UTF-8, its bytes. */
function textsOf(value: string, { body, bodyEncoding }: RawDelivery): string[] {
  if (bodyEncoding === 'base64') {
    const bytes = Buffer.from(body, 'base64').toString('latin1');
    return [value, bytes, bytes.replaceAll('\0', '')];
  }
  return body.includes('\\u') ? [value, body, unescaped(body)] : [value, body];
}

function unescaped(body: string): string {
  return body.replace(/\\u([\da-fA-F]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function isOfCustomer(delivery: RawDelivery, pseudonym: string, deps: PersonDeps): boolean {
  const connection = deps.lookup.connection(delivery.connection);
  if (connection === null || delivery.bodyEncoding !== 'utf8') return false;
  const { facts } = normalizedBy(deps, delivery, connection, deps.lookup);
  return facts.some((fact) => encodeFact(fact, delivery.receivedAt).includes(pseudonym));
}

async function* recordsOf(
  log: Pick<Log, 'bounds' | 'read'>,
  topic: string,
): AsyncGenerator<LogRecord & RecordPosition> {
  for (const { partition, begin, end } of await log.bounds(topic)) {
    for (let next = begin; next < end;) {
      const records = await log.read(topic, partition, next, 1_000);
      for (const record of records) yield { ...record, partition };
      next = (records.at(-1)?.offset ?? end) + 1;
    }
  }
}
