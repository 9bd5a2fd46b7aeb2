import { locale } from './language.js';

/** Money is never a JavaScript number: `Intl` takes the decimal text, exactly. */
type DecimalText = Intl.StringNumericLiteral;

/** With the decimals that the text has, at least `atLeast`. */
export function money(amount: string, currency: string, atLeast = 0): string {
  const decimals = Math.max(atLeast, amount.split('.')[1]?.length ?? 0);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale.value, { style: 'currency', currency, ...digits }).format(
    amount as DecimalText,
  );
}

export function decimal(value: string, maximumFractionDigits = 20): string {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits }).format(value as DecimalText);
}

export function percent(ratio: string, maximumFractionDigits = 6): string {
  return new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits }).format(
    ratio as DecimalText,
  );
}

/** `1:02:03`, of milliseconds. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A local day, `2026-03-01` -> `1 March 2026`. */
export function day(date: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00Z`),
  );
}

/**
 * `instant`: ISO 8601, by the clock of `timeZone`, with offset. The offset is shown on days on which the
 * clocks change.
 */
export function time(instant: string, timeZone: string): string {
  const at = new Date(instant);
  const isChange = offsetAt(at, timeZone, -12) !== offsetAt(at, timeZone, 12);
  return new Intl.DateTimeFormat(locale.value, {
    timeZone,
    dateStyle: undefined,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(isChange && { timeZoneName: 'shortOffset' }),
  }).format(at);
}

function offsetAt(at: Date, timeZone: string, hoursLater: number): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const parts = format.formatToParts(at.getTime() + hoursLater * 3_600_000);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
