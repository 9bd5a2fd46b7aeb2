import type { Fact } from '#domain/fact/fact.js';
import type { Normalized, Platform } from '#platforms/platform.js';
import { rawDelivery, type RawDelivery } from '#wire/raw.js';
import type { Delivery } from '../workload/deliveries.js';

/**
 * A platform whose deliveries hold facts as they are: what real platforms say is translated in other suites.
 * Here it is that nothing of a delivery is lost, doubled or stays unrefused.
 */
export const simPlatform: Platform = {
  name: 'genesys',
  normalize({ body }): Normalized {
    const { facts, badRows } = JSON.parse(body) as Body;
    const refusals = Array.from({ length: badRows }, (_, row) => {
      return { row, code: 'invalid-field', path: `rows[${row}].at`, message: 'expected an instant' } as const;
    });
    return { facts, refusals, warnings: [] };
  },
};

interface Body {
  /** Makes each body another: the same one twice is one delivery. */
  readonly number: number;
  readonly facts: readonly Fact[];
  readonly badRows: number;
}

/** A connection that the catalogue does not have at first. */
export const lateConnection = 'late';
/** A connection that it never has. */
const noConnection = 'unknown';

/** A delivery as the intake writes it. */
export function rawOf(delivery: Delivery, number: number, connection: string, now: number): RawDelivery {
  const { facts, badRows, kind } = delivery;
  const body = Buffer.from(JSON.stringify({ number, facts, badRows } satisfies Body));
  switch (kind) {
    case 'usual':
      return rawDelivery(connection, body, now, {});
    case 'late':
      return rawDelivery(lateConnection, body, now, {});
    case 'noConnection':
      return rawDelivery(noConnection, body, now, {});
    case 'notText':
      return rawDelivery(connection, Buffer.concat([body, Buffer.from([0xff])]), now, {});
  }
}
