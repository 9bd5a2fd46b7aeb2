import type { Programme } from '#catalogue/catalogue.js';
import { kpiSettings } from '#catalogue/view.js';
import { unmapped } from '#domain/live/live-scope.js';
import type { Grain } from '#domain/live/measure.js';
import { measureAsOf } from '#domain/live/resolution-tally.js';
import { sumKey } from '#domain/live/sum-name.js';
import { hourMs, quarterMs } from '#domain/live/quarters.js';
import type { Contract } from '#domain/contract/contract.js';
import { type LiveKpis, liveKpis } from '#domain/live/report.js';
import { dayBounds, localDay, zonedTime } from '#domain/period/period.js';

export type KpiGrouping = 'queue' | 'agent' | 'day' | 'quarter-hour';

export interface KpiQuery {
  readonly programme: Programme | typeof unmapped;
  /** Of the programme: how they evaluate the answers to surveys. */
  readonly contracts: readonly Contract[];
  /** Local days of the programme, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: KpiGrouping | null;
  /** UTC ms; the quarter-hour that it lies in says by its start which resolutions are settled. */
  readonly asOf: number;
}

export interface KpiReport {
  readonly programme: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  /**
   * When resolutions are settled or provisional: ISO 8601, the start of a quarter-hour by the local clock.
   */
  readonly asOf: string;
  readonly total: LiveKpis;
  /**
   * By name of the group: queue, agent code, local day, or start of the quarter-hour (ISO 8601, local time
   * with its offset, since an hour comes twice when the clock goes back). Quarter-hours are in order of time.
   */
  readonly groups: readonly { readonly name: string; readonly kpis: LiveKpis }[];
}

/** Sums by key and field, of each partition. */
export type SumSource = (
  keys: readonly string[],
) => Promise<readonly ReadonlyMap<string, ReadonlyMap<string, number>>[]>;

/**
 * KPIs of a programme from the tally's sums, as far as the tally has read the journal. `codeOf`: what an
 * agent is called whom the sums name by the platform's id.
 */
export async function readKpis(
  source: SumSource,
  query: KpiQuery,
  codeOf: (agent: string) => string = (agent) => agent,
): Promise<KpiReport> {
  const programme = query.programme === unmapped ? unmappedProgramme : query.programme;
  const start = dayBounds(query.from, programme.timeZone).start;
  const end = dayBounds(query.to, programme.timeZone).end;
  const asOf = Math.floor(query.asOf / quarterMs) * quarterMs;
  const sums = new SumReader(source, programme.id, start, end, asOf);
  const settings = kpiSettings(programme, query.contracts);
  const total = await sums.read('programme', () => '');
  const keyOf = (at: number, name: string): string =>
    groupKey(query.by, programme.timeZone, at, query.by === 'agent' ? codeOf(name) : name);
  const grain = query.by === 'queue' || query.by === 'agent' ? query.by : 'programme';
  const groups = query.by === null ? new Map<string, Map<string, number>>() : await sums.read(grain, keyOf);
  return {
    programme: programme.id,
    from: query.from,
    to: query.to,
    timeZone: programme.timeZone,
    asOf: zonedTime(asOf, programme.timeZone),
    total: liveKpis(total.get('') ?? new Map(), settings, 'programme'),
    groups: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, measures]) => ({
        name: query.by === 'quarter-hour' ? zonedTime(Date.parse(key), programme.timeZone) : key,
        kpis: liveKpis(measures, settings, grain),
      })),
  };
}

/** Sorts as the groups are to be shown. */
function groupKey(by: KpiGrouping | null, timeZone: string, at: number, name: string): string {
  switch (by) {
    case 'queue':
    case 'agent':
      return name;
    case 'day':
      return localDay(at, timeZone);
    case 'quarter-hour':
      return new Date(at).toISOString();
    case null:
      return '';
  }
}

/** Work of no programme has no zone of its own. */
export const unmappedTimeZone = 'UTC';

const unmappedProgramme: Programme = {
  id: unmapped,
  brand: unmapped,
  timeZone: unmappedTimeZone,
  thresholdsMs: [],
  serviceLevel: { thresholdMs: 20_000, shortAbandonMs: 0 },
  fcr: { windows: [], reason: 'none' },
  agentTime: 'split',
  queues: [],
  agents: [],
};

/** Reads the sums of a span of instants, which lie under the UTC hours that it touches. */
class SumReader {
  readonly #read: SumSource;
  readonly #programme: string;
  readonly #start: number;
  readonly #end: number;
  readonly #asOf: number;

  constructor(source: SumSource, programme: string, start: number, end: number, asOf: number) {
    this.#read = source;
    this.#programme = programme;
    this.#start = start;
    this.#end = end;
    this.#asOf = asOf;
  }

  /**
   * group -> measure -> sum, where the group follows from the quarter-hour's start and the name below the
   * grain.
   */
  async read(
    grain: Grain,
    group: (at: number, name: string) => string,
  ): Promise<Map<string, Map<string, number>>> {
    const hours = new Map<string, number>();
    for (let hour = Math.floor(this.#start / hourMs) * hourMs; hour < this.#end; hour += hourMs) {
      hours.set(sumKey(grain, this.#programme, hour), hour);
    }
    const groups = new Map<string, Map<string, number>>();
    for (const values of await this.#read([...hours.keys()])) {
      for (const [key, fields] of values) {
        for (const [field, sum] of fields) this.#addField(groups, group, hours.get(key) ?? 0, field, sum);
      }
    }
    return groups;
  }

  #addField(
    groups: Map<string, Map<string, number>>,
    group: (at: number, name: string) => string,
    hour: number,
    field: string,
    sum: number,
  ): void {
    const [quarter = '', counted = '', ...nameParts] = field.split('|');
    const at = hour + Number(quarter) * quarterMs;
    if (at < this.#start || at >= this.#end) return;
    const name = group(at, nameParts.join('|'));
    const measure = measureAsOf(counted, at, this.#asOf);
    let measures = groups.get(name);
    if (measures === undefined) groups.set(name, (measures = new Map<string, number>()));
    measures.set(measure, (measures.get(measure) ?? 0) + sum);
  }
}
