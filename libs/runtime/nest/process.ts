import { setTimeout as delay } from 'node:timers/promises';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BrandOf } from '../access/access.js';
import { openAccess } from '../access/open-access.js';
import { type Config, readConfig } from '../config.js';
import { eventLoopDelay } from '../health.js';
import { createLogger, type Logger } from '../logging.js';
import { createRegistry, stageMetrics } from '../metrics.js';
import { pipelineMetrics } from '../pipeline-metrics.js';
import type { MonitoredWork, ProcessContext } from '../process-context.js';
import { processMetrics } from '../process-metrics.js';
import { HttpCertificate } from '../servers/http-certificate.js';
import { surviveLostLog } from '../output.js';
import { connectWithRetry } from '../connect-with-retry.js';
import { Shutdown } from '../shutdown.js';
import { StartupError, describeStartupError } from '../startup-error.js';
import { productVersion } from '../version.js';
import { HealthModule } from './health.module.js';
import { createHttpApp } from './http-app.js';
import { addressOf } from './http-server.js';
import { MetricsModule } from './metrics.module.js';
import { serveDocs } from './serve-docs.js';

/**
 * The life of a process: settings, logs and metrics; then what `compose` builds from them; then its transport
 * and HTTP; at the end the ordered shutdown, on a signal or where the start fails. It is ready once all of it
 * runs.
 */
export async function runProcess(
  name: string,
  compose: (context: ProcessContext) => Promise<NestFastifyApplication>,
): Promise<void> {
  surviveLostLog(process.stdout, process.stderr);
  let logger = loggerOf(name, 'info');
  let [ready, failed] = [false, false];
  const exit = (code: number) => process.exit(failed ? 1 : code);
  let shutdown = new Shutdown({ logger, exit });
  try {
    const config = readConfig();
    logger = loggerOf(name, config.logLevel);
    for (const variable of config.unknownVariables) {
      logger.warn({ variable }, 'unknown setting, probably misspelt');
    }
    shutdown = new Shutdown({ logger, exit });
    shutdown.add('readiness', 'wait for the load balancer', () => delay(ready ? config.drainMs : 0));
    shutdown.listen();
    const context = contextOf(name, config, logger, shutdown);
    const app = await compose(context);
    shutdown.add('http', 'http', async () => void (await app.getHttpAdapter().close()));
    shutdown.add('stages', 'transport', () => app.close());
    await app.startAllMicroservices();
    await listen(app, config);
    ready = true;
    const url = await addressOf(app);
    logger.info({ url, engine: config.engine.kind, version: context.version, pid: process.pid }, 'ready');
  } catch (error) {
    failed = true;
    const { code, message, err } = describeStartupError(error);
    logger.fatal(code === null ? { err } : { code }, message);
    await shutdown.begin('the start failed');
  }
}

/**
 * Health, metrics and documentation over HTTP beside what the modules have. `brandOf`: for keys that are
 * limited to brands.
 */
export async function workerApp(
  context: ProcessContext,
  modules: readonly DynamicModule[],
  work: MonitoredWork,
  brandOf?: BrandOf,
): Promise<NestFastifyApplication> {
  const { config, logger } = context;
  const imports = [
    ...modules,
    HealthModule.register(context.monitor(work)),
    MetricsModule.register(context.registry),
  ];
  const access = openAccess(config, logger, brandOf);
  const app = await createHttpApp({ module: ProcessModule, imports }, logger, {
    access,
    certificate: httpCertificate(config),
    trustedProxies: config.http.trustedProxies,
  });
  serveDocs(app, context.version);
  return app;
}

@Module({})
class ProcessModule {}

/** Throws on the embedded engine: for a process that shares topics and states with other processes. */
export function requireDistributed({ engine }: Config): void {
  if (engine.kind === 'distributed') return;
  throw new StartupError(
    'this app is one process of several, on Kafka and Redis: set TALLYLINE_KAFKA and TALLYLINE_REDIS. ' +
      'Without them `npm start` runs everything in one process',
  );
}

function loggerOf(name: string, level: Config['logLevel']): Logger {
  const stream = process.stdout;
  return createLogger({ app: name, level, form: stream.isTTY ? 'lines' : 'json', stream });
}

function contextOf(name: string, config: Config, logger: Logger, shutdown: Shutdown): ProcessContext {
  const registry = createRegistry();
  const version = productVersion();
  const delays = eventLoopDelay();
  return {
    config,
    logger,
    registry,
    metrics: pipelineMetrics(registry, Date.now),
    shutdown,
    version,
    connect: (what, open) => connectWithRetry(what, open, { logger }),
    monitor: ({ stages, acks }) => {
      stageMetrics(registry, stages, Date.now);
      processMetrics(registry, { app: name, version, partitions: config.partitions }, stages);
      return {
        stages,
        acks,
        loopDelayMs: () => delays.meanMs(),
        shuttingDown: () => shutdown.begun,
        clock: Date.now,
      };
    },
  };
}

/** null: it is asked without TLS. Throws `ConfigFaults`. */
export function httpCertificate({ http }: Config): HttpCertificate | null {
  return http.certificate === null ? null : new HttpCertificate(http.certificate);
}

async function listen(app: NestFastifyApplication, { http }: Config): Promise<void> {
  try {
    await app.listen(http.port, http.host);
  } catch (error) {
    const code = Error.isError(error) && 'code' in error ? error.code : null;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw new StartupError(
      `cannot listen on ${http.host}:${http.port} (${code}): set TALLYLINE_PORT or _HOST`,
    );
  }
}
