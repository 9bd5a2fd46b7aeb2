import { describe, expect, it } from '@jest/globals';
import type { Fact } from '#domain/fact/fact.js';
import { fact } from '#domain/contact/facts.fixture.js';
import type { CloseMode, CloseResult } from '#pipeline/close/close-period.js';
import { catalogueAtStart, CatalogueLog } from '#pipeline/catalogue-log.js';
import { partitionOf } from '#log/partition.js';
import { encodeFact } from '#wire/facts.js';
import type { RefusedRecord } from '#wire/refused.js';
import { topics, topicSettings } from '#wire/topics.js';
import { compareAmounts, priceOf } from './check-invoices.js';
import { contentsOf } from './oracle/contents.js';
import { planOf } from './plan.js';
import { MemoryLog } from './ports/memory-log.js';
import { MemoryData, MemoryStore } from './ports/memory-store.js';
import { Random } from './random.js';
import { Records } from './records.js';
import { Gates, type SimProcess } from './world/gates.js';
import { closeWith, lookups, meterIn, tallyIn } from './world/installation.js';
import { type StageInProcess, StageProcess } from './world/stage-process.js';

/**
 * A flow small enough for every order. The customer of the first contact becomes known after it was counted:
 * its reversal goes to the journal partition of the contact, its new posting to that of the customer. The
 * second contact is of the same customer, an hour later, so the first was not resolved.
 */
const partitions = 2;
const late = 'pbx:late0';
const other = 'pbx:other2';
const customer = 'v1';
const at = Date.UTC(2026, 2, 28, 12);

const row = (entity: string, own: object, after: number) =>
  fact('segment.summarized', at + after, {
    entity,
    connection: 'pbx',
    queue: 'pbx:q3',
    agent: 'pbx:a1',
    enteredAt: at + after,
    waitMs: 3_000,
    ...own,
  });
const flow: readonly Fact[] = [
  row(late, { customer: null }, 0),
  fact('contact.identified', at + 60_000, { entity: late, connection: 'pbx', customer }),
  row(other, { customer }, 3_600_000),
];
const place = (key: string): number => partitionOf(key, partitions);

/**
 * One fact of a partition is metered in two steps; in between the postings are there and the state is not.
 */
type Step = `${'append' | 'commit'} ${number}`;

/** Every order in which the partitions of the meter may take their steps, from the first one on. */
function orders(left: readonly number[]): Step[][] {
  const tails = left.flatMap((count, partition) => {
    if (count === 0) return [];
    const step: Step = `${count % 2 === 0 ? 'append' : 'commit'} ${partition}`;
    return orders(left.with(partition, count - 1)).map((rest) => [step, ...rest]);
  });
  return tails.length === 0 ? [[]] : tails;
}

/** Every beginning of every order, once. */
function beginnings(): Step[][] {
  const steps = Array.from({ length: partitions }, (_, partition) => {
    return 2 * flow.filter(({ entity }) => place(entity) === partition).length;
  });
  const all = orders(steps).flatMap((order) =>
    [...order.keys(), order.length].map((end) => order.slice(0, end)),
  );
  return [...new Map(all.map((some) => [some.join(), some])).values()];
}

