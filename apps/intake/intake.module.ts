import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '#runtime/logging.js';
import type { Registry } from '#runtime/metrics.js';
import { intakeLoggerToken, intakeContextToken } from './answer.js';
import { BodyBudget } from '#pipeline/intake/body.js';
import { DeliveriesController } from './deliveries.controller.js';
import { intakeMetrics } from '#pipeline/intake/intake-metrics.js';
import { OutcomesController } from './outcomes.controller.js';
import { RateLimit, type RateSettings } from '#pipeline/intake/rate-limit.js';
import type { IntakeContext, IntakeLimits } from '#pipeline/intake/receive.js';

export interface IntakeDeps extends Pick<
  IntakeContext,
  'deliveryWriter' | 'connection' | 'secrets' | 'clock'
> {
  readonly limits: IntakeLimits & RateSettings;
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * `POST /v1/deliveries/:connection` and `/v1/outcomes/:connection`, alone and `…/batch`. The composer drains
 * the deliveryWriter after HTTP is closed.
 */
@Module({})
export class IntakeModule {
  static register({ registry, logger, ...deps }: IntakeDeps): DynamicModule {
    const reception: IntakeContext = {
      ...deps,
      rate: new RateLimit(deps.limits, deps.clock),
      // Room for a dozen of the largest batches, a thousand single deliveries of the largest size.
      bodies: new BodyBudget(deps.limits.batchLimitBytes * 12),
      metrics: intakeMetrics(registry, deps.deliveryWriter),
    };
    return {
      module: IntakeModule,
      controllers: [DeliveriesController, OutcomesController],
      providers: [
        { provide: intakeContextToken, useValue: reception },
        { provide: intakeLoggerToken, useValue: logger },
      ],
    };
  }
}
