import { type DynamicModule, Module } from '@nestjs/common';
import {
  type Clock,
  kpiClockToken,
  KpisController,
  kpiReaderToken,
  type KpisNow,
} from './kpis.controller.js';

/** `GET /v1/programmes/:id/kpis` */
@Module({})
export class KpisModule {
  /** `clock`: the current time for relative days such as `from=today`. */
  static register(reader: KpisNow, clock: Clock): DynamicModule {
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
