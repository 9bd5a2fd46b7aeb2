import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import { Decimal } from '#domain/money/money.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import { withMinorUnit, type Phrase, type Wording } from '../phrasebook.js';
import { inputUnit, kpiUnitOf, unitOfSum, type Unit } from './units.js';

/** As many decimals are shown; the event holds all of them. */
const maxDecimals = 8;

export function valueText(value: string, unit: Unit, wording: Wording, currency: string): string {
  const { number, percent, t } = wording;
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const short = new Decimal(value).toDecimalPlaces(maxDecimals, Decimal.ROUND_DOWN);
  const more = short.equals(value) ? '' : '…';
  switch (unit) {
    case 'ms':
      return `${timeText(Math.trunc(Number(value)), wording)}${value.includes('.') ? '…' : ''}`;
    case 'thousandths':
      return `${number(value)} ${t('thousandths', 'millièmes')}`;
    case 's':
      return `${number(short.toString())}${more} s`;
    case 'money':
      return `${number(withMinorUnit(short.toString(), currency))}${more} ${currency}`;
    case 'ratio':
      return more === '' ? percent(short.toString()) : `${number(short.times(100).toString())}… %`;
    case 'points':
      return `${number(short.toString())}${more} points`;
    case 'perHour':
      return `${number(short.toString())}${more} ${t('per hour', 'par heure')}`;
    case 'percent':
      return percent(short.div(100).toString());
    case 'count':
    case 'number':
      return `${number(short.toString())}${more}`;
  }
}

function timeText(ms: number, { duration }: Wording): string {
  return ms < 0 ? `-${duration(-ms)}` : duration(ms);
}

/** Formats the inputs of one trace row in a language. */
export class TraceFormatter {
  readonly t: Wording['t'];

  /** `unit`: of the row's result. */
  constructor(
    readonly row: TraceRow,
    readonly unit: Unit,
    readonly wording: Wording,
    readonly currency: string,
    /** All rows by id: what a number is follows from where it comes from. */
    readonly rows: ReadonlyMap<string, TraceRow> = new Map(),
  ) {
    this.t = wording.t;
  }

  has(name: string): boolean {
    return name in this.row.inputs;
  }

  /** An input with its unit and, where it has one, the row it comes from. */
  v(name: string): string {
    const input = this.row.inputs[name];
    if (input === undefined) return '?';
    const value = typeof input === 'string' ? input : input.value;
    const text = valueText(value, this.#unitOf(name), this.wording, this.currency);
    return typeof input === 'string' ? text : `${text} (${input.row})`;
  }

  /** A target is in the unit of the KPI that it is for. */
  #unitOf(name: string): Unit {
    const unit = inputUnit(this.row, name, this.unit);
    return unit === 'number' && /^(value|from|to|size|baseline)( \d+)?$/.test(name) ? this.#kpiUnit() : unit;
  }

