import { type DynamicModule, Module } from '@nestjs/common';
import { NormalizerController, normalizerToken } from './normalizer.controller.js';
import { normalizer, type NormalizerDeps } from '#pipeline/normalize/normalizer.js';

/** The handlers of the normalizer's topic; a transport that subscribes to it has to be connected. */
@Module({})
export class NormalizerModule {
  static register(deps: NormalizerDeps): DynamicModule {
    return {
      module: NormalizerModule,
      controllers: [NormalizerController],
      providers: [{ provide: normalizerToken, useValue: normalizer(deps) }],
    };
  }
}
