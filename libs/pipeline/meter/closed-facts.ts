import type { Log } from '#log/log.js';
import { type Close, decodeClose } from '#wire/closes.js';
import { decodePeriodAct } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';

/**
 * Offset of facts below which a close says that the meter had committed: whatever was to be posted of them is
 * in the journal. Whatever closes, never closes at less than was closed before, so that the last closes have
 * the highest cuts; those of invoicers at work at one moment may lie in any order. 0: no close is known, or
 * its cut lies beyond `end`, where the facts end: then it is of another log. A close that was asked for
 * earlier and confirmed then has the cut of its request: it does not say that there is none higher before it.
 */
export async function closedFacts(log: Log, partition: number, end: number): Promise<number> {
  const [bounds = { begin: 0, end: 0 }] = await log.bounds(topics.closes.name);
  let closed = 0;
  for (let to = bounds.end; to > bounds.begin; to -= recordsAtOnce) {
    const from = Math.max(bounds.begin, to - recordsAtOnce);
    const records = await log.read(topics.closes.name, 0, from, recordsAtOnce);
    const closes = records.flatMap(({ offset, value }) => (offset < to ? (closeIn(value) ?? []) : []));
    closed = Math.max(closed, ...closes.map(({ close }) => close.cut.facts[partition] ?? 0));
    if (closes.some(({ isOfNow }) => isOfNow)) break;
  }
  return closed <= end ? closed : 0;
}

/** `isOfNow`: its cut is as high as the meter had come when the record was written. */
function closeIn(value: string): { readonly close: Close; readonly isOfNow: boolean } | null {
  const close = decodeClose(value);
  if (close !== null) return { close, isOfNow: close.request === undefined };
  const act = decodePeriodAct(value);
  const asked = act?.act === 'requested' ? decodeClose(act.record) : null;
  return asked === null ? null : { close: asked, isOfNow: true };
}

/** More than there are invoicers at one moment. */
const recordsAtOnce = 50;
