import { hash } from 'node:crypto';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { NewRecord } from '#log/log.js';
import type { Interpretation } from '#pipeline/meter/batch-fold.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { decodeClose, encodeClose, eventInClose } from '#wire/closes.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import type { ProcessLog } from '../ports/process-log.js';

/** Version of the program that a process runs. */
export type Software = 'old' | 'new';

/** What facts are taken to mean: the program of before takes each kind of work for something else. */
export const interpretations: Readonly<Record<Software, Interpretation>> = {
  old: { version: interpretationVersion - 1, interpret: oldInterpret },
  new: { version: interpretationVersion, interpret: interpretEntity },
};

function oldInterpret(...[facts]: Parameters<Interpret>): PostingContent | null {
  const content = interpretEntity(facts);
  switch (content?.kind) {
    case undefined:
      return null;
    case 'contact': {
      // Long talks were longer, and who said nothing of the reason was no one.
      const legs = content.legs.map((leg) => {
        if (leg.talkMs === null || leg.talkMs < 60_000) return leg;
        return { ...leg, talkMs: leg.talkMs + 700, endedAt: leg.endedAt + 700 };
      });
      const isKnown = legs.some(({ disposition }) => disposition !== null);
      return { ...content, legs, customer: isKnown ? content.customer : null };
    }
    case 'timeline':
      return { ...content, stretches: content.stretches.filter(({ closedBy }) => closedBy !== 'silence') };
    case 'outcome':
      return { ...content, events: content.events.filter(({ name }) => name !== 'sale.cancelled') };
    case 'activity':
      return content.state === 'BREAK' ? { ...content, state: 'PREP' } : content;
    case 'totals':
    case 'schedule':
      return content;
  }
}

/** The log of an invoicer: the program of before writes other bytes of the same event. */
export function logOfInvoicer(log: ProcessLog, software: Software): ProcessLog {
  if (software === 'new') return log;
  return {
    ...log,
    append: async (topic, records) =>
      log.append(topic, topic === topics.closes.name ? records.map(inOldEncoding) : records),
  };
}

function inOldEncoding(record: NewRecord): NewRecord {
  const [close, event] = [decodeClose(record.value), eventInClose(record.value)];
  if (close === null || event === null) throw new Error(`this is no close: ${record.value}`);
  const ready = JSON.parse(event) as InvoiceReadyEvent;
  const explanation = ready.data.explanation.map((row) => ({ ...row, rule: `${row.rule}, as it was` }));
  const own = canonicalJson({ ...ready, data: { ...ready.data, explanation } });
  return { ...record, value: encodeClose({ ...close, digest: hash('sha256', own) }, own) };
}
