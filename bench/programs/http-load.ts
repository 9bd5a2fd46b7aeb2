import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What the load generator is to do. */
export interface LoadOrder {
  readonly url: string;
  /** Deliveries, a line each; begun again at its end. */
  readonly file: string;
  readonly linesPerRequest: number;
  readonly contentType: string;
  readonly connections: number;
  /** Requests on their way at once on each connection. */
  readonly pipelined: number;
  /** Requests begun a second, whether answered or not; null: as many as are answered. */
  readonly perSecond: number | null;
  readonly warmupMs: number;
  readonly forMs: number;
}

/** Reported at the end; `{"warm":true}` is reported when the warm-up is over. */
export interface LoadResult {
  readonly requests: number;
  readonly events: number;
  readonly seconds: number;
  /** From the moment a request was due to its whole answer, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 202. */
  readonly failures: number;
  /** Of this process per request. */
  readonly cpuUs: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const requests = requestsOf(order);
const latencies: number[] = [];
let [next, failures] = [0, 0];
let counting = false;

/**
 * Writes requests and takes answers apart: no more than HTTP with lengths, to cost less than what it
 * measures.
 */
class Connection {
  readonly #due: number[] = [];
  #received: Buffer = Buffer.alloc(0);
  private constructor(private readonly socket: Socket) {}

  static async open(url: URL): Promise<Connection> {
    const socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    const connection = new Connection(socket);
    socket.on('data', (chunk: Buffer) => connection.#take(chunk));
    socket.on('close', () => {
      failures += connection.#due.length;
    });
    return connection;
  }

  get waiting(): number {
    return this.#due.length;
  }

  send(due: number): void {
    this.#due.push(due);
    const request = requests[next++ % requests.length];
    if (request !== undefined) this.socket.write(request);
  }

  end(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const text = this.#received.toString('latin1', 0, head).toLowerCase();
      const length = Number(/\ncontent-length: (\d+)/.exec(text)?.[1] ?? 0);
      const end = head + 4 + length;
      if (this.#received.length < end) return;
      this.#received = this.#received.subarray(end);
      this.#answered(text.startsWith('http/1.1 202'));
    }
  }

  #answered(accepted: boolean): void {
    const due = this.#due.shift() ?? 0;
    if (!accepted) failures += 1;
    if (counting) latencies.push(performance.now() - due);
    if (order.perSecond === null && !over) this.send(performance.now());
  }
}

let over = false;
const url = new URL(order.url);
const connections = await Promise.all(Array.from({ length: order.connections }, () => Connection.open(url)));
const stop = order.perSecond === null ? closedLoop() : openLoop(order.perSecond);

setTimeout(() => {
  counting = true;
  const started = performance.now();
  const before = process.cpuUsage();
  report({ warm: true });
  setTimeout(() => {
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(before);
    over = true;
    stop();
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;
    const result: LoadResult = {
      requests: latencies.length,
      events: latencies.length * order.linesPerRequest,
      seconds,
      p50: at(0.5),
      p99: at(0.99),
      max: latencies.at(-1) ?? NaN,
      failures,
      cpuUs: (user + system) / latencies.length,
    };
    report(result);
    for (const connection of connections) connection.end();
  }, order.forMs);
}, order.warmupMs);

function closedLoop(): () => void {
  for (const connection of connections) {
    for (let each = 0; each < order.pipelined; each++) connection.send(performance.now());
  }
  return () => {};
}

/** What is due is sent though nothing be answered; latency counts from when it was due. */
function openLoop(perSecond: number): () => void {
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    for (; sent < ((now - started) * perSecond) / 1_000; sent++) {
      const connection = connections[sent % connections.length];
      connection?.send(started + (sent * 1_000) / perSecond);
    }
  }, 1);
  return () => clearInterval(timer);
}

function requestsOf({ file, linesPerRequest, contentType, url: address }: LoadOrder): Buffer[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const { pathname, host } = new URL(address);
  const count = Math.max(1, Math.floor(lines.length / linesPerRequest));
  return Array.from({ length: count }, (_, index) => {
    const body = Buffer.from(lines.slice(index * linesPerRequest, (index + 1) * linesPerRequest).join('\n'));
    const head =
      `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${contentType}\r\n` +
      `content-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  });
}

function report(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
