import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type IntakeDeps, IntakeModule } from '#apps/intake/intake.module.js';
import type { Logger } from '#runtime/logging.js';
import type { Registry } from '#runtime/metrics.js';
import { HealthModule, type HealthSources } from '#runtime/nest/health.module.js';
import { createHttpApp } from '#runtime/nest/http-app.js';
import { MetricsModule } from '#runtime/nest/metrics.module.js';
import { serveDocs } from './docs.js';
import type { ReadApi } from './read-api.js';
import { ReadController, readApiToken } from './read.controller.js';

export interface HttpDeps {
  readonly intake: Omit<IntakeDeps, 'registry' | 'logger'>;
  readonly readApi: ReadApi;
  readonly health: HealthSources;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Of the product, for the documentation. */
  readonly version: string;
}

/** Everything that is served over HTTP: intake, read API, health, metrics, documentation. Not listening yet. */
export async function createHttp(deps: HttpDeps): Promise<NestFastifyApplication> {
  const app = await createHttpApp(HttpModule.register(deps), deps.logger);
  serveDocs(app, deps.version);
  return app;
}

@Module({})
class HttpModule {
  static register({ intake, readApi, health, registry, logger }: HttpDeps): DynamicModule {
    return {
      module: HttpModule,
      imports: [
        IntakeModule.register({ ...intake, registry, logger }),
        HealthModule.register(health),
        MetricsModule.register(registry),
      ],
      controllers: [ReadController],
      providers: [{ provide: readApiToken, useValue: readApi }],
    };
  }
}
