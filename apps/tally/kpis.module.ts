import { type DynamicModule, Module } from '@nestjs/common';
import {
  type Clock,
  kpiClockToken,
  KpisController,
  kpiReaderToken,
  type KpisNow,
} from './kpis.controller.js';
import { NowController, type NowService, nowServiceToken } from './now.controller.js';

/** `GET /v1/programmes/:id/kpis`, `GET /v1/programmes/:id/now` and `…/now/events` */
@Module({})
export class KpisModule {
  /** `clock`: the current time for relative days such as `from=today`. */
  static register(reader: KpisNow, now: NowService, clock: Clock): DynamicModule {
    return {
      module: KpisModule,
      controllers: [KpisController, NowController],
      providers: [
        { provide: kpiReaderToken, useValue: reader },
        { provide: kpiClockToken, useValue: clock },
        { provide: nowServiceToken, useValue: now },
      ],
    };
  }
}
