import { describe, expect, it } from '@jest/globals';
import { CatalogueFaults } from '#catalogue/load.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { topicSettings } from '#wire/topics.js';
import type { Centre } from './centre.js';
import { planOf } from './plan.js';
import { MemoryLog } from './ports/memory-log.js';
import { MemoryData, MemoryStore } from './ports/memory-store.js';
import { Random } from './random.js';
import { microtasks } from './world/crew.js';
import { type Fate, Gates, type SimProcess } from './world/gates.js';
import { closeWith, lookups, meterIn, tallyIn } from './world/installation.js';
import { StageProcess } from './world/stage-process.js';

/**
 * `amended` has an amendment of `care-hours` from 28 March on, which `first` lacks. So once a close has used
 * `amended`, `first` is an edit in place, and before that it is not; `amended` after `first` never is one.
 */
const act = { author: 'Ada', reason: null, at: 0 };

/** Something that goes on call by call, until it says what came of it. */
interface Running {
  readonly process: SimProcess;
  /** null: not yet. */
  readonly outcome: () => string | null;
}

class Office {
  readonly log = new MemoryLog(() => 0);
  readonly #store = new MemoryStore(new MemoryData());
  readonly #gates = new Gates(this.log, new Random(1));

  /** With a catalogue in force, and stages that have claimed what they work on. */
  static async open(inForce: Centre['name']): Promise<Office> {
    const office = new Office();
    await office.log.createTopics(topicSettings(1));
    await new CatalogueLog(office.log).apply(lookups[inForce].catalogue, act, null);
    const options = { ...planOf(1).options, partitions: 1 };
    for (const make of [meterIn, tallyIn]) {
      const stage = new StageProcess({
        name: 'stage',
        stage: () => make(office.log, office.#store, options, () => undefined),
        partitions: [0],
        log: office.log,
        logOf: () => office.log,
        onStopped: (where, error) => {
          throw new Error(where, { cause: error });
        },
      }).begin();
      while (stage.isBusy) await microtasks();
    }
    return office;
  }

  close(under: Centre['name'], mode: 'close' | 'adjust' = 'close'): Running {
    return this.#run('close', async (log, store) => {
      const asked = { contract: 'care-hours', period: '2026-03', mode };
      return (await closeWith(log, store, under, 1, asked)).status;
    });
  }

  apply(name: Centre['name']): Running {
    return this.#run('apply', async (log) => {
      const catalogues = new CatalogueLog(log);
      try {
        const { status } = await catalogues.apply(lookups[name].catalogue, act, await catalogues.inForce());
        return status;
      } catch (error) {
        if (error instanceof CatalogueFaults) return 'edited';
        throw error;
      }
    });
  }

  /** Lets so many calls through, or all; returns what came of it. */
  async goOn(running: Running, calls = Infinity): Promise<string | null> {
    for (let made = 0; made < calls && running.outcome() === null;) {
      if (await this.#letThrough(running, 'pass')) made += 1;
    }
    return running.outcome();
  }

  /** Its next call takes effect, and it does not learn of it. */
  async die(running: Running): Promise<void> {
    while (!(await this.#letThrough(running, 'crashAfter'))) {
      if (running.outcome() !== null) throw new Error('it has come to its end');
    }
  }

  async #letThrough({ process, outcome }: Running, fate: Fate): Promise<boolean> {
    await microtasks();
    const waiting = this.#gates.waiting.find((call) => call.process === process);
    if (waiting === undefined || outcome() !== null) return false;
    this.#gates.open(waiting, fate);
    await microtasks();
    return true;
  }

  #run(
    name: string,
    work: (log: ReturnType<Gates['logOf']>, store: ReturnType<Gates['storeOf']>) => Promise<string>,
  ): Running {
    const process: SimProcess = { name, isDead: false };
    let outcome: string | null = null;
    work(this.#gates.logOf(process), this.#gates.storeOf(process, this.#store)).then(
      (status) => (outcome = status),
      (error: unknown) => (outcome = String(error)),
    );
    return { process, outcome: () => outcome };
  }

  /** Version of the catalogue in force. */
  async inForce(): Promise<string | undefined> {
    return (await new CatalogueLog(this.log).inForce())?.version;
  }
}

