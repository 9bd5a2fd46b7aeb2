import { freePorts } from '#test/stack/process.js';
import { askUntil } from './ask.js';

const image = 'redis:7.2-alpine';
const port = 6379;

/**
 * One server as a container, for suites that only use it; those that kill, pause and restore one take a
 * process. The engine's own reaper removes it when this process ends.
 */
export async function startContainer(): Promise<{
  readonly address: string;
  readonly stop: () => Promise<void>;
}> {
  const { GenericContainer } = await import('testcontainers');
  const [host = 0] = await freePorts(1);
  const container = await new GenericContainer(image)
    .withExposedPorts({ container: port, host })
    .withCommand(`redis-server ${settings}`.split(' '))
    .start();
  const stop = async () => void (await container.stop({ timeout: 0 }));
  try {
    await askUntil(host, 'PING', (answer) => answer === 'PONG');
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `redis://127.0.0.1:${host}`, stop };
}

/** As `server.ts` has them for a process. */
const settings = '--appendonly yes --appendfsync always --maxmemory-policy noeviction';
