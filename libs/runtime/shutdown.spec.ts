import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logging.js';
import { phases, Shutdown } from './shutdown.js';

function start(deadlineMs?: number) {
  const lines: string[] = [];
  const exits: number[] = [];
  const logger = createLogger({
    app: 'spec',
    level: 'info',
    form: 'json',
    stream: { write: (line) => void lines.push(line) },
  });
  const exit = (code: number) => void exits.push(code);
  const clock = { ms: 0 };
  const limit = deadlineMs === undefined ? {} : { deadlineMs };
  const shutdown = new Shutdown({ logger, exit, monotonicMs: () => clock.ms, ...limit });
  return { shutdown, lines, exits, clock };
}

const never = () => new Promise<void>(() => undefined);

describe('shutdown', () => {
  it('runs phase by phase, whatever the order in which steps were added', async () => {
    const { shutdown, exits } = start();
    const done: string[] = [];
    for (const phase of phases.toReversed()) {
      shutdown.add(phase, phase, async () => {
        await Promise.resolve();
        done.push(phase);
      });
    }
    await shutdown.begin('spec');
    expect(done).toEqual(['readiness', 'http', 'producer', 'stages', 'store', 'log']);
    expect(exits).toEqual([0]);
  });

  it('runs the steps of one phase side by side', async () => {
    const { shutdown } = start();
    const both = Promise.withResolvers<void>();
    shutdown.add('stages', 'waits for the other', () => both.promise);
    shutdown.add('stages', 'frees the other', async () => both.resolve());
    await shutdown.begin('spec');
    expect(shutdown.begun).toBe(true);
  });

  it('continues after a step that fails and ends with exit code 1', async () => {
    const { shutdown, exits, lines } = start();
    let closed = false;
    shutdown.add('stages', 'meter', () => Promise.reject(new Error('cannot leave')));
    shutdown.add('log', 'log', async () => void (closed = true));
    await shutdown.begin('spec');
    expect(closed).toBe(true);
    expect(exits).toEqual([1]);
    expect(lines.join('')).toContain('cannot leave');
  });

  it('ends at the deadline and names the unfinished steps', async () => {
    const { shutdown, exits, lines } = start(20);
    shutdown.add('producer', 'flush of intake', never);
    shutdown.add('producer', 'quick', async () => undefined);
    await shutdown.begin('spec');
    expect(exits).toEqual([1]);
    expect(lines.join('')).toContain('"unfinished":["flush of intake"]');
  });

  it('runs once, however often it is begun', async () => {
    const { shutdown, exits } = start();
    let runs = 0;
    shutdown.add('log', 'log', async () => void runs++);
    await Promise.all([shutdown.begin('SIGTERM'), shutdown.begin('SIGINT')]);
    expect(runs).toBe(1);
    expect(exits).toEqual([0]);
  });

  it('begins on a signal, ignores a copy of it, and ends at once on a second one', async () => {
    const { shutdown, exits, clock } = start(50);
    shutdown.add('stages', 'slow', never);
    const stopListening = shutdown.listen();
    process.emit('SIGTERM', 'SIGTERM');
    expect(shutdown.begun).toBe(true);
    clock.ms += 299;
    process.emit('SIGTERM', 'SIGTERM');
    expect(exits).toEqual([]);
    clock.ms += 1;
    process.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([1]);
    stopListening();
    await shutdown.begin('the same');
  });
});
