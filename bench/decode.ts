import { decodeFact, encodeFact } from '#wire/facts.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord, encodeJournalRecord, linkOf, sourceOf } from '#wire/postings.js';
import { sampleFacts } from '#wire/samples/facts.fixture.js';
import { sampleContents } from '#wire/samples/postings.fixture.js';
import { figure, print, times } from './measure/report.js';

export const title = 'Decoding facts and postings, beside JSON.parse of the same as CloudEvents with names';

const recordedAt = Date.UTC(2026, 2, 2, 10);

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const rounds = short ? 1_000 : 300_000;
  const facts = sampleFacts.map((fact) => encodeFact(fact, recordedAt));
  const named = sampleFacts.map(({ id, entity, connection, at, type, ...data }) =>
    cloudEvent(id, `/connections/${connection}`, `tallyline.${type}.v1`, entity, at, data),
  );
  const records = sampleContents.map(recordOf);
  const namedRecords = sampleContents.map((content) =>
    cloudEvent('3-123456-0', '/meter', `tallyline.posting.${content.kind}.v1`, 'bank:4711', recordedAt, {
      sign: 1,
      content,
    }),
  );
  const decoded = records.flatMap((value) => decodeJournalRecord(value) ?? []);

  const perFact = usOf(rounds, named, (value) => JSON.parse(value) as unknown);
  const perPosting = usOf(rounds, namedRecords, (value) => JSON.parse(value) as unknown);
  const rows: [string, number, readonly string[], number][] = [
    ['facts: CloudEvents, JSON.parse alone', perFact, named, perFact],
    ['facts: decoded and checked', usOf(rounds, facts, decodeFact), facts, perFact],
    ['postings: CloudEvents, JSON.parse alone', perPosting, namedRecords, perPosting],
    ['postings: decoded and checked', usOf(rounds, records, decodeJournalRecord), records, perPosting],
    ['postings: source only', usOf(rounds, records, sourceOf), records, perPosting],
    ['postings: link computed', usOf(rounds, decoded, linkOf), records, perPosting],
  ];
  print(
    'One record',
    ['', 'CPU us', 'bytes', 'against JSON.parse of CloudEvents'],
    rows.map(([name, us, values, baseline]) => {
      return [name, figure(us, 2), figure(values.join('').length / values.length), times(us / baseline)];
    }),
  );
}

function recordOf(content: (typeof sampleContents)[number]): string {
  return encodeJournalRecord({
    position: { partition: 3, offset: 123_456, index: 0 },
    interpretation: 1,
    cause: 'fact',
    recordedAt,
    before: 'x'.repeat(22),
    changes: [{ sign: 1, contentText: encodeContent(content) }],
  }).value;
}

function cloudEvent(
  id: string,
  source: string,
  type: string,
  subject: string,
  at: number,
  data: unknown,
): string {
  const time = new Date(at).toISOString();
  return JSON.stringify({ specversion: '1.0', id, source, type, subject, time, recordedtime: time, data });
}

/** CPU time of one call, us; the first tenth warms up. */
function usOf<T>(rounds: number, values: readonly T[], work: (value: T) => unknown): number {
  const call = (count: number): void => {
    for (let round = 0; round < count; round++) {
      const value = values[round % values.length];
      if (value !== undefined) work(value);
    }
  };
  call(rounds / 10);
  const before = process.cpuUsage();
  call(rounds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}
