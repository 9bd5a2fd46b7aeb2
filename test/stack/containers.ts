import { createConnection } from 'node:net';

/**
 * Whether a container engine listens where Docker's client would look; a connection attempt, so it takes no
 * time.
 */
export function engineAnswers(): Promise<boolean> {
  const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const url = new URL(host);
  const target =
    url.protocol === 'unix:'
      ? { path: url.pathname }
      : { host: url.hostname, port: url.port === '' ? 2375 : Number(url.port) };
  return new Promise((resolve) => {
    const socket = createConnection(target);
    const answer = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(1000, () => answer(false));
  });
}
