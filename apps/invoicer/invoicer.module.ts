import { type DynamicModule, Module } from '@nestjs/common';
import type { Invoices } from '#pipeline/close/invoices.js';
import type { WhatIfService } from '#pipeline/close/whatif-question.js';
import type { PipelineView } from '#pipeline/pipeline-lag.js';
import type { PeriodService } from '#pipeline/close/period-service.js';
import { AccrualsController } from './accruals.controller.js';
import { ActsController, type ReadTrails, trailsToken } from './acts.controller.js';
import { ContactLinesController } from './contact-lines.controller.js';
import { ClausesController } from './clauses.controller.js';
import { CloseRequestsController } from './close-requests.controller.js';
import { ForecastController } from './forecast.controller.js';
import { InvoicesController, invoicesToken } from './invoices.controller.js';
import { LagController, pipelineViewToken } from './lag.controller.js';
import { MeController } from './me.controller.js';
import { PeriodStandingsController } from './period-standings.controller.js';
import { PeriodsController } from './periods.controller.js';
import { periodsApiToken } from './periods-api.js';
import { WhatIfController, whatIfToken } from './whatif.controller.js';
import { adherenceApiToken, AdherenceController, type AdherenceService } from './adherence.controller.js';
import { unbilledApiToken, UnbilledController, type UnbilledService } from './unbilled.controller.js';

export interface InvoicerDeps {
  readonly periods: PeriodService;
  readonly invoices: Invoices;
  readonly unbilled: UnbilledService;
  readonly adherence: AdherenceService;
  readonly trails: ReadTrails;
  readonly pipeline: PipelineView;
  readonly whatIf: WhatIfService;
}

/**
 * Periods of contracts, where they stand, their close; closed invoices, their explanation, work and proof;
 * `GET /v1/unbilled`; `GET /v1/adherence`; `GET /v1/audit/acts`; `GET /v1/me`; `GET /v1/lag`
 */
@Module({})
export class InvoicerModule {
  static register(deps: InvoicerDeps): DynamicModule {
    const { periods, invoices, unbilled, adherence, trails, pipeline, whatIf } = deps;
    return {
      module: InvoicerModule,
      controllers: [
        PeriodsController,
        CloseRequestsController,
        ContactLinesController,
        PeriodStandingsController,
        AccrualsController,
        ForecastController,
        WhatIfController,
        ClausesController,
        InvoicesController,
        UnbilledController,
        AdherenceController,
        ActsController,
        MeController,
        LagController,
      ],
      providers: [
        { provide: periodsApiToken, useValue: periods },
        { provide: invoicesToken, useValue: invoices },
        { provide: unbilledApiToken, useValue: unbilled },
        { provide: adherenceApiToken, useValue: adherence },
        { provide: trailsToken, useValue: trails },
        { provide: pipelineViewToken, useValue: pipeline },
        { provide: whatIfToken, useValue: whatIf },
      ],
    };
  }
}
