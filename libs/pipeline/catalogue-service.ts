import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueChanges, type CatalogueChange } from '#catalogue/changes.js';
import type { Act, ApplyResult, CatalogueLog, LoggedEntry } from './catalogue-log.js';

/** What is in force and the act that changes it, as an HTTP route needs them. */
export interface CatalogueService {
  state(): Promise<CatalogueState>;
  history(): Promise<readonly LoggedEntry[]>;
  /** What putting the files in force would change. Throws `CatalogueFaults` where they have faults. */
  compare(): Promise<CatalogueComparison>;
  /** Puts the files in force. Throws `CatalogueFaults` where they have faults. */
  apply(act: Act): Promise<CatalogueComparison & { readonly result: ApplyResult }>;
}

export interface CatalogueState {
  readonly inForce: LoggedEntry | null;
  /** Version of what this process works under. */
  readonly own: string;
}

export interface CatalogueComparison {
  /** Version in force; null: none. */
  readonly from: string | null;
  /** Version of the files. */
  readonly to: string;
  readonly changes: readonly CatalogueChange[];
}

/** `files`: reads them again each time. `own`: version of what the process works under. */
export function catalogueService(
  catalogues: CatalogueLog,
  files: () => Catalogue,
  own: () => string,
): CatalogueService {
  const compare = async (read: Catalogue): Promise<CatalogueComparison> => {
    const to = await catalogues.asApplied(read);
    const inForce = await catalogues.catalogueInForce();
    return { from: inForce?.version ?? null, to: to.version, changes: catalogueChanges(inForce, to) };
  };
  return {
    state: async () => ({ inForce: await catalogues.inForce(), own: own() }),
    history: () => catalogues.history(),
    compare: async () => compare(files()),
    apply: async (act) => {
      const [to, since] = [files(), await catalogues.inForce()];
      return { ...(await compare(to)), result: await catalogues.apply(to, act, since) };
    },
  };
}

/** Says of every figure as of which catalogue it is, and where another one is in force. */
export async function catalogueHeaders(
  catalogues: CatalogueLog,
  own: string,
): Promise<Readonly<Record<string, string>>> {
  const version = (await catalogues.inForce())?.version ?? 'none';
  return { 'tallyline-catalogue': own, ...(version !== own && { 'tallyline-catalogue-in-force': version }) };
}
