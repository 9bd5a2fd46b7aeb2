import { type DynamicModule, Module } from '@nestjs/common';
import type { KpiReader } from '#pipeline/tally/kpi-reader.js';
import { KpisController, kpiReaderToken } from './kpis.controller.js';

/** `GET /v1/programmes/:id/kpis` */
@Module({})
export class KpisModule {
  static register(read: KpiReader): DynamicModule {
    return {
      module: KpisModule,
      controllers: [KpisController],
      providers: [{ provide: kpiReaderToken, useValue: read }],
    };
  }
}
