import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type IntakeDeps, IntakeModule } from '#apps/intake/intake.module.js';
import type { ReadTrails } from '#apps/invoicer/acts.controller.js';
import { InvoicerModule } from '#apps/invoicer/invoicer.module.js';
import type { Invoices } from '#pipeline/close/invoices.js';
import type { AdherenceService } from '#apps/invoicer/adherence.controller.js';
import type { UnbilledService } from '#apps/invoicer/unbilled.controller.js';
import type { CatalogueService } from '#pipeline/catalogue-service.js';
import type { ImplausibleService } from '#pipeline/close/implausible-work.js';
import type { PipelineView } from '#pipeline/pipeline-lag.js';
import type { PeriodService } from '#pipeline/close/period-service.js';
import type { KpisNow } from '#apps/tally/kpis.controller.js';
import { KpisModule } from '#apps/tally/kpis.module.js';
import type { NowService } from '#apps/tally/now.controller.js';
import type { Access } from '#runtime/access/access.js';
import type { Logger } from '#runtime/logging.js';
import type { Registry } from '#runtime/metrics.js';
import type { HealthSources } from '#runtime/health.js';
import type { WhatIfService } from '#pipeline/close/whatif-question.js';
import type { HttpCertificate } from '#runtime/servers/http-certificate.js';
import { HealthModule } from '#runtime/nest/health.module.js';
import { createHttpApp } from '#runtime/nest/http-app.js';
import { MetricsModule } from '#runtime/nest/metrics.module.js';
import { serveConsole } from '#runtime/nest/serve-console.js';
import { serveDocs } from '#runtime/nest/serve-docs.js';
import { ImplausibleController, implausibleServiceToken } from './implausible.controller.js';
import { catalogueClockToken, CatalogueController, catalogueServiceToken } from './catalogue.controller.js';

export interface HttpDeps {
  /** null or absent: it is asked without TLS. */
  readonly certificate?: HttpCertificate | null;
  readonly catalogue: CatalogueService;
  readonly intake: Omit<IntakeDeps, 'registry' | 'logger'>;
  readonly kpis: KpisNow;
  readonly periods: PeriodService;
  readonly invoices: Invoices;
  readonly whatIf: WhatIfService;
  readonly now: NowService;
  readonly unbilled: UnbilledService;
  readonly adherence: AdherenceService;
  readonly implausible: ImplausibleService;
  readonly trails: ReadTrails;
  readonly pipeline: PipelineView;
  /** Modules without HTTP of their own: the stages of the pipeline. */
  readonly stages?: readonly DynamicModule[];
  /** Directory of the files of the console, as the build makes it. */
  readonly consolePage: string;
  readonly health: HealthSources;
  readonly access: Access;
  /** As `HttpAppOptions` has them. */
  readonly trustedProxies: readonly string[];
  readonly registry: Registry;
  readonly logger: Logger;
  /** Of the product, for the documentation. */
  readonly version: string;
}

/**
 * Everything that is served over HTTP: intake, read API, health, metrics, documentation. Not listening yet.
 */
export async function createHttp(deps: HttpDeps): Promise<NestFastifyApplication> {
  const app = await createHttpApp(HttpModule.register(deps), deps.logger, {
    access: deps.access,
    certificate: deps.certificate ?? null,
    trustedProxies: deps.trustedProxies,
  });
  serveDocs(app, deps.version);
  serveConsole(app, deps.consolePage, deps.logger);
  return app;
}

@Module({})
class HttpModule {
  static register(deps: HttpDeps): DynamicModule {
    const {
      catalogue,
      intake,
      kpis,
      now,
      periods,
      invoices,
      unbilled,
      adherence,
      implausible,
      trails,
      pipeline,
      whatIf,
      stages = [],
      health,
      registry,
      logger,
    } = deps;
    return {
      module: HttpModule,
      controllers: [CatalogueController, ImplausibleController],
      providers: [
        { provide: catalogueServiceToken, useValue: catalogue },
        { provide: catalogueClockToken, useValue: intake.clock },
        { provide: implausibleServiceToken, useValue: implausible },
      ],
      imports: [
        IntakeModule.register({ ...intake, registry, logger }),
        KpisModule.register(kpis, now, intake.clock),
        InvoicerModule.register({ periods, invoices, unbilled, adherence, trails, pipeline, whatIf }),
        ...stages,
        HealthModule.register(health),
        MetricsModule.register(registry),
      ],
    };
  }
}
