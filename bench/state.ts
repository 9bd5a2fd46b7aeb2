import { startRedis } from '#test/stack/redis/redis.js';
import { stateSize } from '#test/meter/state-size.js';

export const title = 'Redis memory of the meter, per contact of sixteen Genesys topics';

/** Limits are held by test/meter/state-size.spec.ts. */
export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const redis = await startRedis({ own: true });
  try {
    process.stdout.write('  contacts of one partition   bytes each, open   bytes each, archived\n');
    for (const contacts of short ? [1_000, 5_000] : [1_000, 10_000, 50_000, 200_000]) {
      const { openBytes, archivedBytes } = await stateSize(
        { url: redis.url, port: redis.server.port },
        contacts,
      );
      const columns = [contacts, openBytes, archivedBytes].map((value, index) =>
        value.toFixed(0).padStart([27, 19, 23][index] ?? 0),
      );
      process.stdout.write(`${columns.join('')}\n`);
    }
  } finally {
    await redis.stop();
  }
}
