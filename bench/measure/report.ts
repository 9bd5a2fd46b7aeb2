import { table } from '#contract-text/table.js';
import { machineLoad } from './cpu.js';

/**
 * Rows under a head, and how busy the machine was: its load, and what a known piece of work costs just now.
 * Figures to the right.
 */
export function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const at = `load ${machineLoad()}, JSON.parse of ${yardstick.length} bytes takes ${parseUs().toFixed(2)} us`;
  process.stdout.write(`\n${title} (${at})\n\n${table(head, rows)}\n`);
}

export function figure(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return '-';
  const [whole = '', rest] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** Events that one core could do, from the CPU time of one; both in us. */
export function perCore(cpuUs: number): number {
  return 1_000_000 / cpuUs;
}

export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} x` : '-';
}

const yardstick = JSON.stringify(
  Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`field${index}`, `value ${index} and more`])),
);

/** CPU time of one JSON.parse, us: twice as much beside other work than on a quiet machine, like all else. */
function parseUs(): number {
  const times = 100_000;
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) JSON.parse(yardstick);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
