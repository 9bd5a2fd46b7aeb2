import type { Log, StoredPosition } from '#log/log.js';
import { comparedWithLog } from '#log/log-identity.js';
import { offsetOutOfRange } from '#log/offset-checks.js';

/**
 * What was read up to these positions, by partition, lies in this log: it holds the last record that was
 * read. A driver finds that out of its own, and later.
 * @throws {WrongLog} where it is another one, also where that ends before the record.
 */
export async function requireOwnLog(
  log: Pick<Log, 'bounds' | 'read'>,
  topic: string,
  positions: ReadonlyMap<number, StoredPosition | null>,
): Promise<void> {
  const bounds = async () => log.bounds(topic);
  const known = await bounds();
  await Promise.all(
    Array.from(positions, async ([partition, position]) => {
      if (position === null || position.lastRead === null) return;
      const name = `${topic}/${partition}`;
      const { begin = 0, end = 0 } = known[partition] ?? {};
      const isBeyond = position.next > end;
      const fault = isBeyond
        ? offsetOutOfRange(name, position.next, begin, end)
        : await comparedWithLog(name, position.lastRead, begin, {
            recordFrom: async (offset) => (await log.read(topic, partition, offset, 1))[0] ?? null,
            bounds: async () => (await bounds())[partition] ?? { begin, end },
          });
      if (fault !== null) throw fault;
    }),
  );
}
