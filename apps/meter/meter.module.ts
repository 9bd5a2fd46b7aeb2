import { type DynamicModule, Module } from '@nestjs/common';
import { MeterController, meterToken } from './meter.controller.js';
import { meter, type MeterDeps } from '#pipeline/meter/meter.js';

/** The handlers of the meter's topic; a transport that subscribes to it has to be connected. */
@Module({})
export class MeterModule {
  static register(deps: MeterDeps): DynamicModule {
    return {
      module: MeterModule,
      controllers: [MeterController],
      providers: [{ provide: meterToken, useValue: meter(deps) }],
    };
  }
}
