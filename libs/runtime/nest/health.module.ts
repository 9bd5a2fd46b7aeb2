import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Module,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  type HealthIndicatorResult,
  HealthIndicatorService,
  TerminusModule,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  ackReadiness,
  type AckSource,
  liveness,
  stageReadiness,
  type HealthResult,
  type HealthSources,
} from '../health.js';
import { problem, problemSchema } from '../problem.js';
import { retryAfter } from '../rate-limit.js';
import { sendProblem } from './problem-filter.js';

const sourcesToken = Symbol('health sources');
const probeTimeoutMs = 2_000;
const retryAfterMs = 5_000;

const indicators = z.record(
  z.string(),
  z.looseObject({ status: z.enum(['up', 'down']), reasons: z.array(z.string()).optional() }),
);
const checked = {
  info: indicators,
  error: indicators.describe('What is wrong, with `reasons`.'),
  details: indicators,
};
const checkedSchema = z.object(checked);
const healthSchema = z.object({ status: z.literal('ok'), ...checked });
const unhealthySchema = problemSchema
  .extend(checked)
  .describe('Problem details (RFC 9457) that say of each part how it is.');

@ApiTags('operations')
@Controller('health')
class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    @Inject(sourcesToken) private readonly sources: HealthSources,
  ) {}

  @Get('live')
  @ApiOperation({
    summary: 'Live?',
    description: 'Not live means that a restart may help: the event loop is blocked, or a stage is silent.',
  })
  @ApiResponse({ status: 200, description: 'Live.', standardSchema: healthSchema })
  @ApiUnhealthy('not-live')
  live(@Res() reply: FastifyReply): Promise<FastifyReply> {
    const { stages, loopDelayMs, clock } = this.sources;
    const check = () => this.#indicate('process', liveness(stages(), loopDelayMs(), clock()));
    return this.#answer(reply, 'not-live', [check]);
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Ready?',
    description:
      'Ready means progress: every stage has caught up or advanced within the last 45 s, and the log acknowledges.',
  })
  @ApiResponse({ status: 200, description: 'Ready.', standardSchema: healthSchema })
  @ApiUnhealthy('not-ready')
  ready(@Res() reply: FastifyReply): Promise<FastifyReply> {
    const { stages, acks, clock, shuttingDown } = this.sources;
    const stageChecks = stages().map(
      (stage) => () => this.#indicate(stage.group, stageReadiness(stage, clock())),
    );
    return this.#answer(reply, 'not-ready', [
      ...stageChecks,
      ...(acks === null ? [] : [async () => this.#indicate('log', await logReadiness(acks, clock()))]),
      ...(shuttingDown() ? [() => this.#indicate('process', { ok: false, reasons: ['shutting down'] })] : []),
    ]);
  }

  #indicate(name: string, result: HealthResult): HealthIndicatorResult {
    const session = this.indicator.check(name);
    return result.ok ? session.up() : session.down({ reasons: result.reasons });
  }

  /** Terminus throws where something is not healthy. */
  async #answer(
    reply: FastifyReply,
    code: 'not-live' | 'not-ready',
    checks: (() => HealthIndicatorResult | Promise<HealthIndicatorResult>)[],
  ): Promise<FastifyReply> {
    try {
      return await reply.send(await this.checks.check(checks));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { info, error: failed, details } = checkedSchema.parse(error.getResponse());
      const answer = { ...problem(code, reasonsIn(failed)), info, error: failed, details };
      return sendProblem(reply.headers(retryAfter(retryAfterMs)), answer);
    }
  }
}

/** In words, each with the part that it is about. */
function reasonsIn(failed: z.infer<typeof indicators>): string {
  return Object.entries(failed)
    .flatMap(([part, { reasons = [] }]) => reasons.map((reason) => `${part}: ${reason}`))
    .join('; ');
}

function ApiUnhealthy(code: 'not-live' | 'not-ready'): MethodDecorator {
  return ApiResponse({
    status: 503,
    description: `${problem(code, '').title}; \`detail\` and \`error\` say why.`,
    standardSchema: unhealthySchema,
  });
}

async function logReadiness(acks: AckSource, now: number): Promise<HealthResult> {
  const state = ackReadiness(acks.state(), now);
  switch (state) {
    case 'ok':
      return { ok: true };
    case 'failing':
      return { ok: false, reasons: ['the log does not acknowledge'] };
    case 'probe':
      return (await answersInTime(acks.probe()))
        ? { ok: true }
        : { ok: false, reasons: ['the log cannot be reached'] };
  }
}

async function answersInTime(probe: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), probeTimeoutMs);
  const answered = probe.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** `GET /health/live` and `GET /health/ready` */
@Module({})
export class HealthModule {
  static register(sources: HealthSources): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [{ provide: sourcesToken, useValue: sources }],
    };
  }
}
