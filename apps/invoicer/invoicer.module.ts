import { type DynamicModule, Module } from '@nestjs/common';
import type { PeriodService } from '#pipeline/close/period-service.js';
import { ActsController, type ReadTrails, trailsToken } from './acts.controller.js';
import { CloseRequestsController } from './close-requests.controller.js';
import { PeriodStandingsController } from './period-standings.controller.js';
import { PeriodsController } from './periods.controller.js';
import { periodsApiToken } from './periods-api.js';
import { unbilledApiToken, UnbilledController, type UnbilledService } from './unbilled.controller.js';

/**
 * `GET /v1/contracts/:id/periods/:period`, `POST …/close`; where periods stand, `POST …/hold` and
 * `…/release`; `GET /v1/unbilled`; `GET /v1/audit/acts`
 */
@Module({})
export class InvoicerModule {
  static register(periods: PeriodService, unbilled: UnbilledService, trails: ReadTrails): DynamicModule {
    return {
      module: InvoicerModule,
      controllers: [
        PeriodsController,
        CloseRequestsController,
        PeriodStandingsController,
        UnbilledController,
        ActsController,
      ],
      providers: [
        { provide: periodsApiToken, useValue: periods },
        { provide: unbilledApiToken, useValue: unbilled },
        { provide: trailsToken, useValue: trails },
      ],
    };
  }
}
