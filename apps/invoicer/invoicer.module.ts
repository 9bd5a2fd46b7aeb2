import { type DynamicModule, Module } from '@nestjs/common';
import type { PeriodDesk } from './period-desk.js';
import { PeriodsController, periodDeskToken } from './periods.controller.js';

/** `GET /v1/contracts/:id/periods/:period` and `POST …/close` */
@Module({})
export class InvoicerModule {
  static register(desk: PeriodDesk): DynamicModule {
    return {
      module: InvoicerModule,
      controllers: [PeriodsController],
      providers: [{ provide: periodDeskToken, useValue: desk }],
    };
  }
}
