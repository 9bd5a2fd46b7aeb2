import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { AppProcess, type Settings } from '#test/processes/app-process.js';
import { run } from '#test/processes/run.js';
import { Authority } from '#test/stack/certificates.js';

/**
 * A server that shows a certificate of an authority that the settings do not trust: all that is needed here.
 */
describe('A server with a certificate that is not trusted', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-secured-'));
  let server: Server;
  let settings: Settings;

  beforeAll(async () => {
    const { cert, key } = new Authority().issue(['127.0.0.1']);
    const ca = join(directory, 'ca.pem');
    writeFileSync(ca, new Authority('another authority').cert);
    server = createServer({ cert, key }).on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    settings = {
      TALLYLINE_DATA: directory,
      TALLYLINE_KAFKA: address,
      TALLYLINE_KAFKA_TLS: 'on',
      TALLYLINE_KAFKA_CA: ca,
      TALLYLINE_REDIS: `rediss://${address}`,
      TALLYLINE_REDIS_CA: ca,
      TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      TALLYLINE_CATALOGUE: join(import.meta.dirname, '../../apps/cli/demo/catalogue'),
    };
  });
  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  it('ends a command with exit code 3 and one line that names the setting', async () => {
    const { code, stderr } = await run(settings, 'log', 'show', 'journal.postings', '0', '0');
    expect(stderr.trimEnd()).toMatch(
      /^[^\n]*not signed by an authority that is trusted [^\n]*TALLYLINE_KAFKA_CA$/,
    );
    expect(code).toBe(3);
  });

  it('ends a process with one line that names the setting, and no stack', async () => {
    const meter = new AppProcess('meter', settings);
    expect(await meter.ended).toBe(1);
    const fatal = meter.logged.filter(({ level }) => level === 'fatal' || level === 'error');
    expect(fatal.map(({ msg }) => msg)).toEqual([expect.stringMatching(/trusted .*TALLYLINE_KAFKA_CA$/)]);
    expect(fatal[0]).not.toHaveProperty('err');
    expect(fatal[0]).toHaveProperty('code', 'log-access');
  });
});
