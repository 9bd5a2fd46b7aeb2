import { type DynamicModule, Module } from '@nestjs/common';
import type { PeriodService } from '#pipeline/close/period-service.js';
import { PeriodsController, periodsApiToken } from './periods.controller.js';
import { unbilledApiToken, UnbilledController, type UnbilledService } from './unbilled.controller.js';

/** `GET /v1/contracts/:id/periods/:period`, `POST …/close` and `GET /v1/unbilled` */
@Module({})
export class InvoicerModule {
  static register(periods: PeriodService, unbilled: UnbilledService): DynamicModule {
    return {
      module: InvoicerModule,
      controllers: [PeriodsController, UnbilledController],
      providers: [
        { provide: periodsApiToken, useValue: periods },
        { provide: unbilledApiToken, useValue: unbilled },
      ],
    };
  }
}
