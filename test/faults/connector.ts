import { setTimeout as delay } from 'node:timers/promises';
import type { Slot } from '#test/faults/pipeline.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** What a connector sends in one request: NDJSON, a delivery a line. */
export interface Parcel {
  readonly path: string;
  readonly deliveries: number;
  readonly body: string;
}

/** Deliveries of a connection together, in their order; bodies are sent in one line each. */
export function parcelsOf(deliveries: readonly RecordedDelivery[], atOnce: number): Parcel[] {
  const paths = Map.groupBy(deliveries, ({ kind, connection }) =>
    kind === 'outcome' ? `/v1/outcomes/${connection}/batch` : `/v1/deliveries/${connection}/batch`,
  );
  return [...paths].flatMap(([path, some]) =>
    Array.from({ length: Math.ceil(some.length / atOnce) }, (_, index) => {
      const part = some.slice(index * atOnce, (index + 1) * atOnce);
      return { path, deliveries: part.length, body: part.map(({ body }) => `${body}\n`).join('') };
    }),
  );
}

/** Where it is sent to, though another process may be there the next time. */
type Intake = Pick<Slot, 'ready'>;

/**
 * Sends a parcel until it is answered with 202, as a connector would that sees only the
 * answers.
 */
export async function deliver(intake: Intake, parcel: Parcel, timeoutMs = 120_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await attempt(intake, parcel);
    if (answer === 202) return;
    if (typeof answer === 'number' && answer < 500 && answer !== 429 && answer !== 408) {
      throw new Error(`intake turned ${parcel.path} away for good: ${answer}`);
    }
    if (performance.now() > deadline) throw new Error(`${parcel.path} was not taken: ${answer}`);
    await delay(50);
  }
}

async function attempt(intake: Intake, { path, body }: Parcel): Promise<number | string> {
  try {
    const response = await fetch((await intake.ready()) + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
      signal: AbortSignal.timeout(35_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return String(error);
  }
}