  #kpiUnit(): Unit {
    const numerator = this.#sumOf('numerator');
    return kpiUnitOf(numerator) ?? 'number';
  }

  /** The sum of a KPI that a side of a fraction comes from, before it was brought into the KPI's unit. */
  #sumOf(name: string): TraceRow | undefined {
    const input = this.row.inputs[name];
    const row = input === undefined || typeof input === 'string' ? undefined : this.rows.get(input.row);
    const value = row?.rule === 'product' && row.step === 'kpi' ? row.inputs['value'] : undefined;
    return value === undefined || typeof value === 'string' ? row : this.rows.get(value.row);
  }

  /** A side of a fraction as it was counted. */
  #side(name: 'numerator' | 'denominator'): string {
    const row = this.#sumOf(name);
    if (row?.rule !== 'kpiSum') return this.v(name);
    const unit = unitOfSum(row);
    return `${valueText(row.result, unit, this.wording, this.currency)} (${row.id})`;
  }

  /** Days or months, where the calendar gives an input; else null. */
  calendarUnit(name: string): Phrase | null {
    const input = this.row.inputs[name];
    const source = input === undefined || typeof input === 'string' ? undefined : this.rows.get(input.row);
    if (source === undefined) return null;
    if ('days' in source.inputs) return ['days', 'jours'];
    return 'months' in source.inputs ? ['months', 'mois'] : null;
  }

  raw(name: string): string {
    const input = this.row.inputs[name];
    return typeof input === 'string' ? input : (input?.value ?? '');
  }

  names(prefix = ''): string[] {
    return Object.keys(this.row.inputs).filter((name) => name.startsWith(prefix));
  }

  /** Inputs that are added up: rows by their number, sums of the book by what they are. */
  terms(names: readonly string[]): string {
    if (names.length === 0) return this.t('nothing', 'rien');
    return names
      .map((name) => {
        const isRow = /^(was\.)?r\d+$/.test(name);
        return isRow ? this.v(name) : `${keyText(name, this.wording)}${this.t(':', ' :')} ${this.v(name)}`;
      })
      .join(' + ');
  }

  fraction(): string {
    const [n, d] = [this.raw('numerator'), this.raw('denominator')];
    const value = new Decimal(d).isZero() ? null : new Decimal(n).div(d);
    const quotient =
      value === null ? '' : ` = ${valueText(value.toString(), this.#kpiUnit(), this.wording, '')}`;
    if (typeof this.row.inputs['numerator'] === 'string') return this.#taken(n);
    return `${this.#side('numerator')} / ${this.#side('denominator')}${quotient}`;
  }

  /** `label`: what the names, which begin with `prefix`, are called. */
  list(prefix: string, label: Phrase): string {
    return this.names(prefix)
      .map((name) => {
        return `${this.t(...label)} ${name.slice(prefix.length)}${this.t(':', ' :')} ${this.v(name)}`;
      })
      .join(', ');
  }

  /** Where there is no data, the contract may take the target for it. */
  #taken(value: string): string {
    const text = valueText(value, 'number', this.wording, '');
    return this.t(`no data, taken as ${text} as agreed`, `sans données, réputé ${text} comme convenu`);
  }
}

/** The name of a sum of the book in words; anything else by its own name. */
function keyText(key: string, { t }: Wording): string {
  if (!/^(line|clock|measure|kpi|forecast)\//.test(key)) return calendarText(key, t);
  const cell = decodeQuantityKey(key);
  if (cell.kind === 'forecast') return t(`forecast ${cell.id}`, `prévision ${cell.id}`);
  const place = [
    ...(cell.window === null ? [] : [cell.window]),
    ...(cell.version === 1 ? [] : [`version ${cell.version}`]),
  ];
  switch (cell.kind) {
    case 'line':
    case 'clock': {
      const since =
        cell.since === null ? [] : [t(`from ${utcText(cell.since)}`, `dès ${utcText(cell.since)}`)];
      const where = [...cell.bands, ...(cell.rate === null ? [] : [cell.rate]), ...place, ...since];
      return [`${t('line', 'ligne')} ${cell.id}`, ...where].join(', ');
    }
    case 'measure':
      return [`${t('measure', 'mesure')} ${cell.id}`, ...place].join(', ');
    case 'kpi': {
      const part = cell.part === 'n' ? t('numerator', 'numérateur') : t('denominator', 'dénominateur');
      return [`${cell.id}, ${part}`, ...place].join(', ');
    }
  }
}

/** Beginning of a stretch of time: `2026-10-15T22:00Z`. */
function utcText(instant: number): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toString({ smallestUnit: 'minute' });
}

/** Quantities that the calendar gives. */
function calendarText(name: string, t: Wording['t']): string {
  if (name === 'days') return t('days of the calendar', 'jours du calendrier');
  if (name === 'months') return t('months', 'mois');
  if (name === 'periods') return t('periods', 'périodes');
  if (name === 'after') return t('before it', 'avant');
  if (name === 'quantity') return t('its own', 'elle-même');
  const agreed = /^agreed (.+)$/.exec(name);
  if (agreed !== null) return t(`agreed for ${agreed[1]}`, `convenu pour ${agreed[1]}`);
  const calendar = /^calendar\/([^/]+)\/([^/]+)(?:\/(-?\d+))?$/.exec(name);
  if (calendar === null) return name;
  const bands = calendar[2] === '-' ? '' : `, ${calendar[2]?.replaceAll('+', ', ')}`;
  const since = calendar[3] === undefined ? '' : utcText(Number(calendar[3]));
  const from = since === '' ? '' : `, ${t(`from ${since}`, `dès ${since}`)}`;
  return `${t('calendar', 'calendrier')}, ${calendar[1]}${bands}${from}`;
}
