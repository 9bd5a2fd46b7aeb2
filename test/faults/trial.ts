import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '#apps/cli/demo/random.js';
import { deliver, type Parcel, parcelsOf } from '#test/faults/connector.js';
import { acceptance, type Figures, type Work } from '#test/faults/figures.js';
import { inflict, type Scene, Turns } from '#test/faults/inflict.js';
import { Installation } from '#test/faults/installation.js';
import type { Pipeline } from '#test/faults/pipeline.js';
import { type Schedule, shuffled, type TimedFault } from '#test/faults/schedule.js';
import { until } from '#test/faults/until.js';
import type { KafkaStack } from '#test/stack/kafka/cluster.js';
import type { RedisStack } from '#test/stack/redis/redis.js';

/** Servers that a trial inflicts faults on, and leaves running. */
export interface Servers {
  readonly kafka: KafkaStack;
  readonly redis: RedisStack;
}

export interface Result<Found> {
  readonly figures: Found;
  /** Stage and reason of what is refused in the end, sorted. */
  readonly refused: readonly string[];
  readonly deliveries: number;
  /** Of processes, the first of each instance not counted. */
  readonly restarts: number;
  /** To the last process that is ready, to the end of the last fault, to the end. */
  readonly seconds: readonly [number, number, number];
}

/** Session timeout of the trial's groups, instead of the default of 15 s. */
const sessionMs = 4_000;
/** For the brokers: else they allow no session that short. */
export const brokerSettings = { 'group.min.session.timeout.ms': '2000' };

const deliveriesAtOnce = 60;
const paceMs = 60;
const slowPaceMs = 700;
/** Share of the input that is kept for the time when faults are still under way. */
const reserve = 0.25;

/** What a trial reads in the end, and does besides. */
export interface Reading<Found> {
  readonly figures: (installation: Installation) => Promise<Found>;
  /** Done once when half of the input has been acknowledged. */
  readonly midway?: (pipeline: Pipeline) => Promise<void>;
}

/** The figures of the work, for a comparison with those of the embedded engine. */
export const workFigures: Reading<Figures> = { figures: async (installation) => installation.figures() };

/**
 * All of the work delivered and all of the schedule done to fresh processes and servers; then the figures.
 */
export async function attempt<Found>(
  schedule: Schedule,
  { kafka, redis }: Servers,
  work: Work,
  reading: Reading<Found>,
): Promise<Result<Found>> {
  const seconds = stopwatch();
  await redis.server.ask('FLUSHALL');
  const ground = { kafka: kafka.bootstrap, replication: schedule.brokers, redis: redis.url };
  await using installation = new Installation(ground, work, `faults-${schedule.seed}`, sessionMs);
  const { pipeline, log, brokerTopics } = installation;
  await pipeline.start();
  const startedAt = seconds();
  const drive = new Drive(schedule, pipeline, work, reading.midway);
  const turns = new Turns();
  const scene: Scene = {
    pipeline,
    kafka,
    redis: redis.server,
    log,
    brokerTopics,
    sessionMs,
    moreParcels: (count) => drive.moreParcels(count),
    deliverAllAgain: () => drive.again(),
    askForClose: () => void askForClose(pipeline, work),
    deliverPoison: () => deliver(pipeline.one('intake', 0), poisonParcel(work)),
  };
  await drive.run((fault) => inflict(fault, scene, turns));
  const drivenAt = seconds();
  await installation.drained();
  for (const fault of schedule.faults.filter(isOfTheEnd)) await inflict(fault, scene, turns);
  const figures = await reading.figures(installation);
  return {
    figures,
    refused: await installation.refused(),
    deliveries: drive.delivered,
    restarts: pipeline.slots.reduce((sum, slot) => sum + slot.starts - 1, 0),
    seconds: [startedAt, drivenAt, seconds()],
  };
}

/** What is refused after this schedule: the poison, and nothing else. */
export function expectedRefusals({ faults }: Schedule): string[] {
  const poisoned = faults.some(({ fault }) => fault.kind === 'poison in every topic');
  return poisoned
    ? ['meter: unreadable', 'normalizer: unknown-kind', 'normalizer: unreadable', 'tally: unreadable']
    : [];
}

/** The invoicer works only when it is asked to. */
function isOfTheEnd({ fault }: TimedFault): boolean {
  return 'app' in fault && fault.app === 'invoicer';
}

function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round((performance.now() - started) / 100) / 10;
}

/** Sends the input and begins each fault when its time has come. */
class Drive {
  readonly #schedule: Schedule;
  readonly #pipeline: Pipeline;
  readonly #parcels: readonly Parcel[];
  readonly #queue: Parcel[];
  readonly #random;
  #midway: ((pipeline: Pipeline) => Promise<void>) | null;
  #sent = 0;
  #pending = 0;
  delivered = 0;

  constructor(schedule: Schedule, pipeline: Pipeline, work: Work, midway: Reading<unknown>['midway']) {
    this.#schedule = schedule;
    this.#pipeline = pipeline;
    this.#midway = midway ?? null;
    this.#random = seededRandom(schedule.seed);
    this.#parcels = shuffled(parcelsOf(work.deliveries, deliveriesAtOnce), this.#random);
    this.#queue = [...this.#parcels];
  }

  /** Resolves when everything is acknowledged and every fault is over. */
  async run(begin: (fault: TimedFault) => Promise<void>): Promise<void> {
    const faults = this.#schedule.faults.filter((each) => !isOfTheEnd(each));
    const begun: Promise<void>[] = [];
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => undefined);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const share = this.#sent / this.#parcels.length;
      for (const fault of faults.filter(({ after }) => after <= share).slice(begun.length)) {
        this.#pending += 1;
        const over = begin(fault).finally(() => (this.#pending -= 1));
        over.catch((error: unknown) => failure.reject(error));
        begun.push(over);
      }
      await delay(this.#isReserve() && this.#pending > 0 ? slowPaceMs : paceMs);
      await Promise.race([deliver(this.#pipeline.one('intake', 0), next), failure.promise]);
      this.#sent += 1;
      this.delivered += next.deliveries;
      if (this.#sent < this.#parcels.length / 2) continue;
      const midway = this.#midway;
      this.#midway = null;
      await midway?.(this.#pipeline);
    }
    if (begun.length < faults.length) throw new Error('the input ended before the last fault began');
    await Promise.all(begun);
  }

  again(): void {
    this.#queue.push(...shuffled(this.#parcels, this.#random));
  }

  async moreParcels(count: number): Promise<void> {
    const enough = this.#sent + count;
    await until(`${count} more parcels`, () => this.#sent >= enough || this.#queue.length === 0, 120_000);
  }

  #isReserve(): boolean {
    return this.#queue.length < reserve * this.#parcels.length;
  }
}

async function askForClose(pipeline: Pipeline, { contracts, period }: Work): Promise<void> {
  const url = await pipeline.one('invoicer', 0).ready();
  const path = `/v1/contracts/${contracts[0]}/periods/${period}/close?adjust=true&${acceptance}`;
  await fetch(url + path, { method: 'POST' }).catch(() => undefined);
}

/** A delivery of a connection of the work that no platform would send. */
function poisonParcel({ deliveries }: Work): Parcel {
  const { connection } = deliveries.find(({ kind }) => kind !== 'outcome') ?? { connection: '' };
  const body = `${JSON.stringify({ source: 'no-platform', kind: 'poison' })}\n`;
  return { path: `/v1/deliveries/${connection}/batch`, deliveries: 1, body };
}
