import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Sends one command as it would be typed and gives the answer as text; `Error` where Redis answers with one.
 * For what tests do to a server without the store.
 */
export async function ask(port: number, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').setTimeout(5_000, () => socket.destroy(new Error(`no answer to ${command}`)));
  socket.on('error', reject).on('close', () => reject(new Error(`${port} closed on ${command}`)));
  socket.on('connect', () => socket.write(`${command}\r\n`));
  socket.on('data', (part: string) => {
    received += part;
    const answer = wholeAnswer(received);
    if (answer === null) return;
    if (answer.startsWith('-')) reject(new Error(answer.slice(1)));
    else resolve(answer.slice(1));
    socket.destroy();
  });
  return promise;
}

/** Status, error, integer and text of RESP, with the sign in front; null while it is incomplete. */
function wholeAnswer(received: string): string | null {
  const end = received.indexOf('\r\n');
  if (end < 0) return null;
  const line = received.slice(0, end);
  if (!line.startsWith('$')) return line;
  const text = received.slice(end + 2);
  return Buffer.byteLength(text) < Number(line.slice(1)) ? null : `$${text.trimEnd()}`;
}

/** Asks until the answer is as wanted, for up to 20 s: a server takes some time to start. */
export async function askUntil(
  port: number,
  command: string,
  isWanted: (answer: string) => boolean,
): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (let last = 'nothing'; ;) {
    try {
      last = await ask(port, command);
      if (isWanted(last)) return;
    } catch (error) {
      last = Error.isError(error) ? error.message : String(error);
      if (isWanted(last)) return;
    }
    if (performance.now() > deadline) throw new Error(`${command} on port ${port} still answers: ${last}`);
    await delay(20);
  }
}
