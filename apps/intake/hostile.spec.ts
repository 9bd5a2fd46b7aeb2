import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type Harness, startIntake } from './intake.harness.js';

let intake: Harness;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await intake.close();
});

/** A sender who writes by hand; `answer` resolves with what has come back once it holds a whole head. */
async function sender(): Promise<{ socket: Socket; answer: () => Promise<string> }> {
  const socket = connect(Number(new URL(intake.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const answer = async (): Promise<string> => {
    while (!text.includes('\r\n\r\n')) await once(socket, 'data');
    return text;
  };
  return { socket, answer };
}

function head(connection: string, length: number, headers: readonly string[] = []): string {
  const lines = [
    `POST /v1/deliveries/${connection}/batch HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/x-ndjson',
    `content-length: ${length}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('A sender without credentials', () => {
  it.each(['token', 'basic', 'signed'])(
    'is turned away by connection %s before its body comes',
    async (id) => {
      intake = await startIntake();
      const { socket, answer } = await sender();
      socket.write(head(id, 100_000));
      expect(await answer()).toMatch(/^HTTP\/1\.1 401 /);
    },
  );

  it('who announces much and sends nothing takes no room from others', async () => {
    intake = await startIntake();
    const now = Math.floor(Date.now() / 1000);
    const signature = `webhook-signature: v1,${Buffer.alloc(32).toString('base64')}`;
    const signed = ['webhook-id: 1', `webhook-timestamp: ${now}`, signature];
    for (let silent = 0; silent < 50; silent++) {
      const { socket } = await sender();
      socket.write(head(silent % 2 === 0 ? 'open' : 'signed', 100_000, silent % 2 === 0 ? [] : signed));
    }
    const response = await intake.post('/v1/deliveries/open', '{}');
    expect(response.status).toBe(202);
  });

  it('is not read any further once its body was rejected as too large', async () => {
    intake = await startIntake();
    const { socket, answer } = await sender();
    const megabyte = Buffer.alloc(1024 * 1024, '1');
    socket.write(head('open', 1024 * megabyte.length));
    expect(await answer()).toMatch(/^HTTP\/1\.1 413 /);
    let sent = 0;
    while (!socket.destroyed && sent < 1024) {
      sent += 1;
      if (!socket.write(megabyte))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => null);
    }
    // A megabyte is dropped, the rest is what the two machines keep under way.
    expect(sent).toBeLessThan(32);
  });
});

describe('A batch of very many lines', () => {
  it('is rejected by their number, however few bytes it came in', async () => {
    intake = await startIntake({ limits: { batchLimitLines: 1_000 } });
    const packed = (lines: number) => new Uint8Array(gzipSync('1\n'.repeat(lines)));
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const tooMany = await intake.post('/v1/deliveries/open/batch', packed(1_001), headers);
    expect([tooMany.status, await tooMany.json()]).toMatchObject([
      413,
      { code: 'too-many-lines', field: 'body' },
    ]);
    expect(await intake.stored()).toEqual([]);
    expect((await intake.post('/v1/deliveries/open/batch', packed(1_000), headers)).status).toBe(202);
  });
});
