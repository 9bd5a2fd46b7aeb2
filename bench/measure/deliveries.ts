import { writeFileSync } from 'node:fs';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { type Call, simulate } from '#apps/cli/demo/simulate.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/**
 * What the demonstration's platforms would have sent, a day at a time in order of receipt: three platforms
 * and outcomes, one event or up to 50 rows a delivery. `centres` times the calls of the demonstration's
 * month, each with callers of its own, all at the same time: a larger centre.
 */
export function* dailyDeliveries(centres: number): Generator<RecordedDelivery[]> {
  const calls = Array.from({ length: centres }, (_, centre) => callsOf(centre)).flat();
  const byDay = Map.groupBy(calls, ({ arrivedAt }) => Math.floor(arrivedAt / DAY_MS));
  for (const [, ofDay] of [...byDay].sort(([a], [b]) => a - b)) {
    yield recordedDeliveries(ofDay.sort((a, b) => a.arrivedAt - b.arrivedAt));
  }
}

const DAY_MS = 86_400_000;
const MOST_CALLS = 1_000_000;

function callsOf(centre: number): Call[] {
  return simulate(11 + centre, '2026-03', 'Europe/Paris').map((call) => ({
    ...call,
    number: call.number + centre * MOST_CALLS,
    caller: call.caller === '' ? '' : `${call.caller}${centre}`,
  }));
}

/** A little less than there are, so that there are enough. */
const EVENTS_OF_A_CENTRE = 40_000;

/**
 * Single events of one connection, as a platform streams them, a line each; at least `most` of them where
 * asked.
 */
export function writeEvents(file: string, most: number): { lines: number; bytes: number } {
  const lines: string[] = [];
  for (const deliveries of dailyDeliveries(Math.ceil(most / EVENTS_OF_A_CENTRE))) {
    for (const { connection, body } of deliveries) {
      if (connection === 'demo-genesys' && lines.length < most) lines.push(body);
    }
  }
  const text = lines.join('\n');
  writeFileSync(file, text);
  return { lines: lines.length, bytes: Buffer.byteLength(text) };
}
