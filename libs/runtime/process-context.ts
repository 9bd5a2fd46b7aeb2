import type { Config } from './config.js';
import type { HealthSources } from './health.js';
import type { Logger } from './logging.js';
import type { Registry } from './metrics.js';
import type { PipelineMetrics } from './pipeline-metrics.js';
import type { Shutdown } from './shutdown.js';

/** What every process has, whatever it does. */
export interface ProcessContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly metrics: PipelineMetrics;
  /** Takes a step for each thing that the process opens; HTTP and transport are in it already. */
  readonly shutdown: Shutdown;
  readonly version: string;
  /** Opens a server's client; waits where the server is unavailable, and logs that. */
  connect<T>(what: 'Kafka' | 'Redis', open: () => Promise<T>): Promise<T>;
  /** Sources for health; from then on the metrics have each partition of the stages. */
  monitor(work: MonitoredWork): HealthSources;
}

/** The work of a process that health and metrics observe. */
export type MonitoredWork = Pick<HealthSources, 'stages' | 'acks'>;
