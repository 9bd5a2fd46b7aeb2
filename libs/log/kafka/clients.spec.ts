import { describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '../log.js';
import { promisesRun } from '../virtual-time.harness.js';
import { ReconnectingClient, kafkaErrorType, retryUntilTimeout } from './clients.js';

class Client {
  disconnected = false;

  constructor(private readonly connecting: Promise<void> = Promise.resolve()) {}

  connect(): Promise<void> {
    return this.connecting;
  }

  async disconnect(): Promise<void> {
    this.disconnected = true;
  }
}

function connected(...connecting: Promise<void>[]) {
  const made: Client[] = [];
  const clients = new ReconnectingClient(() => {
    const client = new Client(connecting[made.length]);
    made.push(client);
    return client;
  });
  return { made, clients };
}

const away = () => Promise.reject(Object.assign(new Error('broker is away'), { name: 'KafkaJSError' }));

describe('A reconnecting client', () => {
  it('is created once and used by all calls', async () => {
    const { made, clients } = connected();
    const used = await Promise.all([
      clients.use(async (client) => client),
      clients.use(async (client) => client),
    ]);
    expect(used[0]).toBe(used[1]);
    expect(made).toHaveLength(1);
    await clients.close();
    expect(made[0]?.disconnected).toBe(true);
  });

  it('is replaced after a failure, and disconnected when its last call has ended', async () => {
    const { made, clients } = connected();
    const gate = Promise.withResolvers<void>();
    const slow = clients.use(() => gate.promise);
    await expect(clients.use(away)).rejects.toThrow('broker is away');
    await clients.use(async () => {});
    expect(made.map(({ disconnected }) => disconnected)).toEqual([false, false]);
    gate.resolve();
    await slow;
    await promisesRun();
    expect(made.map(({ disconnected }) => disconnected)).toEqual([true, false]);
    await clients.close();
  });

  it('is replaced when it could not be connected', async () => {
    const refused = Promise.reject(new Error('refused'));
    const { made, clients } = connected(refused);
    await expect(clients.use(async () => {})).rejects.toThrow('refused');
    await clients.use(async () => {});
    expect(made).toHaveLength(2);
    await clients.close();
    await expect(clients.use(async () => {})).rejects.toBeInstanceOf(LogUnavailable);
  });
});

describe('An attempt that is retried', () => {
  const typed = (type: string) => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type });

  it('is repeated until it succeeds', async () => {
    let attempts = 0;
    const answer = await retryUntilTimeout('look', 't', 5_000, async () =>
      ++attempts < 3 ? away() : 'seen',
    );
    expect([answer, attempts]).toEqual(['seen', 3]);
  });

  it('fails as lost infrastructure after the timeout', async () => {
    const failed = retryUntilTimeout('bounds of', 't', 50, away);
    await expect(failed).rejects.toBeInstanceOf(LogUnavailable);
    await expect(failed).rejects.toThrow('bounds of: broker is away');
  });

  it('fails with an unknown topic when brokers do not know it for longer than they need to learn of it', async () => {
    const failed = retryUntilTimeout('look', 'telephony.raw', 30_000, async () => {
      throw typed('UNKNOWN_TOPIC_OR_PARTITION');
    });
    await expect(failed).rejects.toThrow('topic telephony.raw does not exist: create it first');
  });

  it('fails immediately where retrying cannot help', async () => {
    let attempts = 0;
    const failed = retryUntilTimeout('look', 't', 30_000, async () => {
      attempts += 1;
      throw typed('TOPIC_AUTHORIZATION_FAILED');
    });
    await expect(failed).rejects.toThrow('look: TOPIC_AUTHORIZATION_FAILED');
    await expect(failed).rejects.not.toBeInstanceOf(LogUnavailable);
    expect(attempts).toBe(1);
  });

  it('has the error type of the protocol, unwrapped from kafkajs errors', () => {
    const inner = typed('NOT_CONTROLLER');
    expect(kafkaErrorType(new Error('retries exceeded', { cause: inner }))).toBe('NOT_CONTROLLER');
    expect(kafkaErrorType(Object.assign(new Error('some'), { errors: [inner] }))).toBe('NOT_CONTROLLER');
    expect(kafkaErrorType(new Error('plain'))).toBeNull();
  });
});
