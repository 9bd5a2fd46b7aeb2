import { unmapped } from '#domain/live/live-scope.js';
import type { LiveKpis } from '#domain/live/report.js';
import { localDay } from '#domain/period/period.js';
import type { KpiReader } from './kpi-reader.js';

/**
 * Agent time (ms) that the catalogue does not place: of no programme, of unknown agents, in unmapped codes;
 * and that of implausible work.
 */
export interface UnmappedWork {
  readonly programme: number;
  readonly agent: number;
  readonly code: number;
  readonly implausible: number;
}

const dayMs = 86_400_000;

/**
 * What of yesterday and today is not mapped, by the live sums, so that someone hears of it before the close
 * does. `now`: UTC epoch ms. Throws `TallyRecounting` while sums are recounted.
 */
export async function unmappedWork(
  kpis: KpiReader,
  programmes: readonly string[],
  now: number,
): Promise<UnmappedWork> {
  const work = { programme: 0, agent: 0, code: 0, implausible: 0 };
  for (const id of [unmapped, ...programmes]) {
    const timeZone = kpis.timeZone(id) ?? 'UTC';
    const span = {
      from: localDay(now - dayMs, timeZone),
      to: localDay(now, timeZone),
      by: 'agent',
      asOf: now,
    } as const;
    const report = await kpis.read(id, span);
    if (report === null) continue;
    work.implausible += report.total.implausibleMs;
    work.code += report.total.activityMs['UNMAPPED'] ?? 0;
    if (id === unmapped) work.programme += placedMs(report.total);
    else
      work.agent += report.groups
        .filter(({ name }) => name.startsWith(`${unmapped}:`))
        .reduce((sum, { kpis: own }) => sum + placedMs(own), 0);
  }
  return work;
}

/** Time in states whose meaning is known. */
function placedMs({ handleMs, previewMs, activityMs }: LiveKpis): number {
  const { UNMAPPED: _, ...known } = activityMs;
  return handleMs + previewMs + Object.values(known).reduce((sum, ms) => sum + ms, 0);
}
