import { execFileSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A real month of a bank's call centre ("Anonymous Bank", Technion) and what any correct pipeline must find
 * in it. Data and tool are not part of the project; where they are available they lie beside the checkout.
 */
const here = import.meta.dirname.replace(/[\\/]dist[\\/]test/, '/test');
const shared = join(here, '../../../../shared');
const tool = join(shared, 'tools/bank-to-deliveries.mjs');
const month = join(shared, 'data/anonymous-bank-1999-02.txt.gz');

export const isBankAvailable = existsSync(tool) && existsSync(month);

export interface QueueGolden {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly waitAnsweredS: number;
  readonly waitAbandonedS: number;
  readonly talkS: number;
  readonly answeredWithin20S: number;
  readonly answeredWithin30S: number;
  readonly abandonedWithin5S: number;
  readonly abandonedWithin20S: number;
  readonly abandonedWithin30S: number;
}

export interface Golden {
  readonly total: QueueGolden;
  readonly queues: Readonly<Record<string, QueueGolden>>;
  readonly agents: Readonly<Record<string, { readonly answered: number; readonly talkS: number }>>;
  readonly billableTalkS: Readonly<Record<string, number>>;
  readonly talkByLocalBandS: Readonly<Record<string, number>>;
  readonly fcr: Readonly<Record<string, { contacts: number; repeated: number; resolved: number }>>;
}

export function golden(): Golden {
  return JSON.parse(readFileSync(join(shared, 'data/anonymous-bank-1999-02.golden.json'), 'utf8')) as Golden;
}

/** Writes the month's recorded deliveries, and the catalogue made of what they name; returns where. */
export function bankMonth(
  directory: string,
  ...options: string[]
): { deliveries: string; catalogue: string } {
  const deliveries = join(directory, `bank${options.join('')}.ndjson`);
  const names = join(directory, 'bank.json');
  const catalogue = join(directory, 'catalogue');
  const out = openSync(deliveries, 'w');
  execFileSync(process.execPath, [tool, month, '--catalog', names, ...options], {
    stdio: ['ignore', out, 'ignore'],
  });
  execFileSync(process.execPath, [join(here, 'catalogue.mjs'), names, catalogue], { stdio: 'ignore' });
  return { deliveries, catalogue };
}