/** An installation that takes one step after the other. */
class Stepped {
  readonly log = new MemoryLog(() => at);
  readonly #store = new MemoryStore(new MemoryData());
  readonly #gates = new Gates(this.log, new Random(1));
  readonly #options = { ...planOf(1).options, partitions, cachedEntities: 50, cachedChains: 50 };
  /** A process for each partition. */
  readonly #meters = [0, 1].map((partition) =>
    this.#stage([partition], (process) => {
      const [log, store] = [this.#gates.logOf(process), this.#gates.storeOf(process, this.#store)];
      return meterIn(log, store, this.#options, refused);
    }),
  );
  readonly #tally = this.#stage([0, 1], (process) =>
    tallyIn(this.#gates.logOf(process), this.#store, this.#options, refused),
  );

  static async create(): Promise<Stepped> {
    const world = new Stepped();
    await world.log.createTopics(topicSettings(partitions));
    await catalogueAtStart(new CatalogueLog(world.log), lookups.first.catalogue, 0);
    for (const each of flow) {
      await world.log.append(topics.facts.name, [{ key: each.entity, value: encodeFact(each) }]);
    }
    for (const stage of [...world.#meters, world.#tally]) {
      stage.begin();
      await world.#until(stage, () => !stage.isBusy);
    }
    return world;
  }

  async step(step: Step): Promise<void> {
    const partition = Number(step.split(' ')[1]);
    const meter = this.#meter(partition);
    if (step.startsWith('commit')) return this.#until(meter, () => !meter.isBusy);
    const before = this.#postings();
    meter.start(partition, 1);
    return this.#until(meter, () => this.#postings() > before);
  }

  /** The tally counts up to so many postings of a partition. */
  async count(partition: number, postings: number): Promise<void> {
    for (let counted = 0; counted < postings && this.#tally.idle().includes(partition); counted++) {
      this.#tally.start(partition, 1);
      await this.#until(this.#tally, () => !this.#tally.isBusy);
    }
  }

  async finish(): Promise<void> {
    for (const [partition, meter] of this.#meters.entries()) {
      await this.#until(meter, () => !meter.isBusy);
      while (meter.idle().length > 0) {
        meter.start(partition, 1);
        await this.#until(meter, () => !meter.isBusy);
      }
    }
    for (let partition = 0; partition < partitions; partition++) await this.count(partition, Infinity);
  }

  /** `beforeCall`: called with the number of each call of a port, before it takes effect. */
  async close(mode: CloseMode, beforeCall: (call: number) => Promise<void>): Promise<CloseResult> {
    const process: SimProcess = { name: 'invoicer', isDead: false };
    const [log, store] = [this.#gates.logOf(process), this.#gates.storeOf(process, this.#store)];
    let result: CloseResult | null = null;
    const asked = { contract: 'shop-acts', period: '2026-03', mode };
    const closing = closeWith(log, store, 'first', partitions, asked).then((closed) => (result = closed));
    for (let call = 0; result === null;) {
      await nextTurn();
      const waiting = this.#gates.waiting.find((each) => each.process === process);
      if (waiting === undefined) continue;
      await beforeCall(call++);
      this.#gates.open(waiting, 'pass');
    }
    return closing;
  }

  /** What was invoiced up to a revision differs from what the facts below its cut cost. */
  differences(): string[] {
    const records = new Records(this.log, partitions);
    const found: string[] = [];
    for (const { contract, period, close, events } of records.invoiced()) {
      const facts = records.facts(close.cut.facts);
      const expected = priceOf(contract, period, 'first', contentsOf(facts));
      compareAmounts('price-at-cut', `${close.cut.facts}`, events, expected, (_, message) =>
        found.push(message),
      );
    }
    return found;
  }

  #postings(): number {
    return this.log.endsNow(topics.postings.name).reduce((sum, end) => sum + end, 0);
  }

  #meter(partition: number): StageProcess {
    const meter = this.#meters[partition];
    if (meter === undefined) throw new Error(`there is no partition ${partition}`);
    return meter;
  }

  #stage(own: readonly number[], make: (process: SimProcess) => StageInProcess): StageProcess {
    return new StageProcess({
      name: 'stage',
      stage: make,
      partitions: own,
      log: this.log,
      logOf: (process) => this.#gates.logOf(process),
      onStopped: (where, error) => {
        throw new Error(where, { cause: error });
      },
    });
  }

  /** Lets the calls of a process through, one at a time, until it has come so far. */
  async #until(process: SimProcess, isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      const waiting = this.#gates.waiting.find((each) => each.process === process);
      if (waiting !== undefined) this.#gates.open(waiting, 'pass');
      await nextTurn();
    }
  }
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function refused({ message }: RefusedRecord): never {
  throw new Error(message);
}

const undisturbed = async (): Promise<void> => undefined;

describe('A close while customers become known late', () => {
  it('has the flow that it is about: both halves of the change lie in different partitions', () => {
    expect([place(late), place(other), place(customer)]).toEqual([0, 1, 1]);
  });

  it('costs what a prefix of the facts costs, wherever meter and tally stand', async () => {
    const faults: string[] = [];
    for (const steps of beginnings()) {
      for (const counted of [0, 1, 2].flatMap((first) => [0, 1, 2].map((second) => [first, second]))) {
        const world = await Stepped.create();
        for (const step of steps) await world.step(step);
        for (const [partition, postings] of counted.entries()) await world.count(partition, postings);
        const { status } = await world.close('close', undisturbed);
        const found = status === 'closed' ? world.differences() : [status];
        faults.push(...found.map((text) => `${steps.join()} / ${counted.join()}: ${text}`));
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('does so whatever is done between its own calls, and the adjustment after it holds the rest', async () => {
    const faults: string[] = [];
    const all = beginnings();
    for (const steps of all) {
      const bursts = all.filter((more) => more.length > steps.length && more.join().startsWith(steps.join()));
      for (const burst of bursts.filter(({ length }) => length - steps.length === 2)) {
        for (let disturbed = 0, calls = Infinity; disturbed < calls; disturbed++) {
          const world = await Stepped.create();
          for (const step of steps) await world.step(step);
          for (const partition of [0, 1]) await world.count(partition, Infinity);
          let made = 0;
          const { status } = await world.close('close', async (call) => {
            made = call + 1;
            if (call !== disturbed) return;
            for (const step of burst.slice(steps.length)) await world.step(step);
            for (const partition of [0, 1]) await world.count(partition, Infinity);
          });
          calls = made;
          await world.finish();
          const adjusted = await world.close('adjust', undisturbed);
          const found = status === 'closed' && adjusted.status === 'closed' ? world.differences() : [status];
          const facts = adjusted.status === 'closed' ? adjusted.close.cut.facts : [];
          if (facts.reduce((sum, next) => sum + next, 0) !== flow.length) found.push(`not all: ${facts}`);
          faults.push(...found.map((text) => `${burst.join()} at call ${disturbed}: ${text}`));
        }
      }
    }
    expect(faults).toEqual([]);
  }, 300_000);
});
