import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Catalogue, ConfirmedWork } from '#catalogue/catalogue.js';
import { confirming, withConfirmed } from '#catalogue/confirmed.js';
import type { ImplausibleWork } from '#domain/scope/plausibility.js';
import { holdingTogether, implausibleWork } from '#domain/scope/plausible-work.js';
import { programmesOf } from '#domain/scope/work-scope.js';
import type { Log } from '#log/log.js';
import type { Act, CatalogueLog, LoggedEntry } from '#pipeline/catalogue-log.js';
import { eachPosting } from './each-posting.js';
import { journalEnds } from './cut.js';
import { readAllHeldTogether } from './read-held.js';

/** Work that is held since it exceeds a limit of its connection. */
export interface HeldWork extends ImplausibleWork {
  readonly connection: string;
  /** The first that it is about; null: none. */
  readonly programme: string | null;
  /** What the connection allows, ms; null: it allows a number of pieces at once. */
  readonly limitMs: number | null;
}

/** All of it, as the journal is now, under the limits and confirmations of a catalogue; by its begin. */
async function heldWork(log: Log, lookup: CatalogueIndex): Promise<HeldWork[]> {
  const found = new Map<string, { readonly held: HeldWork; count: number }>();
  const ends = await journalEnds(log);
  const scope = holdingTogether(lookup, await readAllHeldTogether(log, ends, lookup));
  await eachPosting(log, ends, ({ content, sign }) => {
    for (const each of implausibleWork(content, scope)) {
      const limits = lookup.plausibility?.limitsOf(content.connection);
      const programme = programmesOf(content, lookup)[0] ?? null;
      const limitMs = each.limit === 'atOnce' ? null : (limits?.[`${each.limit}Ms`] ?? 0);
      const held: HeldWork = { ...each, connection: content.connection, programme, limitMs };
      const key = JSON.stringify(held);
      const known = found.get(key) ?? { held, count: 0 };
      found.set(key, known);
      known.count += sign;
    }
  });
  return [...found.values()]
    .filter(({ count }) => count > 0)
    .map(({ held }) => held)
    .sort((a, b) => a.startedAt - b.startedAt || (a.work < b.work ? -1 : 1));
}

/** Implausible work and the acts on it, as HTTP routes and the command line need them. */
export interface ImplausibleService {
  /** What is held now, under the catalogue in force. */
  held(): Promise<readonly HeldWork[]>;
  /** What was confirmed, by work. */
  confirmed(): Promise<readonly ConfirmedWork[]>;
  /**
   * What is held of these works counts from here on, as long as it takes no longer than it does now; closed
   * periods get an adjustment. An entry in the log of catalogues, so a close is made with it or without it.
   */
  confirm(works: readonly string[], act: Confirmation): Promise<ConfirmResult>;
  /** What was confirmed of these works is held again. */
  withdraw(works: readonly string[], act: Confirmation): Promise<ConfirmResult>;
}

/** Why is required. */
export type Confirmation = Act & { readonly reason: string };

export type ConfirmResult =
  | { readonly status: 'done'; readonly entry: LoggedEntry; readonly works: readonly ConfirmedLength[] }
  /** Of these nothing is held, or nothing was confirmed. Nothing was written. */
  | { readonly status: 'notFound'; readonly works: readonly string[] }
  /** Another catalogue was put in force meanwhile. Nothing was written. */
  | { readonly status: 'overtaken'; readonly inForce: LoggedEntry };

type ConfirmedLength = Pick<ConfirmedWork, 'work' | 'limit' | 'ms'>;

export function implausibleService(log: Log, catalogues: CatalogueLog): ImplausibleService {
  const changed = async (
    works: readonly string[],
    act: Confirmation,
    name: 'work-confirmed' | 'confirmation-withdrawn',
    change: (catalogue: Catalogue) => Promise<Change>,
  ): Promise<ConfirmResult> => {
    const since = await catalogues.inForce();
    if (since === null) return { status: 'notFound', works };
    const catalogue = await catalogues.catalogueOf(since);
    const { found, confirmed } = await change(catalogue);
    const missing = works.filter((work) => !found.some((each) => each.work === work));
    if (missing.length > 0) return { status: 'notFound', works: missing };
    const next = withConfirmed(catalogue, confirmed);
    const result = await catalogues.applyConfirmed(next, act, since, [name, works]);
    if (result.status === 'overtaken') return result;
    const lengths = found.map(({ work, limit, ms }) => ({ work, limit, ms }));
    return { status: 'done', entry: result.entry, works: lengths };
  };
  return {
    held: async () => {
      const catalogue = await catalogues.catalogueInForce();
      return catalogue === null ? [] : heldWork(log, catalogueIndex(catalogue));
    },
    confirmed: async () => (await catalogues.catalogueInForce())?.confirmed ?? [],
    confirm: async (works, act) =>
      changed(works, act, 'work-confirmed', async (catalogue) => {
        const held = await heldWork(log, catalogueIndex(catalogue));
        const found = held.filter(({ work }) => works.includes(work));
        const { author, reason, at } = act;
        const more = found.map(({ work, limit, ms }) => ({ work, limit, ms, author, reason, at }));
        return { found, confirmed: confirming(catalogue, more) };
      }),
    withdraw: async (works, act) =>
      changed(works, act, 'confirmation-withdrawn', async ({ confirmed = [] }) => {
        const [found, kept] = [true, false].map((isNamed) =>
          confirmed.filter(({ work }) => works.includes(work) === isNamed),
        );
        return Promise.resolve({ found: found ?? [], confirmed: kept ?? [] });
      }),
  };
}

interface Change {
  readonly found: readonly ConfirmedLength[];
  /** All that is confirmed then. */
  readonly confirmed: readonly ConfirmedWork[];
}
