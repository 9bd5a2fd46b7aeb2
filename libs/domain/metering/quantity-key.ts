/**
 * The name of a sum in tally and book, six fields joined by `/`, `-` where there is none:
 *
 *   line/L1/2/BF26/sunday+holiday/expert     quantity of line L1 under version 2, in window BF26, where
 *                                            both bands hold, at rate `expert`
 *   measure/contacts/1/-/-/-                 a measure that a clause refers to
 *   kpi/sl/1/-/n/-  and  kpi/sl/1/-/d/-      numerator and denominator of a KPI
 *   forecast/F-2026-11/1793458800000/-/20000/-   how often `forecast.set` gave this number at this instant
 *
 * Ids begin with a letter and have no `/` or `+`, so a name reads back without doubt.
 */
export type QuantityKey = LineQuantityKey | MeasureQuantityKey | KpiQuantityKey | ForecastQuantityKey;

export interface LineQuantityKey {
  readonly subject: 'line';
  readonly id: string;
  readonly version: number;
  readonly window: string | null;
  /**
   * Bands that hold at once, in the order of the contract; which price that means is decided when pricing.
   */
  readonly bands: readonly string[];
  readonly rate: string | null;
}

export interface MeasureQuantityKey {
  readonly subject: 'measure';
  readonly id: string;
  readonly version: number;
  readonly window: string | null;
}

export interface KpiQuantityKey {
  readonly subject: 'kpi';
  readonly id: string;
  readonly version: number;
  readonly window: string | null;
  readonly part: 'n' | 'd';
}

/**
 * A number replaces the one given before, and sums can only be added to. So the sum says that it was given,
 * the name what and when, and pricing takes the last.
 */
export interface ForecastQuantityKey {
  readonly subject: 'forecast';
  readonly id: string;
  /** When it was given, UTC epoch ms. */
  readonly at: number;
  readonly value: number;
}

export function encodeQuantityKey(cell: QuantityKey): string {
  switch (cell.subject) {
    case 'line':
      return join('line', cell.id, cell.version, cell.window, cell.bands.join('+') || null, cell.rate);
    case 'measure':
      return join('measure', cell.id, cell.version, cell.window, null, null);
    case 'kpi':
      return join('kpi', cell.id, cell.version, cell.window, cell.part, null);
    case 'forecast':
      return join('forecast', cell.id, cell.at, null, cell.value, null);
  }
}

/** Throws on what {@link encodeQuantityKey} does not write. */
export function decodeQuantityKey(key: string): QuantityKey {
  const [subject, id, version, window, fifth, rate, ...rest] = key
    .split('/')
    .map((text) => (text === '-' ? null : text));
  const broken = (): Error => new Error(`'${key}' is not the name of a sum`);
  if (typeof id !== 'string' || rate === undefined || rest.length > 0) throw broken();
  const common = { id, version: Number(version), window: window ?? null };
  if (!Number.isSafeInteger(common.version) || version === null) throw broken();
  if (subject === 'forecast') {
    const value = Number(fifth);
    if (!Number.isSafeInteger(value) || fifth === null) throw broken();
    return { subject, id, at: common.version, value };
  }
  if (subject === 'line') return { subject, ...common, bands: fifth?.split('+') ?? [], rate };
  if (subject === 'measure') return { subject, ...common };
  if (subject === 'kpi' && (fifth === 'n' || fifth === 'd')) return { subject, ...common, part: fifth };
  throw broken();
}

function join(...fields: readonly (string | number | null)[]): string {
  return fields.map((field) => field ?? '-').join('/');
}
