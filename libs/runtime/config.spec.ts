import { describe, expect, it } from '@jest/globals';
import { documentedVariables, readConfig, secretsFrom } from './config.js';
import { ConfigFaults, type SettingFault } from './config-faults.js';

function faultsOf(action: () => unknown): readonly SettingFault[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
  throw new Error('no fault was found');
}

describe('the settings', () => {
  it('default to the embedded engine, listening on this machine only', () => {
    const config = readConfig({}, {});
    expect(config.engine).toEqual({ kind: 'embedded' });
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(config.partitions).toBe(4);
    expect(config.logLevel).toBe('info');
    expect(config.archiveAfterMs).toBe(86_400_000);
    expect(config.intake).toEqual({
      bodyLimitBytes: 1_048_576,
      batchLimitBytes: 16_777_216,
      batchLimitLines: 20_000,
      ratePerSecond: 20_000,
      rateBurst: 200_000,
    });
  });

  it('read Kafka and Redis together with the key that all processes need', () => {
    const config = readConfig(
      {},
      {
        TALLYLINE_KAFKA: 'a:9092, b:9092',
        TALLYLINE_REDIS: 'redis://c:6379',
        TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      },
    );
    expect(config.engine).toMatchObject({
      kind: 'distributed',
      brokers: ['a:9092', 'b:9092'],
      redis: ['redis://c:6379'],
      replication: 3,
    });
    expect(config.partitions).toBe(12);
    expect(config.namespace).toBeNull();
  });

  it('let overrides win over the environment and treat empty as not set', () => {
    const environment = { TALLYLINE_DATA: '/from/environment', TALLYLINE_PORT: '' };
    const config = readConfig({ TALLYLINE_DATA: '/by/hand', TALLYLINE_HOST: undefined }, environment);
    expect(config.dataDirectory).toBe('/by/hand');
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 8080,
      certificate: null,
      requests: { ratePerSecond: 100, rateBurst: 1_000 },
      trustedProxies: [],
    });
  });

  it('take addresses and networks of proxies, and nothing else', () => {
    const proxies = (text: string) => readConfig({}, { TALLYLINE_TRUSTED_PROXIES: text }).http.trustedProxies;
    expect(proxies('10.0.0.0/8, 127.0.0.1 ,fd00::/8')).toEqual(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);
    for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', 'fd00::/129', '*']) {
      expect(faultsOf(() => proxies(wrong))).toMatchObject([
        { code: 'malformed-value', variable: 'TALLYLINE_TRUSTED_PROXIES' },
      ]);
    }
  });

  it('report all faults at once, with the value and what is allowed', () => {
    const set = { TALLYLINE_PORT: '99999', TALLYLINE_LOG_LEVEL: 'loud', TALLYLINE_PARTITIONS: '2.5' };
    const faults = faultsOf(() => readConfig({}, set));
    expect(faults.map(({ code, variable }) => [code, variable])).toEqual([
      ['out-of-range', 'TALLYLINE_PORT'],
      ['unknown-word', 'TALLYLINE_LOG_LEVEL'],
      ['malformed-value', 'TALLYLINE_PARTITIONS'],
    ]);
    const text = new ConfigFaults(faults).message;
    expect(text).toMatch(/TALLYLINE_PORT=99999: .*65535 \[out-of-range\]/);
    expect(text).toMatch(/TALLYLINE_LOG_LEVEL=loud: .*"trace"\|"debug"/);
    expect(text).toContain('TALLYLINE_PARTITIONS=2.5: must be a whole number [malformed-value]');
  });

  it('reject Kafka without Redis, Redis without Kafka and a missing key', () => {
    expect(faultsOf(() => readConfig({}, { TALLYLINE_REDIS: 'redis://c:6379' }))).toEqual([
      {
        code: 'incomplete-pair',
        variable: 'TALLYLINE_KAFKA',
        message:
          'TALLYLINE_KAFKA and TALLYLINE_REDIS go together: set both, or neither for the embedded engine',
      },
    ]);
    expect(
      faultsOf(() => readConfig({}, { TALLYLINE_KAFKA: 'a:9092', TALLYLINE_REDIS: 'redis://c:6379' })),
    ).toEqual([
      {
        code: 'not-set',
        variable: 'TALLYLINE_CUSTOMER_KEY',
        message: 'must be set on Kafka: all processes need one key',
      },
    ]);
  });

  it('reject a batch limit below the limit of one body', () => {
    const set = { TALLYLINE_BATCH_LIMIT_BYTES: '1000', TALLYLINE_BODY_LIMIT_BYTES: '2000' };
    expect(faultsOf(() => readConfig({}, set))).toMatchObject([
      { code: 'contradicts-other', variable: 'TALLYLINE_BATCH_LIMIT_BYTES', value: '1000' },
    ]);
  });

  it('never repeat a value that may hold a secret', () => {
    const faults = faultsOf(() =>
      readConfig({}, { TALLYLINE_REDIS: 'http://user:pa55word@c', TALLYLINE_KAFKA: 'a' }),
    );
    const text = new ConfigFaults(faults).message;
    expect(text).toContain('TALLYLINE_REDIS: must be redis://');
    expect(text).toContain('TALLYLINE_KAFKA=a: must be host:port');
    expect(JSON.stringify(faults) + text).not.toContain('pa55word');
  });

  it('list unknown variables, secrets excepted', () => {
    const set = { TALLYLINE_PROT: '1', TALLYLINE_SECRET_BANK: 'x', HOME: '/root' };
    expect(readConfig({}, set).unknownVariables).toEqual(['TALLYLINE_PROT']);
  });

  it('document every variable', () => {
    const documented = documentedVariables();
    expect(documented.map(({ name }) => name)).toContain('TALLYLINE_BATCH_LIMIT_BYTES');
    for (const { name, meaning } of documented) expect([name, meaning]).not.toEqual([name, '']);
    expect(documented.find(({ name }) => name === 'TALLYLINE_PORT')?.default).toBe('8080');
  });
});

describe('the secrets of connections', () => {
  it('are read by name, each once', () => {
    const secrets = secretsFrom(['A', 'B', 'A'], { A: 'one', B: 'two', C: 'three' });
    expect([...secrets]).toEqual([
      ['A', 'one'],
      ['B', 'two'],
    ]);
  });

  it('are all named in one fault where they are missing', () => {
    const faults = faultsOf(() => secretsFrom(['A', 'B', 'C'], { B: 'two', C: '' }));
    expect(faults.map(({ code, variable }) => [code, variable])).toEqual([
      ['not-set', 'A'],
      ['not-set', 'C'],
    ]);
  });
});
