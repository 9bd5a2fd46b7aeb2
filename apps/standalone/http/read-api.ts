import type { KpiGrouping, KpiReport } from '#apps/tally/read-kpis.js';
import type { Invoice } from '#domain/pricing/invoice.js';

/** What the read API asks of the process behind it. Everything is as of now, from the tally. */
export interface ReadApi {
  /** null: the catalogue has no such programme. */
  kpis(request: KpiRequest): Promise<KpiReport | null>;
  /** What a contract's period holds and amounts to so far; null: the catalogue has no such contract. */
  period(contract: string, period: string): Promise<LivePeriod | null>;
}

export interface KpiRequest {
  /** Id of a programme, or `unmapped`. */
  readonly programme: string;
  /** Local days of the programme, `YYYY-MM-DD`, both included, `from` not after `to`. */
  readonly from: string;
  readonly to: string;
  readonly by: KpiGrouping | null;
}

export interface LivePeriod {
  /** Journal offsets per partition that the quantities stand for. */
  readonly offsets: readonly number[];
  /** Sums of the tally by quantity key. */
  readonly quantities: ReadonlyMap<string, number>;
  /** The quantities priced as a close would price them now. */
  readonly invoice: Invoice;
}
