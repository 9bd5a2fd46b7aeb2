import { lastReadKey } from '#pipeline/stored-position.js';

/** One sum or state that is not what the journal says; null: it is not there. */
export interface Drift {
  readonly key: string;
  /** Of a sum; null: a state. */
  readonly field: string | null;
  readonly journal: number | string | null;
  readonly tally: number | string | null;
}

/** What a sum or state of the tally is of; `chain`: of repeat contacts. */
export const driftKinds = [
  'programme',
  'queue',
  'agent',
  'contract',
  'chain',
  'watermark',
  'position',
  'parked',
  'other',
] as const;
export type DriftKind = (typeof driftKinds)[number];

const byPrefix: ReadonlyMap<string, DriftKind> = new Map<string, DriftKind>([
  ...(['programme', 'queue', 'agent', 'contract', 'chain', 'parked'] as const).map(
    (kind) => [kind, kind] as const,
  ),
  ['seen', 'watermark'],
  [lastReadKey, 'position'],
]);

export function driftKind({ key }: Pick<Drift, 'key'>): DriftKind {
  const end = key.indexOf('|');
  return byPrefix.get(end === -1 ? key : key.slice(0, end)) ?? 'other';
}

/**
 * State of a tally that names the last repair of its sums: not counted, so the journal has nothing of it.
 * Part of the stored format.
 */
export const repairedKey = 'repaired';
