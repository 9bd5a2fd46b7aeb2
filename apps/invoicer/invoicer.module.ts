import { type DynamicModule, Module } from '@nestjs/common';
import type { PeriodService } from '#pipeline/close/period-service.js';
import { PeriodsController, periodsApiToken } from './periods.controller.js';

/** `GET /v1/contracts/:id/periods/:period` and `POST …/close` */
@Module({})
export class InvoicerModule {
  static register(periods: PeriodService): DynamicModule {
    return {
      module: InvoicerModule,
      controllers: [PeriodsController],
      providers: [{ provide: periodsApiToken, useValue: periods }],
    };
  }
}
