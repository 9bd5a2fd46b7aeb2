import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.js';

export type { Logger } from 'pino';

/**
 * Structured logs, one JSON object a line, or readable lines at a terminal. Records
 * name ids (delivery, connection, partition, contract); what may hold a secret or personal data is
 * redacted even if a caller passes it.
 */
export function createLogger(options: LogOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { app: options.app },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redacted, censor: '[redacted]' },
      serializers: { err: pino.stdSerializers.err },
    },
    options.form === 'lines' ? linesTo(options.stream) : options.stream,
  );
}

export interface LogOptions {
  /** Name of the process, e.g. `standalone`. */
  readonly app: string;
  readonly level: LogLevel;
  readonly stream: DestinationStream;
  readonly form: 'json' | 'lines';
}

/**
 * Names that deliveries, credentials and people have in the code; redacted at the top level and one level
 * below.
 */
const forbidden = [
  'ani',
  'authorization',
  'body',
  'cookie',
  'customer',
  'customerKey',
  'dnis',
  'email',
  'headers',
  'password',
  'phone',
  'secret',
  'secrets',
  'signature',
  'token',
];
const redacted = forbidden.flatMap((name) => [name, `*.${name}`]);

function linesTo(stream: DestinationStream): DestinationStream {
  return { write: (record: string) => stream.write(line(record)) };
}

/** `08:15:04 warn  queue is full connection=bank records=10000` */
function line(record: string): string {
  const { level, time, msg, err, app: _app, ...rest } = JSON.parse(record) as Record<string, unknown>;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${show(value)}`);
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${[show(msg), ...words].join(' ')}${stack}\n`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
