/**
 * The name of a sum in tally and book, six or seven fields joined by `/`, `-` where there is none:
 *
 *   line/L1/2/BF26/sunday+holiday/expert     quantity of line L1 under version 2, in window BF26, where
 *                                            both bands hold, at rate `expert`
 *   line/L2/1/-/-/-/1793458800000            of a line that takes its units in order of time: those of the
 *                                            rating interval that began at this instant
 *   clock/L1/2/BF26/sunday+holiday/expert    what a quantity of that name is without because something else
 *                                            claims the same seconds of a person; in the book only
 *   measure/contacts/1/-/-/-                 a measure that a clause refers to
 *   kpi/sl/1/-/n/-  and  kpi/sl/1/-/d/-      numerator and denominator of a KPI
 *   forecast/F-2026-11/1793458800000/-/20000/-   how often `forecast.set` gave this number at this instant
 *
 * Ids begin with a letter and have no `/` or `+`, so a name is decoded without ambiguity.
 */
export type QuantityKey =
  LineQuantityKey | ClockQuantityKey | MeasureQuantityKey | KpiQuantityKey | ForecastQuantityKey;

export interface LineQuantityKey {
  readonly kind: 'line';
  readonly id: string;
  readonly version: number;
  readonly window: string | null;
  /**
   * Bands that hold at once, in the order of the contract; which price that means is decided when pricing.
   */
  readonly bands: readonly string[];
  readonly rate: string | null;
  /**
   * Beginning (UTC epoch ms) of the rating interval, of lines that take their units in order of time; null:
   * the order does not matter.
   */
  readonly since: number | null;
}

/** Milliseconds of a line that were claimed twice and are counted elsewhere. */
export interface ClockQuantityKey extends Omit<LineQuantityKey, 'kind'> {
  readonly kind: 'clock';
}

export interface MeasureQuantityKey {
  readonly kind: 'measure';
  readonly id: string;
  readonly version: number;
  readonly window: string | null;
}

export interface KpiQuantityKey {
  readonly kind: 'kpi';
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
  readonly kind: 'forecast';
  readonly id: string;
  /** When it was given, UTC epoch ms. */
  readonly at: number;
  readonly value: number;
}

export function encodeQuantityKey(key: QuantityKey): string {
  switch (key.kind) {
    case 'line':
    case 'clock':
      return encodeLineKey(key);
    case 'measure':
      return join('measure', key.id, key.version, key.window, null, null);
    case 'kpi':
      return join('kpi', key.id, key.version, key.window, key.part, null);
    case 'forecast':
      return join('forecast', key.id, key.at, null, key.value, null);
  }
}

/** The sum beside that of a line that says what the clock has taken from it. */
export function clockKeyOf(lineKey: string): string {
  return `clock/${lineKey.slice('line/'.length)}`;
}

function encodeLineKey(lineKey: LineQuantityKey | ClockQuantityKey): string {
  const { kind, id, version, window, bands, rate, since } = lineKey;
  const key = join(kind, id, version, window, bands.join('+') || null, rate);
  return since === null ? key : join(key, since);
}

/** Throws on what {@link encodeQuantityKey} does not write. */
export function decodeQuantityKey(key: string): QuantityKey {
  const [kind, id, version, window, fifth, rate, start, ...rest] = key
    .split('/')
    .map((text) => (text === '-' ? null : text));
  const broken = (): Error => new Error(`'${key}' is not the name of a sum`);
  if (typeof id !== 'string' || rate === undefined || rest.length > 0) throw broken();
  const since = start === undefined ? null : Number(start);
  if (
    since !== null &&
    ((kind !== 'line' && kind !== 'clock') || start === null || !Number.isSafeInteger(since))
  )
    throw broken();
  const common = { id, version: Number(version), window: window ?? null };
  if (!Number.isSafeInteger(common.version) || version === null) throw broken();
  if (kind === 'forecast') {
    const value = Number(fifth);
    if (!Number.isSafeInteger(value) || fifth === null) throw broken();
    return { kind, id, at: common.version, value };
  }
  if (kind === 'line' || kind === 'clock')
    return { kind, ...common, bands: fifth?.split('+') ?? [], rate, since };
  if (kind === 'measure') return { kind, ...common };
  if (kind === 'kpi' && (fifth === 'n' || fifth === 'd')) return { kind, ...common, part: fifth };
  throw broken();
}

function join(...fields: readonly (string | number | null)[]): string {
  return fields.map((field) => field ?? '-').join('/');
}
