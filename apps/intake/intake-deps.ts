import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import type { DeliveryWriter } from '#pipeline/intake/delivery-writer.js';
import type { Secrets } from '#pipeline/intake/secrets.js';
import { refusalService } from '#pipeline/redrive.js';
import { RefusalIndex } from '#pipeline/refusal-index.js';
import type { Config } from '#runtime/config.js';
import type { AckSource } from '#runtime/health.js';
import { topics } from '#wire/topics.js';
import type { IntakeDeps } from './intake.module.js';

/** What intake needs, the same in its own process and in standalone. */
export function intakeDepsOf(
  config: Config,
  parts: {
    readonly log: Log;
    readonly deliveryWriter: DeliveryWriter;
    readonly inForce: { readonly lookup: Pick<CatalogueIndex, 'connection'> };
    readonly secrets: () => Secrets;
  },
): Omit<IntakeDeps, 'registry' | 'logger'> {
  return {
    deliveryWriter: parts.deliveryWriter,
    refusals: new RefusalIndex(parts.log),
    openRefusals: refusalService(parts.log),
    connection: (id) => parts.inForce.lookup.connection(id),
    secrets: parts.secrets,
    clock: Date.now,
    limits: config.intake,
  };
}

/** What health learns of acknowledgements from. */
export function intakeAcks(log: Log, deliveryWriter: DeliveryWriter): AckSource {
  return { state: () => deliveryWriter.acks(), probe: () => log.bounds(topics.raw.name) };
}
