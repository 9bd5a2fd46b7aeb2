import { writeFileSync } from 'node:fs';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import type { RecordedDelivery } from '#wire/recorded.js';

const A_MONTH_OF_NUMBERS = 1_000_000;

/**
 * What the demonstration's platforms would have sent of a month, in order of receipt: three platforms and
 * outcomes, one event or up to 50 rows a delivery. Each month given has calls and callers of its own.
 */
export function monthOfDeliveries(month: number): RecordedDelivery[] {
  const calls = simulate(11 + month, '2026-03', 'Europe/Paris').map((call) => ({
    ...call,
    number: call.number + month * A_MONTH_OF_NUMBERS,
    caller: call.caller === '' ? '' : `${call.caller}${month}`,
  }));
  return recordedDeliveries(calls);
}

/**
 * Single events of one connection, as a platform streams them, a line each; at least `most` of them where
 * asked.
 */
export function writeEvents(file: string, most: number): { lines: number; bytes: number } {
  const lines: string[] = [];
  for (let month = 0; lines.length < most; month++) {
    for (const { connection, body } of monthOfDeliveries(month)) {
      if (connection === 'demo-genesys' && lines.length < most) lines.push(body);
    }
  }
  const text = lines.join('\n');
  writeFileSync(file, text);
  return { lines: lines.length, bytes: Buffer.byteLength(text) };
}
