import { randomUUID } from 'node:crypto';
import { Engine } from '#pipeline/engine/engine.js';
import { openRefusals } from '#pipeline/redrive.js';
import { requireCatalogue } from '#catalogue/load.js';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { type Config, readConfig } from '#runtime/config.js';
import { openStore } from '#store/open-store.js';
import { customerKey, type Figures, pipelineFigures, type Work } from '#test/faults/figures.js';
import { Pipeline } from '#test/faults/pipeline.js';
import { instances, type Settings } from '#test/processes/app-process.js';
import { deleteTopics } from '#test/stack/kafka/admin.js';
import { topics } from '#wire/topics.js';

/** Servers to install on. */
export interface Ground {
  /** `host:port` */
  readonly kafka: readonly string[];
  readonly replication: 1 | 3;
  /** `redis://host:port` */
  readonly redis: string;
}

const partitions = 12;
/** How long the pipeline may make no progress before it counts as stuck. */
const stallTimeoutMs = 60_000;

/** Nine processes on topics and keys of their own, and a look at them from outside. */
export class Installation implements AsyncDisposable {
  readonly pipeline: Pipeline;
  readonly log: Log;
  /** Names of its topics on the brokers. */
  readonly brokerTopics: readonly string[];
  readonly #config: Config;
  readonly #ground: Ground;
  readonly #work: Work;

  /** `sessionMs`: what its groups give a silent member; null: the default. */
  constructor(ground: Ground, work: Work, name: string, sessionMs: number | null) {
    const namespace = `${name}-${randomUUID().slice(0, 8)}`;
    const settings: Settings = {
      TALLYLINE_KAFKA: ground.kafka.join(','),
      TALLYLINE_REDIS: ground.redis,
      TALLYLINE_REPLICATION: `${ground.replication}`,
      TALLYLINE_PARTITIONS: `${partitions}`,
      TALLYLINE_NAMESPACE: namespace,
      TALLYLINE_CUSTOMER_KEY: customerKey,
      TALLYLINE_CATALOGUE: work.catalogue,
      ...work.settings,
    };
    this.#ground = ground;
    this.#work = work;
    this.#config = readConfig(settings, {});
    this.pipeline = new Pipeline(instances, settings, sessionMs);
    this.log = openLog(this.#config, { clientId: 'faults', onWarning: () => undefined });
    this.brokerTopics = Object.values(topics).map((topic) => `${namespace}.${topic.name}`);
  }

  /** Resolves when all that was accepted is in the tally, as the stored offsets have it. */
  async drained(): Promise<void> {
    const { store } = await openStore(this.#config);
    try {
      const catalogue = requireCatalogue(this.#work.catalogue);
      const engine = Engine.attach({
        log: this.log,
        store,
        partitions,
        catalogue,
        stallTimeoutMs,
      });
      try {
        await engine.drained();
      } catch (error) {
        throw new Error(`${String(error)}\n${await this.#whatIsBehind(engine)}`, { cause: error });
      }
    } finally {
      await store.close();
    }
  }

  /** For the search for the cause: what is behind, and the last log lines of each process. */
  async #whatIsBehind(engine: Engine): Promise<string> {
    const behind = (await engine.lag()).flatMap(({ stage, partitions: all }) =>
      all
        .filter(({ records }) => records > 0)
        .map(({ partition, next, end }) => `${stage.name} ${partition}: at ${next} of ${end}`),
    );
    const said = this.pipeline.slots.map(async ({ app, current }) => {
      const last = current.logged.filter(({ level }) => level !== 'info').slice(-6);
      const ready = await current.get('/health/ready').then((response) => response.text(), String);
      const samples = (await current.metrics('lag_records').catch(() => []))
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => `believes itself ${value} behind on ${labels['partition']}`);
      const head = `${app} ${current.child.pid}: ${ready}`;
      return [head, ...samples, ...last.map((line) => JSON.stringify(line))].join('\n  ');
    });
    return [...behind, ...(await Promise.all(said))].join('\n');
  }

  figures(): Promise<Figures> {
    return pipelineFigures(this.pipeline, this.#work);
  }

  /** Stage and reason of all that is refused, sorted. */
  async refused(): Promise<string[]> {
    return (await openRefusals(this.log)).map(({ stage, reason }) => `${stage}: ${reason}`).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pipeline.kill();
    await this.log.close();
    await deleteTopics(this.#ground.kafka, this.brokerTopics);
  }
}
