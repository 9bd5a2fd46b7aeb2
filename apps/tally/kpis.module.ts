import { type DynamicModule, Module } from '@nestjs/common';
import type { KpiReader } from '#pipeline/tally/kpi-reader.js';
import { type Clock, kpiClockToken, KpisController, kpiReaderToken } from './kpis.controller.js';

/** `GET /v1/programmes/:id/kpis` */
@Module({})
export class KpisModule {
  /** `clock`: the current time for relative days such as `from=today`. */
  static register(reader: KpiReader, clock: Clock): DynamicModule {
    return {
      module: KpisModule,
      controllers: [KpisController],
      providers: [
        { provide: kpiReaderToken, useValue: reader },
        { provide: kpiClockToken, useValue: clock },
      ],
    };
  }
}
