import type { RepeatTerms, ResolutionTerms } from '#domain/contract/kpi.js';
import type { ScopedContact } from '#domain/scope/scoped-contact.js';
import { countContacts } from './contact-counters.js';
import { bit, type Fraction, notCounted } from './fraction.js';
import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { KpiModule } from './kpi-module.js';
import type { HandledContact } from './chain-links.js';
import type { RepeatGaps } from './repeat-chain.js';

/**
 * First-contact resolution, of handled contacts of known customers: contacts that are not
 * repeated within the window (inclusive) / contacts.
 */
export const fcrPerContact: KpiModule<'fcrPerContact'> = {
  unit: 'ratio',
  contacts: (kpi) => countContacts((contact) => unknownCustomer(kpi, contact)),
  unknownCustomer,
  repeats(kpi, contact, gaps) {
    if (isLeftOut(kpi, contact)) return notCounted;
    return { n: bit(!isRepeated(kpi, gaps)), d: 1 };
  },
};

/** Issues of one contact / issues; what an issue is, the chain says (`contract/kpi.ts`). */
export const fcrPerIssue: KpiModule<'fcrPerIssue'> = {
  unit: 'ratio',
  contacts: (kpi) => countContacts((contact) => unknownCustomer(kpi, contact)),
  unknownCustomer,
  issueWindowMs: ({ chain, windowMs }) => (chain === 'anchored' ? windowMs : null),
  repeats(kpi, contact, gaps) {
    if (isLeftOut(kpi, contact)) return notCounted;
    const { gapBeforeMs, opens } = gaps;
    const isFirst =
      kpi.chain === 'anchored'
        ? opens.includes(kpi.windowMs)
        : gapBeforeMs === null || gapBeforeMs > kpi.windowMs;
    return { n: bit(isFirst && !isRepeated(kpi, gaps)), d: bit(isFirst) };
  },
};

/**
 * Resolutions that held / contacts of known customers that people or machines worked on. A resolution holds
 * if nothing breaks it in `[end, end + window)`; one that was handed over to a person is that person's.
 */
export const settled: KpiModule<'settled'> = {
  unit: 'ratio',
  repeats(kpi, contact, gaps) {
    const verdict = verdictOf(kpi, contact, gaps);
    return verdict === null ? notCounted : { n: bit(verdict === 'holds'), d: 1 };
  },
  mentions: ({ unless }) => unless.map((name, index) => ({ name, field: null, path: ['unless', index] })),
};

/** `unresolved`: handed over, or not resolved by those whose resolutions count. */
type ResolutionVerdict = 'holds' | 'reversed' | 'unresolved';

/** What became of a contact, as far as is known; null: it is none of those that the definition is about. */
export function verdictOf(
  kpi: ResolutionTerms,
  { resolution, legs }: HandledContact,
  gaps: RepeatGaps,
): ResolutionVerdict | null {
  if (resolution === undefined || resolution.kinds.length === 0) return null;
  if (kpi.by !== null && !resolution.kinds.includes(kpi.by)) return null;
  const disposition = legs.findLast((leg) => leg.disposition !== null)?.disposition ?? null;
  if (kpi.resolved !== null && (disposition === null || !kpi.resolved.includes(disposition))) return null;
  if (resolution.by === null || (kpi.by !== null && resolution.by !== kpi.by)) return 'unresolved';
  return holds(kpi, gaps) ? 'holds' : 'reversed';
}

function holds({ windowMs, unless }: ResolutionTerms, { gapMs, eventGapsMs = {} }: RepeatGaps): boolean {
  if (gapMs !== null && gapMs < windowMs) return false;
  return unless.every((name: BreakingOutcome) => (eventGapsMs[name] ?? Infinity) >= windowMs);
}

/** Contacts whose last disposition says that they were resolved / contacts with a disposition. */
export const fcrDeclared: KpiModule<'fcrDeclared'> = {
  unit: 'ratio',
  contacts: ({ resolved }) =>
    countContacts(({ legs }) => {
      const last = legs.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition ?? null;
      return last === null ? notCounted : { n: bit(resolved.includes(last)), d: 1 };
    }),
};

function unknownCustomer(kpi: RepeatTerms, { content, legs }: ScopedContact): Fraction {
  if (content.customer !== null || legs.length === 0) return notCounted;
  return kpi.unknownCustomer === 'countAsResolved' ? { n: 1, d: 1 } : notCounted;
}

function isLeftOut({ basis, notSolvable }: RepeatTerms, { reason, resolution }: HandledContact): boolean {
  return resolution !== undefined || (basis === 'net' && notSolvable.includes(reason));
}

function isRepeated({ windowMs }: RepeatTerms, { gapMs }: RepeatGaps): boolean {
  return gapMs !== null && gapMs <= windowMs;
}
