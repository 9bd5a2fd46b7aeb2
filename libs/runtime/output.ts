import { systemFault } from './system-fault.js';

interface Output {
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/**
 * A process whose log is read no more (`… | head`), or cannot be written (a full disk), goes on without one:
 * deliveries are worth more than lines about them. It says so once, where `write` leads.
 */
export function surviveLostLog(log: Output, errors: Output & { write(text: string): unknown }): void {
  let isSaid = false;
  errors.on('error', () => undefined);
  log.on('error', (error) => {
    if (isSaid) return;
    isSaid = true;
    const isClosed = Error.isError(error) && 'code' in error && error.code === 'EPIPE';
    const why = isClosed ? 'no one reads it any more' : (systemFault(error) ?? String(error));
    errors.write(`tallyline: the log cannot be written: ${why}. This process goes on without a log.\n`);
  });
}