/** How many calls something makes where nothing is between. */
async function callsOf(inForce: Centre['name'], begin: (office: Office) => Running): Promise<number> {
  const office = await Office.open(inForce);
  const running = begin(office);
  let calls = 1;
  while ((await office.goOn(running, 1)) === null) calls += 1;
  return calls;
}

interface Change {
  readonly from: Centre['name'];
  readonly to: Centre['name'];
}

/** The close goes on for some calls, then the act for some, then the close to its end, and the act. */
async function raced(
  { from, to }: Change,
  calls: { readonly close: number; readonly apply: number },
): Promise<{ readonly office: Office; readonly outcome: string }> {
  const office = await Office.open(from);
  const [closing, applying] = [office.close(from), office.apply(to)];
  await office.goOn(closing, calls.close);
  await office.goOn(applying, calls.apply);
  await office.goOn(closing);
  await office.goOn(applying);
  return { office, outcome: `${closing.outcome()} / ${applying.outcome()}` };
}

/** Every place at which one of them may interrupt the other, twice. */
async function everyRace(
  change: Change,
  look: (what: object, office: Office, outcome: string) => Promise<void>,
): Promise<string[]> {
  const seen = new Set<string>();
  const [closeCalls, applyCalls] = [
    await callsOf(change.from, (office) => office.close(change.from)),
    await callsOf(change.from, (office) => office.apply(change.to)),
  ];
  for (let close = 0; close <= closeCalls; close++) {
    for (let apply = 0; apply <= applyCalls; apply++) {
      const { office, outcome } = await raced(change, { close, apply });
      await look({ close, apply }, office, outcome);
      seen.add(outcome);
    }
  }
  return [...seen].toSorted();
}

const { first, amended } = lookups;

/** Under what is in force the period is closed where it is not, and adjusted: nothing stands in the way. */
async function closesNow(office: Office): Promise<string[]> {
  const under = (await office.inForce()) === first.catalogue.version ? 'first' : 'amended';
  return [
    (await office.goOn(office.close(under))) ?? '',
    (await office.goOn(office.close(under, 'adjust'))) ?? '',
  ];
}

describe('A close and a catalogue that edits in place what the close uses', () => {
  it('exclude each other, whichever comes first: one is done, the other refused, and nothing is stuck', async () => {
    const seen = await everyRace({ from: 'amended', to: 'first' }, async (calls, office, outcome) => {
      const [closed, applied] = outcome.split(' / ');
      const inForce = applied === 'applied' ? first.catalogue.version : amended.catalogue.version;
      expect([calls, await office.inForce()]).toEqual([calls, inForce]);
      expect([calls, closed === 'closed']).toEqual([calls, applied !== 'applied']);
      expect([calls, await closesNow(office)]).toEqual([calls, ['closed', 'closed']]);
    });
    expect(seen).toEqual(['closed / edited', 'overtaken / applied', 'superseded / applied']);
  }, 300_000);

  it('let the next of either go on where one of them dies at any of its calls', async () => {
    const calls = await callsOf('amended', (office) => office.apply('first'));
    for (let before = 0; before < calls; before++) {
      const office = await Office.open('amended');
      const applying = office.apply('first');
      await office.goOn(applying, before);
      await office.die(applying);
      const inForce = await office.inForce();
      expect([before, await closesNow(office)]).toEqual([before, ['closed', 'closed']]);
      expect([before, await office.inForce()]).toEqual([before, inForce]);
      const again = inForce === first.catalogue.version ? 'unchanged' : 'edited';
      expect([before, await office.goOn(office.apply('first'))]).toEqual([before, again]);
    }
  }, 300_000);
});

describe('A close and a catalogue that leaves alone what the close uses', () => {
  it('do not hold up the act: it is applied, before the close or after it', async () => {
    const seen = await everyRace({ from: 'first', to: 'amended' }, async (calls, office, outcome) => {
      expect([calls, outcome.split(' / ')[1]]).toEqual([calls, 'applied']);
      expect([calls, await office.goOn(office.close('amended', 'adjust'))]).toEqual([calls, 'closed']);
    });
    expect(seen).toEqual(['closed / applied', 'overtaken / applied', 'superseded / applied']);
  }, 300_000);
});
