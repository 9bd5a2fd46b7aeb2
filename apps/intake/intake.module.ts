import { type DynamicModule, Module } from '@nestjs/common';
import { BodyBudget } from '#pipeline/intake/body.js';
import { intakeMetrics } from '#pipeline/intake/intake-metrics.js';
import { RateLimit, type RateSettings } from '#runtime/rate-limit.js';
import type { IntakeContext, IntakeLimits } from '#pipeline/intake/intake-context.js';
import type { RefusalService } from '#pipeline/redrive.js';
import type { RefusalIndex } from '#pipeline/refusal-index.js';
import { FailureLimit } from '#runtime/access/failure-limit.js';
import type { Logger } from '#runtime/logging.js';
import type { Registry } from '#runtime/metrics.js';
import { intakeContextToken, intakeLoggerToken } from './answer.js';
import { DeliveriesController } from './deliveries.controller.js';
import { OutcomesController } from './outcomes.controller.js';
import {
  RefusalsController,
  refusalServiceToken,
  refusalsRate,
  refusalsRateToken,
} from './refusals.controller.js';
import { RefusedController, refusalIndexToken, refusedRate, refusedRateToken } from './refused.controller.js';

export interface IntakeDeps extends Pick<
  IntakeContext,
  'deliveryWriter' | 'connection' | 'secrets' | 'clock'
> {
  readonly refusals: RefusalIndex;
  readonly openRefusals: RefusalService;
  readonly limits: IntakeLimits & RateSettings;
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * `POST /v1/deliveries/:connection` and `/v1/outcomes/:connection`, alone and `…/batch`, `GET
 * /v1/refused`, and `/v1/refusals`. The process drains the delivery writer after HTTP is closed.
 */
@Module({})
export class IntakeModule {
  static register({ registry, logger, refusals, openRefusals, ...deps }: IntakeDeps): DynamicModule {
    const context: IntakeContext = {
      ...deps,
      rate: new RateLimit(deps.limits, deps.clock),
      failures: new FailureLimit(deps.clock),
      // Room for four of the largest batches, two of one connection.
      bodies: new BodyBudget(deps.limits.batchLimitBytes * 4, deps.limits.batchLimitBytes * 2),
      metrics: intakeMetrics(registry, deps.deliveryWriter),
    };
    return {
      module: IntakeModule,
      controllers: [DeliveriesController, OutcomesController, RefusedController, RefusalsController],
      providers: [
        { provide: intakeContextToken, useValue: context },
        { provide: intakeLoggerToken, useValue: logger },
        { provide: refusalIndexToken, useValue: refusals },
        { provide: refusedRateToken, useValue: new RateLimit(refusedRate, deps.clock) },
        { provide: refusalServiceToken, useValue: openRefusals },
        { provide: refusalsRateToken, useValue: new RateLimit(refusalsRate, deps.clock) },
      ],
    };
  }
}
