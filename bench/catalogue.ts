import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import { type PostingContent, postingKey } from '#domain/posting/posting.js';
import type { Log } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { auditSums } from '#pipeline/audit/audit-sums.js';
import { onlyCatalogue, type TallyCatalogues } from '#pipeline/tally/tally-state.js';
import { tally, type TallyHandler } from '#pipeline/tally/tally.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { manyContracts, manyPostings } from './measure/many-contracts.js';
import { figure, print, times } from './measure/report.js';

export const title =
  'a changed catalogue over twelve months of journal, beside a tally from its first record';

const months = 12;
const dayMs = 86_400_000;
const monthMs = 30.5 * dayMs;
const hired = 'agent-7';
const mapped = '3-orders';

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-bench-'));
  const log = openSqliteLog({ directory });
  const [store, scratch] = ['store', 'scratch'].map(
    (name) => new SqliteStore({ directory: directory + name }),
  );
  if (store === undefined || scratch === undefined) throw new Error('there are two stores');
  try {
    await log.createTopics(topicSettings(1));
    const total = await fill(log, short ? 200 : 5_000);
    const steps = changes(manyContracts(200));
    const views = steps.map(({ after }) => catalogueView(catalogueIndex(after)));
    const following = new Following(views);
    const handler = tally({ log, store, catalogues: following, onRefused: failed });
    const rebuild = await secondsOf(async () => count(log, handler, total));
    const rows = [['a tally from the first record', figure(rebuild, 2), figure(total / rebuild), '1']];
    for (const { what } of steps.slice(1)) {
      following.next();
      const seconds = await secondsOf(async () => {
        while (await handler.takeOver());
      });
      rows.push([what, figure(seconds, 3), '', times(rebuild / seconds)]);
    }
    const { compared, differing } = await audited(log, store, scratch, views.at(-1));
    print(`${figure(total)} postings of ${months} months, 200 contracts, one partition`, head, rows);
    process.stdout.write(`${figure(compared)} sums and states compared in the end, ${differing} differ\n`);
  } finally {
    await Promise.all([log.close(), store.close(), scratch.close()]);
    for (const each of ['', 'store', 'scratch']) rmSync(directory + each, { recursive: true, force: true });
  }
}

const head = ['what is done', 'seconds', 'postings/s', 'quicker than from the first record'];

/** Each catalogue is the one before with one change. */
function changes(all: Catalogue): { readonly what: string; readonly after: Catalogue }[] {
  const agents = all.agents.filter(({ ids }) => ids[0]?.native !== hired);
  const programmes = all.programmes.map((each) => {
    return { ...each, queues: each.queues.filter(({ native }) => native !== mapped) };
  });
  const since = Date.UTC(2026, 2, 15);
  let now: Catalogue = { ...all, agents, programmes, version: 'before' };
  const edit = (what: string, change: Partial<Catalogue>) => {
    now = { ...now, ...change, version: what };
    return { what, after: now };
  };
  const [agent] = all.agents;
  if (agent === undefined) throw new Error('there are agents');
  const fresh = { ...agent, code: 'NEW', ids: [{ connection: 'centre', native: 'agent-new' }] };
  return [
    { what: 'before', after: now },
    edit('an agent hired today', { agents: [...agents, fresh] }),
    edit('an agent who worked all year', { agents: [...all.agents, fresh] }),
    edit('a queue mapped, used all year', { programmes: all.programmes }),
    edit('one contract amended, for the last two weeks', { contracts: amended(all.contracts, 5, since) }),
    edit('one contract amended, for all the year', {
      contracts: amended(all.contracts, 6, since - months * monthMs),
    }),
    edit('another threshold of one programme', {
      programmes: all.programmes.map((each, index) =>
        index === 9 ? { ...each, thresholdsMs: [15_000, 20_000] } : each,
      ),
    }),
    edit('a seller with another name', { contracts: renamed(all.contracts) }),
  ];
}

function amended(contracts: readonly Contract[], index: number, from: number): Contract[] {
  return contracts.map((contract, place) => {
    const last = contract.versions.at(-1);
    if (place !== index || last === undefined) return contract;
    const further = {
      ...last,
      version: last.version + 1,
      from: Math.max(from, (last.from ?? from - 1) + 1),
      reason: 'agreed',
    };
    return { ...contract, versions: [...contract.versions, further] };
  });
}

function renamed(contracts: readonly Contract[]): Contract[] {
  return contracts.map((each) => ({ ...each, seller: { ...each.seller, name: 'Another' } }));
}

/** What is in force changes one step at a time. */
class Following implements TallyCatalogues {
  readonly #views: readonly CatalogueView[];
  #at = 0;

  constructor(views: readonly CatalogueView[]) {
    this.#views = views;
  }

  next(): void {
    this.#at += 1;
  }

  async inForce(): Promise<CatalogueView> {
    return this.#known(this.#views[this.#at]);
  }

  async find(version: string): Promise<CatalogueView> {
    return this.#known(this.#views.find(({ catalogueVersion }) => catalogueVersion === version));
  }

  #known(view: CatalogueView | undefined): CatalogueView {
    if (view === undefined) throw new Error('there is no such catalogue');
    return view;
  }
}

/** Month after month of the same kind of work. Returns the number of postings. */
async function fill(log: Log, perMonth: number): Promise<number> {
  const write = journalWriter();
  let offset = 0;
  for (let month = 0; month < months; month++) {
    const shiftMs = (month - months + 1) * monthMs;
    const records = [...manyPostings(perMonth, month + 1)].map(({ sign, content: drawn }) => {
      const content = shifted(drawn, shiftMs, `${month}-`);
      const position = { partition: 0, offset: offset++, index: 0 };
      return { key: postingKey(content), value: write([{ position, sign, content }]) };
    });
    await log.append(topics.postings.name, records);
  }
  return offset;
}

/** The same at another time, of another entity. */
function shifted(content: PostingContent, byMs: number, prefix: string): PostingContent {
  const names = new Set(['contact', 'activity', 'outcome']);
  return JSON.parse(JSON.stringify(content), (key, value: unknown) => {
    if (typeof value === 'number' && value > 1e12) return value + byMs;
    return names.has(key) && typeof value === 'string' ? prefix + value : value;
  }) as PostingContent;
}

async function count(log: Log, handler: TallyHandler, end: number): Promise<void> {
  for (let next = await handler.assigned(0); next < end;) {
    const records = await log.read(topics.postings.name, 0, next, 1_000);
    const result = await handler.batch({ topic: topics.postings.name, partition: 0, records, end });
    if (result.status !== 'done') throw new Error(`a batch is ${result.status}`);
    next = result.next;
  }
}

async function audited(log: Log, store: Store, scratch: Store, view: CatalogueView | undefined) {
  if (view === undefined) throw new Error('there is a last catalogue');
  return auditSums(0, { log, store, scratch, catalogues: onlyCatalogue(view) });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

function failed(refused: { readonly message: string }): never {
  throw new Error(refused.message);
}
