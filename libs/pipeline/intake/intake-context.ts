import type { Connection } from '#catalogue/catalogue.js';
import type { DeliveryKind } from '#wire/raw.js';
import type { BodyBudget } from './body.js';
import type { DeliveryWriter } from './delivery-writer.js';
import type { IntakeMetrics } from './intake-metrics.js';
import type { FailureLimit } from '#runtime/access/failure-limit.js';
import type { RateLimit } from '#runtime/rate-limit.js';
import type { Secrets } from './secrets.js';

/** What intake works with; given once, where the process is composed. */
export interface IntakeContext {
  readonly deliveryWriter: DeliveryWriter;
  /** The connection of this id in the catalogue in force; null: none. */
  readonly connection: (id: string) => Connection | null;
  readonly secrets: () => Secrets;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly limits: IntakeLimits;
  readonly rate: RateLimit;
  /** Failures to authenticate, by address and connection. */
  readonly failures: FailureLimit;
  readonly bodies: BodyBudget;
  readonly metrics: IntakeMetrics;
}

export interface IntakeLimits {
  /** Of one delivery, alone or as a line. */
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
  /** Lines of a batch, blank ones included. */
  readonly batchLimitLines: number;
}

/** One delivery, or one a line. */
export type DeliveryForm = 'single' | 'batch';

/** What an endpoint takes: one delivery or one a line, from a platform or as outcomes. */
export interface DeliveryRequest {
  readonly form: DeliveryForm;
  readonly kind: DeliveryKind;
}
