/** Local days and months by `Temporal` alone. */

/** The month of an instant (UTC epoch ms), `YYYY-MM`. */
export function monthOf(at: number, zone: string): string {
  return localDay(at, zone).slice(0, 7);
}

export function localDay(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** First instant of a local day `YYYY-MM-DD`. */
export function startOfDay(day: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
}

export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Bands of `care-hours` that hold, in the order of the contract. */
  readonly bands: readonly string[];
}

const holidays = new Set(['2026-04-06']);

/**
 * `[from, to)` cut wherever the local day changes or the evening begins, which is also where months and
 * versions change.
 */
export function pieces(from: number, to: number, zone: string): Piece[] {
  const found: Piece[] = [];
  for (let at = from; at < to;) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    const day = local.toPlainDate();
    const evening = day.toZonedDateTime({ timeZone: zone, plainTime: '20:00' }).epochMilliseconds;
    const tomorrow = startOfDay(day.add({ days: 1 }).toString(), zone);
    const isEvening = at >= evening;
    const end = Math.min(to, isEvening ? tomorrow : evening);
    const bands = [
      ...(isEvening ? ['evening'] : []),
      ...(day.dayOfWeek === 7 ? ['sunday'] : []),
      ...(holidays.has(day.toString()) ? ['holiday'] : []),
    ];
    found.push({ from: at, to: end, bands });
    at = end;
  }
  return found;
}
