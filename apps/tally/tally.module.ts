import { type DynamicModule, Module } from '@nestjs/common';
import { TallyController, tallyToken } from './tally.controller.js';
import { tally, type TallyDeps } from '#pipeline/tally/tally.js';

/** The handlers of the tally's topic; a transport that subscribes to it has to be connected. */
@Module({})
export class TallyModule {
  static register(deps: TallyDeps): DynamicModule {
    return {
      module: TallyModule,
      controllers: [TallyController],
      providers: [{ provide: tallyToken, useValue: tally(deps) }],
    };
  }
}
