import { type Random, seededRandom } from '#apps/cli/demo/random.js';
import type { Boundary } from '#test/faults/boundary.js';

/** What is inflicted on a running pipeline. */
export type Fault =
  /** `kill -9` at a random moment. */
  | { readonly kind: 'kill'; readonly app: Worker }
  /** `kill -9` at a named boundary in its work. */
  | { readonly kind: 'die'; readonly app: Worker; readonly at: Boundary }
  /** SIGSTOP for longer than the session timeout, then SIGCONT: a zombie that continues where it was. */
  | { readonly kind: 'freeze'; readonly app: 'normalizer' | 'meter' | 'tally' }
  | { readonly kind: 'rolling restart of the brokers' }
  | { readonly kind: 'kill -9 of a leading broker' }
  | { readonly kind: 'kill -9 of Redis' }
  | { readonly kind: 'Redis restored to an earlier moment' }
  | { readonly kind: 'Redis emptied' }
  | { readonly kind: 'everything delivered again' }
  | { readonly kind: 'poison in every topic' };

export type Worker = 'intake' | 'normalizer' | 'meter' | 'tally' | 'invoicer';

export interface TimedFault {
  /** When so much of the input has been acknowledged, of 1. */
  readonly after: number;
  readonly fault: Fault;
  /** Which of several instances, brokers or partitions it hits; taken modulo their number. */
  readonly victim: number;
}

export interface Schedule {
  readonly seed: number;
  readonly brokers: 1 | 3;
  /** By time. */
  readonly faults: readonly TimedFault[];
}

export const everyFault: readonly Fault[] = [
  ...(['intake', 'normalizer', 'meter', 'tally', 'invoicer'] as const).map(
    (app) => ({ kind: 'kill', app }) as const,
  ),
  { kind: 'die', app: 'intake', at: 'appended' },
  { kind: 'die', app: 'normalizer', at: 'appended' },
  { kind: 'die', app: 'meter', at: 'appended' },
  { kind: 'die', app: 'meter', at: 'committed' },
  { kind: 'die', app: 'meter', at: 'claimed' },
  { kind: 'die', app: 'tally', at: 'committed' },
  { kind: 'die', app: 'tally', at: 'claimed' },
  { kind: 'die', app: 'invoicer', at: 'appended' },
  { kind: 'freeze', app: 'normalizer' },
  { kind: 'freeze', app: 'meter' },
  { kind: 'freeze', app: 'tally' },
  { kind: 'rolling restart of the brokers' },
  { kind: 'kill -9 of a leading broker' },
  { kind: 'kill -9 of Redis' },
  { kind: 'Redis restored to an earlier moment' },
  { kind: 'Redis emptied' },
  { kind: 'everything delivered again' },
  { kind: 'poison in every topic' },
];

const faultsEach = 3;

/**
 * The same seed is the same schedule, alone or among others. Three faults each, dealt from a deck of all that
 * is shuffled again for every round: seeds that follow one another go through everything. A schedule with a
 * fault of brokers runs on three.
 */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(Math.imul(seed + 1, 0x9e37_79b1));
  const faults = Array.from({ length: faultsEach }, (_, index) => dealt(seed * faultsEach + index))
    .map((fault) => ({ fault, after: 0.05 + 0.65 * random.next(), victim: random.below(60) }))
    .toSorted((a, b) => a.after - b.after);
  return { seed, brokers: faults.some(({ fault }) => isOfBrokers(fault)) ? 3 : 1, faults };
}

export function inWords({ faults }: Schedule): string {
  return faults.map(({ fault, after }) => `${nameOf(fault)} at ${Math.round(after * 100)} %`).join(', ');
}

export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 of ${fault.app}`;
    case 'die':
      return `${fault.app} dies when it has ${fault.at}`;
    case 'freeze':
      return `${fault.app} frozen`;
    case 'rolling restart of the brokers':
    case 'kill -9 of a leading broker':
    case 'kill -9 of Redis':
    case 'Redis restored to an earlier moment':
    case 'Redis emptied':
    case 'everything delivered again':
    case 'poison in every topic':
      return fault.kind;
  }
}

function isOfBrokers({ kind }: Fault): boolean {
  return kind === 'rolling restart of the brokers' || kind === 'kill -9 of a leading broker';
}

function dealt(position: number): Fault {
  const round = Math.floor(position / everyFault.length);
  const deck = shuffled(everyFault, seededRandom(round + 1));
  const fault = deck[position % everyFault.length];
  if (fault === undefined) throw new Error(`no fault at ${position}: seeds are whole numbers from 0 on`);
  return fault;
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => [random.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
