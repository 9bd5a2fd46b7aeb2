import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * CPU time that a process has used in all its threads, us, in steps of 10 ms. NaN where that is not known
 * (not Linux).
 */
export function cpuUsOf(pid: number | null): number {
  if (pid === null) return NaN;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program comes before, in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return NaN;
  }
}

const TICK_US = 10_000;

/** The process that listens on a port of this machine; null where that is not known. */
export function pidListening(port: number): number | null {
  const wanted = new Set(['tcp', 'tcp6'].flatMap((table) => socketsListening(table, port)));
  if (wanted.size === 0) return null;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Number(pids.find((pid) => filesOf(pid).some((file) => wanted.has(file)))) || null;
}

/** As the links of open files name them: `socket:[inode]`. */
function socketsListening(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return read(`/proc/net/${table}`)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) === true && fields[3] === LISTENS)
    .map((fields) => `socket:[${fields[9]}]`);
}

const LISTENS = '0A';

function filesOf(pid: string): string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).map((file) => readlinkSync(`${directory}/${file}`));
  } catch {
    // It has ended, or belongs to another user.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Processes that would run at once, a minute's mean: what else goes on beside a figure. */
export function machineLoad(): string {
  return read('/proc/loadavg').split(' ')[0] ?? '?';
}
